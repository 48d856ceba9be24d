use super::*;
use crate::rules::tester::RuleTester;

#[test]
fn swear_words_are_found_and_their_fixes_remove_them() {
    RuleTester::new(Profanity)
        .accepts(["", "A cocktail class on Saturday", "Dick Van Dyke turned 100", "The pussy willow is in bloom", "Le train est en retard"])
        .rejects([
            ("what the fuck is this", "fuck"),
            ("😀 holy sh!t", "sh!t"),
            ("This is f*** great", "f***"),
            ("fuck_this_job", "fuck"),
            ("f u c k this", "f u c k"),
        ])
        .finish();
}

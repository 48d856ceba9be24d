//! Which documents are policies: every row of `tests/data/policy-documents.jsonl` through the reader. tests/policy holds the same rows against
//! the JSON Schema, so that the two say the same wherever a schema can say it.

use postgate::contract::read_tree;
use postgate::policy::Policy;
use serde_json::Value;

#[test]
fn every_document_is_taken_or_refused_as_the_table_says() {
    let mut wrong = Vec::new();
    let (mut good, mut bad) = (0, 0);
    for line in include_str!("data/policy-documents.jsonl").lines() {
        let row: Value = serde_json::from_str(line).expect("a row is JSON");
        let document = row["document"].to_string();
        let tree = read_tree(&mut serde_json::Deserializer::from_str(&document)).expect("a document is JSON");
        let problems = Policy::from_tree(tree).map_or_else(|error| error.problems, |_| Vec::new());
        *if row["ok"] == true { &mut good } else { &mut bad } += 1;
        if problems.is_empty() != (row["ok"] == true) {
            wrong.push(format!("{}: {document} gave {problems:?}", row["what"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(good > 20 && bad > 50, "{good} good and {bad} bad documents");
}

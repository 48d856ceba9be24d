//! What a draft says, as the audit may hold it where it is asked to: without what is secret.

use crate::text::secrets;

/// What stands for a secret.
const MASK: &str = "[secret removed]";

/// The text with every secret, address and number in it replaced, whatever the policy makes of them.
pub fn without_secrets(text: &str) -> String {
    let mut found = secrets(text);
    found.sort_by_key(|secret| secret.span.start);
    let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
    for secret in found {
        if secret.span.start >= at {
            kept.push_str(text.get(at..secret.span.start).unwrap_or_default());
            kept.push_str(MASK);
        }
        at = at.max(secret.span.end);
    }
    kept.push_str(text.get(at..).unwrap_or_default());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_not_kept() {
        let key = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
        let text = format!("é {key} and {key}, write to ann@example.com 👍");
        let kept = without_secrets(&text);
        assert!(!kept.contains("AKIA") && !kept.contains("ann@"), "{kept}");
        assert!(kept.starts_with("é [secret removed] and [secret removed],") && kept.ends_with(" 👍"), "{kept}");
        assert_eq!(without_secrets("Tomatoes like warm soil"), "Tomatoes like warm soil");
        assert_eq!(without_secrets(""), "");
    }
}

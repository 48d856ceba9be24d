//! The page about the rules, made from what each rule declares, and the fences in it that run as tests.
//!
//! In scope: taking Markdown apart at its fences, and putting docs/rules.md together. Out of scope: running the fences (tests/docs.rs).

use postgate::policy::Policy;
use postgate::rules::{ALL, FixKind, RuleMeta};

/// A stretch of Markdown.
pub(crate) enum Piece {
    /// What is read.
    Prose(String),
    /// What runs: the words behind the backquotes, and what stands between them.
    Fence { info: Vec<String>, body: String },
}

/// Takes Markdown apart; a fence that never ends is one up to the end.
pub(crate) fn pieces(markdown: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut prose = String::new();
    let mut fence: Option<(Vec<String>, Vec<&str>)> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), fence.take()) {
            (Some(info), None) => {
                pieces.push(Piece::Prose(std::mem::take(&mut prose)));
                fence = Some((info.split(',').map(str::to_owned).collect(), Vec::new()));
            }
            (Some(_), Some((info, body))) => pieces.push(Piece::Fence { info, body: body.join("\n") }),
            (None, Some((info, mut body))) => {
                body.push(line);
                fence = Some((info, body));
            }
            (None, None) => {
                prose.push_str(line);
                prose.push('\n');
            }
        }
    }
    pieces.push(Piece::Prose(prose));
    pieces.extend(fence.map(|(info, body)| Piece::Fence { info, body: body.join("\n") }));
    pieces
}

/// What a rule says of itself, without the blank that every line of a doc comment starts with.
pub(crate) fn docs(rule: &RuleMeta) -> String {
    let lines = rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

const HEAD: &str = "\
<!-- Made from the declarations in src/rules by `npm run generate`. Change them there. -->

# The rules

Each rule has a code, which is its identity in reports, receipts and audit rows. The built-in policy lets every rule block; a document of
your own may set each but `HARMFUL_CONTENT` to `warn` or `off` ([policy.md](policy.md)). A *safe* fix keeps what the author meant and adds
no other finding; an *unsafe* one changes what is said, so the author decides. Every example below runs as a test.
";

/// The page about every rule.
pub(crate) fn rules_page(policy: &Policy) -> String {
    let mut page = HEAD.to_owned();
    for rule in ALL {
        let fix = match rule.fix {
            FixKind::Never => "none",
            FixKind::Unsafe => "unsafe",
            FixKind::Safe => "safe where nothing that is said goes with it, else unsafe",
        };
        page.extend([
            format!("\n## {}\n\n{}\n\n", rule.code.as_str(), rule.code.doc().trim()),
            format!("Fix: {fix}. Since policy {}; this page is that of {}.\n\n", rule.since, policy.version()),
        ]);
        for piece in pieces(&docs(rule)) {
            match piece {
                Piece::Prose(prose) => page.push_str(&prose),
                Piece::Fence { info, body } => page.push_str(&fence(&info, &body)),
            }
        }
    }
    format!("{}\n", page.replace("\n\n\n", "\n\n").trim_end())
}

/// An example as it is read: what it shows, then the text.
fn fence(info: &[String], body: &str) -> String {
    let has = |word: &str| info.iter().any(|given| given == word);
    let given = |key: &str| info.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    if has("policy") {
        return format!("Under this policy:\n\n```json\n{body}\n```\n");
    }
    let mut shown = match (has("accepts"), has("warns")) {
        (true, _) => "Accepted",
        (_, true) => "Advice",
        _ => "Rejected",
    }
    .to_owned();
    shown.push_str(&given("platform").map_or_else(String::new, |platform| format!(" on `{platform}`")));
    let mut with = Vec::new();
    with.extend(has("citations").then(|| "with `required_citations`".to_owned()));
    with.extend(given("format").map(|format| format!("as a {format}")));
    with.extend(given("tags").map(|tags| if tags.is_empty() { "without a tag".to_owned() } else { format!("with the tag `{tags}`") }));
    with.extend(given("source").map(|source| format!("with the source <{source}>")));
    with.extend(given("times").map(|times| format!("{times} times in a row")));
    if !with.is_empty() {
        shown.extend([", ", &with.join(", ")]);
    }
    format!("{shown}:\n\n```text\n{body}\n```\n")
}

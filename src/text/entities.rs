//! Entities: what a platform makes a link of. The one place where they are found.
//!
//! URLs, hashtags and cashtags follow X's own library on every platform; mentions follow the platform, because names differ.

use super::order::sort_by_key;
use super::tables::{holds, letters};
use super::url::urls;
use super::{Platform, Span};

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// An address.
    Url,
    /// An account: `@` and its name.
    Mention,
    /// `#` and a word with at least one letter.
    Hashtag,
    /// `$` and up to six letters, on X.
    Cashtag,
}

/// A part of a text that a platform makes a link of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it lies, its sign included.
    pub span: Span,
}

/// The entities of a text, in order; of two that overlap, the one that starts first.
pub fn entities(text: &str, platform: Platform) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut add = |kind, spans: Vec<Span>| found.extend(spans.into_iter().map(|span| Entity { kind, span }));
    if text.contains('.') {
        add(EntityKind::Url, urls(text).into_iter().map(|url| url.span).collect());
    }
    if text.contains(is_at) {
        add(EntityKind::Mention, mentions(text, platform));
    }
    if text.contains(is_hash) {
        add(EntityKind::Hashtag, hashtags(text));
    }
    if platform == Platform::X && text.contains('$') {
        add(EntityKind::Cashtag, cashtags(text));
    }
    sort_by_key(&mut found, |entity| (entity.span.start, 0));
    let mut end = 0;
    found.retain(|entity| {
        let is_free = entity.span.start >= end;
        if is_free {
            end = entity.span.end;
        }
        is_free
    });
    found
}

/// The mentions of a text, also those inside a URL.
pub(super) fn mentions(text: &str, platform: Platform) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, sign) in text.match_indices(is_at) {
        let name = match platform {
            Platform::X => x_name(text, at, sign, from),
            Platform::Bluesky => handle(text, at, sign),
            Platform::Mastodon => account(text, at, sign).map(|(_, end)| (end, true)),
            _ => plain_name(text, at, sign),
        };
        if let Some((end, is_mention)) = name {
            from = end;
            if is_mention && at >= found.last().map_or(0, |span: &Span| span.end) {
                found.push(Span::new(at, end));
            }
        }
    }
    found
}

/// A name on X, or the name of one of its lists: where the match ends, and whether what follows leaves it a mention.
fn x_name(text: &str, at: usize, sign: &str, from: usize) -> Option<(usize, bool)> {
    let open = before(text, at, from);
    let is_open = match open {
        None => at == 0 || after_retweet(text, at, from),
        Some(character) => !is_word(character) && !"!#$%&*@＠".contains(character) || after_retweet(text, at, from),
    };
    let start = at + sign.len();
    let name = run(text, start, 20, is_word);
    if !is_open || name == start {
        return None;
    }
    let mut end = name;
    if text
        .get(name..)
        .is_some_and(|rest| rest.strip_prefix('/').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_alphabetic())))
    {
        end = run(text, name + 1, 25, |next| is_word(next) || next == '-');
    }
    let rest = text.get(end..).unwrap_or_default();
    let goes_on = rest.starts_with("://") || rest.starts_with(|next| is_at(next) || holds(letters::ACCENTED, next));
    Some((end, !goes_on))
}

/// `RT` or `RT:` before the sign, as its own word.
fn after_retweet(text: &str, at: usize, from: usize) -> bool {
    let head = text.get(from..at).unwrap_or_default();
    let head = head.strip_suffix(':').unwrap_or(head);
    let Some(cut) = head.len().checked_sub(2).filter(|&cut| head.get(cut..).is_some_and(|word| word.eq_ignore_ascii_case("rt"))) else {
        return false;
    };
    match head.get(..cut).and_then(|head| head.chars().next_back()) {
        Some(character) => !is_word(character) && !matches!(character, '+' | '~' | '.' | '-'),
        None => from + cut == 0,
    }
}

/// A handle of Bluesky: a host name of ASCII labels, the last of which starts with a letter.
fn handle(text: &str, at: usize, sign: &str) -> Option<(usize, bool)> {
    if sign != "@" || before(text, at, 0).is_some_and(|character| !character.is_whitespace() && character != '(') {
        return None;
    }
    let start = at + 1;
    let end = run(text, start, 253, |next| next.is_ascii_alphanumeric() || matches!(next, '-' | '.'));
    let name = Span::new(start, end).of(text).trim_end_matches(['.', '-']);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    let is_name = name.split('.').all(is_label)
        && name.rsplit_once('.').is_some_and(|(_, last)| last.starts_with(|next: char| next.is_ascii_alphabetic()));
    is_name.then_some((start + name.len(), true))
}

/// An account on Mastodon: the ends of its name and of its host, the same when no host is given.
pub(super) fn account(text: &str, at: usize, sign: &str) -> Option<(usize, usize)> {
    if sign != "@" || before(text, at, 0).is_some_and(|character| matches!(character, '=' | '/') || is_any_word(character)) {
        return None;
    }
    let words = |start: usize, is_word: fn(char) -> bool| {
        let rest = text.get(start..).unwrap_or_default();
        let stretch = rest.len() - rest.trim_start_matches(|next| is_word(next) || matches!(next, '.' | '-')).len();
        let stretch = rest.get(..stretch).unwrap_or_default();
        let end = start + stretch.trim_end_matches(['.', '-']).len();
        (stretch.starts_with(is_word)).then_some(end)
    };
    let name = words(at + 1, is_word)?;
    let host = text.get(name..).filter(|rest| rest.starts_with('@')).and_then(|_| words(name + 1, is_any_word));
    Some((name, host.unwrap_or(name)))
}

/// A name on the platforms that publish no rule: letters, digits, underscores and inner dots.
fn plain_name(text: &str, at: usize, sign: &str) -> Option<(usize, bool)> {
    if sign != "@" || before(text, at, 0).is_some_and(|character| is_any_word(character) || matches!(character, '@' | '.' | '/')) {
        return None;
    }
    let start = at + 1;
    let end = run(text, start, 100, |next| is_word(next) || next == '.');
    let name = Span::new(start, end).of(text).trim_end_matches('.');
    (!name.is_empty()).then_some((start + name.len(), true))
}

/// The hashtags of a text, also those inside a URL.
pub(super) fn hashtags(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, sign) in text.match_indices(is_hash) {
        let is_open = match before(text, at, from) {
            None => at == 0,
            Some(character) => matches!(character, '\u{fe0e}' | '\u{fe0f}') || (!is_tag(character) && character != '&'),
        };
        let start = at + sign.len();
        let rest = text.get(start..).unwrap_or_default();
        if !is_open || rest.starts_with(['\u{fe0f}', '\u{20e3}']) {
            continue;
        }
        let end = text.len() - rest.trim_start_matches(is_tag).len();
        if !Span::new(start, end).of(text).contains(is_tag_letter) {
            continue;
        }
        from = end;
        let behind = text.get(end..).unwrap_or_default();
        if !behind.starts_with(is_hash) && !behind.starts_with("://") {
            found.push(Span::new(at, end));
        }
    }
    found
}

fn cashtags(text: &str) -> Vec<Span> {
    let is_end = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_none_or(|next| is_space(next) || is_punctuation(next));
    let letter = |next: char| next.is_ascii_alphabetic();
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices('$') {
        let is_open = before(text, at, from).map_or(at == 0, |character| character.is_whitespace() || character == '\u{180e}');
        let end = run(text, at + 1, 7, letter);
        if !is_open || !(2..=7).contains(&(end - at)) {
            continue;
        }
        let suffix = text.get(end..).filter(|rest| rest.starts_with(['.', '_'])).map(|_| run(text, end + 1, 3, letter));
        let suffix = suffix.filter(|&suffix| (2..=3).contains(&(suffix - end)) && is_end(suffix));
        if let Some(end) = suffix.or(is_end(end).then_some(end)) {
            from = end;
            found.push(Span::new(at, end));
        }
    }
    found
}

/// The character before `at`, if it lies at or behind `from`.
fn before(text: &str, at: usize, from: usize) -> Option<char> {
    text.get(from..at)?.chars().next_back()
}

/// Where a run of at most `most` characters ends.
fn run(text: &str, start: usize, most: usize, belongs: impl Fn(char) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.chars().take(most).take_while(|&character| belongs(character)).map(char::len_utf8).sum::<usize>()
}

fn is_at(character: char) -> bool {
    matches!(character, '@' | '＠')
}

fn is_hash(character: char) -> bool {
    matches!(character, '#' | '＃')
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn is_any_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn is_tag_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || (!character.is_ascii() && holds(letters::TAG_LETTERS, character))
}

fn is_tag(character: char) -> bool {
    is_word(character) || (!character.is_ascii() && (holds(letters::TAG_LETTERS, character) || holds(letters::TAG_OTHERS, character)))
}

/// White space as regular expressions of JavaScript know it.
fn is_space(character: char) -> bool {
    (character.is_whitespace() && character != '\u{85}') || character == '\u{feff}'
}

fn is_punctuation(character: char) -> bool {
    matches!(character, '!' | '#'..='/' | ':'..='@' | '['..='_' | '{'..='~')
}

#[cfg(test)]
mod tests {
    use super::EntityKind::{Cashtag, Hashtag, Mention, Url};
    use super::*;

    fn found(text: &str, platform: Platform) -> Vec<&str> {
        entities(text, platform).into_iter().map(|entity| entity.span.of(text)).collect()
    }

    #[test]
    fn entities_come_in_order_and_never_overlap() {
        let text = "RT @a_b: see #Rust on example.com/#x?@y $TSLA, ＠name ＃日本語";
        assert_eq!(found(text, Platform::X), ["@a_b", "#Rust", "example.com/#x?@y", "$TSLA", "＠name", "＃日本語"]);
        let kinds: Vec<EntityKind> = entities(text, Platform::X).into_iter().map(|entity| entity.kind).collect();
        assert_eq!(kinds, [Mention, Hashtag, Url, Cashtag, Mention, Hashtag]);
    }

    #[test]
    fn near_misses() {
        for text in ["#1 #_ #", "a#b &#x27; #a#", "me@example", "@", "@a@b", "@é", "#️⃣ #⃣", "$12 $toolongname a$b", "@a://", "#a://"]
        {
            assert_eq!(found(text, Platform::X), [""; 0], "{text}");
        }
    }

    #[test]
    fn names_differ_by_platform() {
        let text = "@ann.example.com @bob@example.social @c_d.";
        assert_eq!(found(text, Platform::Bluesky), ["@ann.example.com"]);
        assert_eq!(found(text, Platform::Mastodon), ["@ann.example.com", "@bob@example.social", "@c_d"]);
        assert_eq!(found(text, Platform::Instagram), ["@ann.example.com", "@bob", "@c_d"]);
        assert_eq!(found(text, Platform::X)[0], "@ann");
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        for unit in ["@", "#", "$", "@a", "#a", "#1", "$a ", "@a.", "@a@b.", "#中", "rt@", "@a/b", "＃", "@a-"] {
            let text = unit.repeat(200_000 / unit.len());
            for platform in [Platform::X, Platform::Bluesky, Platform::Mastodon, Platform::Instagram] {
                assert!(entities(&text, platform).len() <= text.len(), "{unit}");
            }
        }
    }
}

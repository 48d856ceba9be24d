//! Characters that hide something: which of them, in their place, have no business there.
//!
//! The judgement follows Unicode's own: UAX #31 on joiners, UTS #39 on what may be confused, UAX #9 on directions, UTS #51 on emoji.

use super::emoji::{emoji_len, starts_emoji};
use super::order::sort_by_key;
use super::{Span, is_blank, is_default_ignorable, is_line_break, is_right_to_left};

/// What hidden characters do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HiddenKind {
    /// Commands to a terminal or a printer.
    Control,
    /// Shown as nothing.
    Invisible,
    /// Turns what follows around.
    Direction,
}

/// Neighbouring hidden characters, or a pair that turns what stands between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenRun {
    /// Where, from the first to the last.
    pub span: Span,
    /// What they do.
    pub kind: HiddenKind,
    /// What goes, and whether a gap is left in its place, because it parted words.
    pub removed: Vec<(Span, bool)>,
}

/// The characters of a text that hide something, in order.
pub fn hidden_runs(text: &str) -> Vec<HiddenRun> {
    if !text.chars().any(may_hide) {
        return Vec::new();
    }
    let mut found = directions(text);
    let mut sight = Sight::default();
    let has_two_directions = text.chars().any(is_right_to_left);
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(character) = rest.chars().next()
    {
        if matches!(character, ' '..='/' | ':'..='~') {
            sight.pass(character);
            at += 1;
            continue;
        }
        // An emoji is read whole: what it holds, it needs.
        let emoji = if starts_emoji(character) || character.is_ascii_digit() { emoji_sequence(rest) } else { 0 };
        if emoji > 0 {
            sight.pass(character);
            sight.in_emoji = true;
            at += emoji;
            continue;
        }
        let span = Span::new(at, at + character.len_utf8());
        at = span.end;
        if let Some(kind) = sight.judge(character, text, at, has_two_directions) {
            let gap = leaves_gap(character);
            match found.last_mut().filter(|run| run.kind == kind && run.span.end == span.start && kind != HiddenKind::Direction) {
                Some(run) => {
                    run.span.end = span.end;
                    run.removed.push((span, gap));
                }
                None => found.push(HiddenRun { span, kind, removed: vec![(span, gap)] }),
            }
        }
    }
    sort_by_key(&mut found, |run| (run.span.start, run.span.end));
    found
}

/// An emoji, also with a flag's tags that Unicode does not recommend (yet), and with one variation selector behind it.
fn emoji_sequence(text: &str) -> usize {
    let length = emoji_len(text);
    let rest = text.get(length..).unwrap_or_default();
    if length == 4 && text.starts_with('\u{1f3f4}') {
        let tags = rest.trim_start_matches(|tag| matches!(tag, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'));
        let count = (rest.len() - tags.len()) / 4;
        if (3..=6).contains(&count) && tags.starts_with('\u{e007f}') {
            return length + (count + 1) * 4;
        }
    }
    length
}

/// As many hidden characters a place may need, such as a joiner with a mark of direction. More of them carry something.
const MOST_NEEDED: u8 = 2;

/// What stands around the character that is judged.
#[derive(Default)]
struct Sight {
    /// The visible character before, white space included.
    before: Option<char>,
    /// The last thing read was an emoji, and nothing has followed it.
    in_emoji: bool,
    /// The character before was a variation selector.
    selected: bool,
    /// How many hidden characters have come since the last visible one.
    hidden: u8,
    /// How many letters the word has had so far.
    letters: usize,
    /// The next visible character, once looked for, and where it stands.
    ahead: Option<(usize, Option<char>)>,
}

impl Sight {
    /// The visible character that follows `at`; each is looked for once.
    fn next(&mut self, text: &str, at: usize) -> Option<char> {
        match self.ahead {
            Some((found, next)) if found >= at => next,
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                let next = rest
                    .char_indices()
                    .find(|(_, next)| !is_hidden(*next) && (!next.is_control() || next.is_whitespace() || leaves_gap(*next)));
                let seen = next.map(|(_, next)| if leaves_gap(next) { ' ' } else { next });
                self.ahead = Some((next.map_or(text.len(), |(offset, _)| at + offset), seen));
                seen
            }
        }
    }

    /// Takes notice of a visible character.
    fn pass(&mut self, character: char) {
        self.letters = if character.is_alphabetic() { self.letters + 1 } else { 0 };
        self.before = Some(character);
        self.in_emoji = false;
        self.selected = false;
        self.hidden = 0;
    }

    /// Whether the character hides something here, before `at`.
    fn judge(&mut self, character: char, text: &str, at: usize, has_two_directions: bool) -> Option<HiddenKind> {
        if character.is_control() {
            let is_plain = matches!(character, '\t' | '\n' | '\r');
            if is_plain || leaves_gap(character) {
                self.pass(' ');
            }
            return (!is_plain).then_some(HiddenKind::Control);
        }
        if !is_hidden(character) {
            self.pass(character);
            return None;
        }
        if matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            return None; // Judged in pairs.
        }
        let next = self.next(text, at);
        self.hidden = self.hidden.saturating_add(1);
        let is_needed = self.hidden <= MOST_NEEDED
            && match character {
                '\u{200c}' | '\u{200d}' => self.joins(character, next),
                '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{e0100}'..='\u{e01ef}' => self.selects(character),
                '\u{ad}' => self.hyphenates(text.get(at..).unwrap_or_default()),
                '\u{200e}' | '\u{200f}' | '\u{61c}' => has_two_directions || !self.stands_in_word(next) && character == '\u{200e}',
                '\u{200b}' => both(self.before, next, is_unspaced) || !self.stands_by_word(next),
                '\u{115f}' | '\u{1160}' => [self.before, next].into_iter().flatten().any(is_jamo),
                '\u{34f}' => self.before.is_some_and(|before| is_right_to_left(before) || is_mark(before)),
                '\u{2060}' | '\u{feff}' => !self.stands_by_word(next),
                _ => false,
            };
        if !is_needed {
            return Some(if matches!(character, '\u{200e}' | '\u{200f}' | '\u{61c}') {
                HiddenKind::Direction
            } else {
                HiddenKind::Invisible
            });
        }
        None
    }

    /// A joiner belongs between emoji, and in the words of scripts that join or stack their letters.
    fn joins(&mut self, joiner: char, next: Option<char>) -> bool {
        if joiner == '\u{200d}' && self.in_emoji && next.is_some_and(starts_emoji) {
            return true;
        }
        self.before.is_some_and(is_joining) && next.is_none_or(|next| is_joining(next) || !next.is_alphanumeric())
    }

    /// A variation selector belongs behind what has variants, and only once.
    fn selects(&mut self, selector: char) -> bool {
        let is_first = !std::mem::replace(&mut self.selected, true);
        let Some(before) = self.before.filter(|_| is_first) else { return false };
        match selector {
            '\u{fe0e}' | '\u{fe0f}' => self.in_emoji || before.is_ascii_digit() || !(before.is_alphanumeric() || is_blank(before)),
            '\u{fe00}'..='\u{fe0d}' => is_ideograph(before) || is_joining(before) || !(before.is_alphanumeric() || is_blank(before)),
            '\u{180b}'..='\u{180f}' => matches!(before, '\u{1800}'..='\u{18af}'),
            _ => is_ideograph(before),
        }
    }

    /// A soft hyphen belongs into a long word, with two letters or more on each side.
    fn hyphenates(&self, rest: &str) -> bool {
        let letters =
            rest.chars().take_while(|&next| next.is_alphabetic() || next == '\u{ad}').take(12).filter(|&next| next != '\u{ad}').count();
        self.letters >= 2 && letters >= 2 && self.letters + letters >= 8
    }

    fn stands_by_word(&self, next: Option<char>) -> bool {
        [self.before, next].into_iter().flatten().any(|character| !character.is_whitespace())
    }

    fn stands_in_word(&self, next: Option<char>) -> bool {
        both(self.before, next, char::is_alphanumeric)
    }
}

/// True for controls that part words.
const fn leaves_gap(character: char) -> bool {
    is_line_break(character) || matches!(character, '\u{1c}'..='\u{1f}')
}

fn both(before: Option<char>, next: Option<char>, is: fn(char) -> bool) -> bool {
    before.is_some_and(is) && next.is_some_and(is)
}

fn is_hidden(character: char) -> bool {
    is_default_ignorable(character) || matches!(character, '\u{fff9}'..='\u{fffb}')
}

/// True for what is hidden in some places: few texts hold any.
fn may_hide(character: char) -> bool {
    !matches!(character, ' '..='~' | '\t' | '\n' | '\r') && (character.is_control() || is_hidden(character))
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Scripts whose letters change with their neighbours: Arabic, Syriac, N'Ko, Mongolian, and the Indic family.
const fn is_joining(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1700}'..='\u{18af}' | '\u{1900}'..='\u{1c4f}'
            | '\u{1cd0}'..='\u{1cff}' | '\u{a800}'..='\u{a8ff}' | '\u{a900}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10a00}'..='\u{10aff}' | '\u{11000}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}'
    )
}

/// Scripts that part no words: Thai, Lao, Tibetan, Myanmar, Khmer, Javanese and the like, Chinese and Japanese.
const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{1aaf}' | '\u{a980}'..='\u{a9df}' | '\u{aa60}'..='\u{aadf}')
        || is_ideograph(character)
        || matches!(character, '\u{3001}'..='\u{30ff}' | '\u{ff00}'..='\u{ffef}')
}

const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

const fn is_jamo(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{115e}' | '\u{1161}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Overrides, and embeddings and isolates that are not closed or not needed, line by line.
fn directions(text: &str) -> Vec<HiddenRun> {
    let mut found = Vec::new();
    if !text.contains(|character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return found;
    }
    let mut start = 0;
    for line in text.split_inclusive(is_line_break) {
        let has_two_directions = line.chars().any(is_right_to_left);
        // Open ones: where, whether an isolate, whether an override.
        let mut open: Vec<(Span, bool, bool)> = Vec::new();
        for (at, character) in line.char_indices() {
            let span = Span::new(start + at, start + at + character.len_utf8());
            let is_isolate = matches!(character, '\u{2066}'..='\u{2069}');
            match character {
                '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2068}' => {
                    open.push((span, is_isolate, matches!(character, '\u{202d}' | '\u{202e}')));
                }
                '\u{202c}' | '\u{2069}' => match open.pop_if(|(_, isolate, _)| *isolate == is_isolate) {
                    Some((first, _, is_override)) if is_override || !has_two_directions => found.push(pair(first, span)),
                    Some(_) => {}
                    None => found.push(alone(span)),
                },
                _ => {}
            }
        }
        found.extend(open.into_iter().map(|(span, ..)| alone(span)));
        start += line.len();
    }
    found
}

fn pair(first: Span, last: Span) -> HiddenRun {
    HiddenRun { span: Span::new(first.start, last.end), kind: HiddenKind::Direction, removed: vec![(first, false), (last, false)] }
}

fn alone(span: Span) -> HiddenRun {
    HiddenRun { span, kind: HiddenKind::Direction, removed: vec![(span, false)] }
}

#[cfg(test)]
mod tests;

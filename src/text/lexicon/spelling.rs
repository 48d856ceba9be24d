//! How people spell a document's own term: with its signs or without, its words parted or in one.

use super::Traits;
use crate::text::fold::{Glyph, Kind, fold};

/// What may be left out or put in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As it is given.
    Given,
    /// Without the marks that only part or end: `Yahoo! Mail` as `yahoo mail`.
    Quiet,
    /// Without hyphens, dots and apostrophes inside: `X-Ray` as `xray`.
    Closed,
    /// Parted at its capitals: `AcmeRival` as `acme rival`.
    Humped,
    /// In one word: `Kodak Express` as `kodakexpress`.
    Joined,
}

const STYLES: [(Style, Traits); 5] = [
    (Style::Given, Traits::GIVEN),
    (Style::Quiet, Traits::GIVEN),
    (Style::Closed, Traits::GIVEN),
    (Style::Humped, Traits::HUMPED),
    (Style::Joined, Traits::JOINED),
];

/// The keys of a term in a lexicon, each with what that spelling adds to its traits; none for a term of marks alone.
///
/// A key holds lower-case letters, digits and signs, and one blank where there are blanks or joints. Letters of other scripts stay what
/// they are.
pub(super) fn spellings(term: &str) -> Vec<(String, Traits)> {
    let folded = fold(term);
    let glyphs = folded.with_hosts();
    let mut keys: Vec<(String, Traits)> = Vec::new();
    for (style, traits) in STYLES {
        let key = key(&glyphs, style);
        if !key.is_empty() && !keys.iter().any(|(known, _)| *known == key) {
            keys.push((key, traits));
        }
    }
    keys
}

fn key(glyphs: &[Glyph], style: Style) -> String {
    let mut key = String::with_capacity(glyphs.len());
    // Where the last glyph ends that is no mark.
    let mut end = 0;
    for (at, glyph) in glyphs.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| glyphs.get(at));
        let is_before_word = glyphs.get(at + 1).is_some_and(|next| next.kind.is_word());
        if glyph.kind.is_word() {
            let is_hump = glyph.is_upper && before.is_some_and(|before| before.kind.is_letter() && !before.is_upper);
            if style == Style::Humped && is_hump {
                key.push(' ');
            }
            let is_dressed = matches!(glyph.kind, Kind::Accented | Kind::Styled);
            key.push(glyph.letters.first().filter(|_| is_dressed).map_or(glyph.literal, char::from));
            end = key.len();
        } else if is_loud(glyph) || key.is_empty() && glyph.literal == '.' && is_before_word {
            key.push(glyph.literal);
            end = key.len();
        } else {
            let is_inside = is_before_word && before.is_some_and(|before| before.kind.is_word());
            let sign = match style {
                Style::Joined => continue,
                Style::Closed if is_inside && !glyph.kind.is_blank() => continue,
                _ if glyph.is_apostrophe() => '\'',
                Style::Given if !is_joint(glyph) => glyph.literal,
                _ => ' ',
            };
            let says_nothing = key.is_empty() || sign == ' ' && key.ends_with(' ');
            if !says_nothing {
                key.push(sign);
            }
        }
    }
    key.truncate(end);
    key
}

/// What the walk takes for a blank.
const fn is_joint(glyph: &Glyph) -> bool {
    glyph.kind.is_blank() || matches!(glyph.literal, '-' | '_' | '.' | '/' | '‐' | '‑' | '–')
}

/// True for a sign that is part of a name, wherever it stands in it.
const fn is_loud(glyph: &Glyph) -> bool {
    let is_mark = matches!(
        glyph.literal,
        ',' | '!'
            | '?'
            | ':'
            | ';'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '…'
            | '—'
            | '|'
            | '\\'
            | '·'
            | '•'
            | '™'
            | '®'
            | '©'
    );
    !glyph.kind.is_word() && !is_joint(glyph) && !glyph.is_apostrophe() && !is_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_the_spellings_that_people_use() {
        for (term, expected) in [
            ("Acme", "acme"),
            ("Café", "cafe"),
            ("Акме", "акме"),
            ("漢字", "漢字"),
            ("3M", "3m"),
            ("we'll", "we'll well"),
            ("C++", "c++"),
            ("#ad", "#ad"),
            (".NET", ".net"),
            ("AT&T", "at&t"),
            ("Ke$ha", "ke$ha"),
            ("Yahoo!", "yahoo"),
            ("“Acme”™", "acme"),
            ("🍆", "🍆"),
            ("I ❤️ NY", "i_❤_ny i❤ny"),
            ("X-Ray", "x_ray xray"),
            ("AcmeRival", "acmerival acme_rival"),
            ("acme.com", "acme_com acmecom"),
            ("J.P. Morgan", "j_p_morgan jp_morgan jpmorgan"),
            ("Yahoo! Mail", "yahoo!_mail yahoo_mail yahoomail"),
            ("  Acme-Rival, Inc. ", "acme_rival,_inc acme_rival_inc acmerival_inc acmerivalinc"),
        ] {
            let keys: Vec<String> = spellings(term).into_iter().map(|(key, _)| key.replace(' ', "_")).collect();
            assert_eq!(keys.join(" "), expected, "{term}");
        }
        assert_eq!([spellings(""), spellings("…"), spellings("\u{200b}"), spellings("?!")], [[], [], [], []]);
    }
}

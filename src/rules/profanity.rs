//! `PROFANITY`: no swear word and no slur, however it is written.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Code, Edit, Fix, apply};
use crate::policy::{FoundPhrase, Grade, OwnList, PhraseList, Policy, Reading, Term, TermSeverity};
use crate::text::Span;
use crate::text::fold::{Glyph, Kind, Place};
use crate::text::lexicon::{Hit, Writing};
use crate::text::order::sort_by_key;

declare_rule! {
    /// No word of the draft is a swear word or a slur of the policy's `min_severity` or above, nor one of its `lexicon.block`.
    ///
    /// A word counts however it is written: with digits, masks, separators, lookalikes of other scripts, invisible characters, encoded
    /// or turned round. The innocent are left alone: words, names and places that hold a bad one, names written as names, words that
    /// mean something else in the language of the draft, hosts of links, and whatever `lexicon.allow` and `brand.allowed_terms` hold.
    ///
    /// **Why:** a swear word under a brand's name is read as the brand's voice; a slur hurts the people whom it is about.
    ///
    /// **Do:** say it in other words. The fixes mask or delete the word; what is left is still the author's to read again.
    ///
    /// ```draft,platform=x,rejects
    /// What the f*ck is this
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// Scunthorpe United won again
    /// ```
    pub(super) Profanity { code: Profanity, since: "10.1.0", fix: Unsafe }
}

impl Rule for Profanity {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        for word in reported(draft.content, draft.reading(policy), policy) {
            report(draft, policy, &word, findings);
            if findings.is_full() {
                return;
            }
        }
    }
}

/// The words of a text that count, in text order, none inside another.
fn reported(content: &str, reading: &Reading, policy: &Policy) -> Vec<Word> {
    let least = policy.min_severity(Code::Profanity);
    let mut words = bad_words(content, reading, least);
    let phrases = policy.phrases(reading, PhraseList::Profanity);
    let innocent: Vec<Span> = phrases.iter().filter(|phrase| phrase.kind == super::phrases::INNOCENT).map(|phrase| phrase.core).collect();
    words.extend(in_phrases(phrases, least));
    words.extend(reading.own(OwnList::Profanity).map(|hit| Word::new(hit, TermSeverity::Strong)));
    // Of what starts at one place the longest; but no disguise draws in a neighbour where the word alone is found.
    let is_drawn = |word: &Word| {
        let joins = |sign: char| !sign.is_alphanumeric() && !matches!(sign, '@' | '$' | '!' | '|' | '*' | '+');
        word.writing == Writing::Disguised && word.span.of(content).contains(joins)
    };
    let rank = |word: &Word| usize::from(is_drawn(word)) * (usize::MAX / 2) + (usize::MAX / 2 - word.span.end);
    sort_by_key(&mut words, |word| (word.span.start, rank(word)));
    let mut allowed = Allowed::new(reading, innocent);
    let mut done = 0;
    words.retain(|word| {
        let counts = word.span.start >= done && !allowed.holds(word.span);
        if counts {
            done = word.span.end;
        }
        counts
    });
    words
}

/// A word to report.
struct Word {
    span: Span,
    severity: TermSeverity,
    writing: Writing,
}

impl Word {
    const fn new(hit: &Hit, severity: TermSeverity) -> Self {
        Self { span: hit.span, severity, writing: hit.writing }
    }
}

/// The words with two lives that a phrase makes swear words.
fn in_phrases(phrases: Vec<FoundPhrase>, least: TermSeverity) -> impl Iterator<Item = Word> {
    super::phrases::speaking(phrases).into_iter().filter_map(move |phrase| {
        let severity = match phrase.kind {
            "mild" => TermSeverity::Mild,
            "moderate" => TermSeverity::Moderate,
            _ => TermSeverity::Slur,
        };
        (severity >= least).then_some(Word { span: phrase.core, severity, writing: Writing::Plain })
    })
}

/// The built-in swear words that count where they stand.
fn bad_words(content: &str, reading: &Reading, least: TermSeverity) -> Vec<Word> {
    let mut is_foreign = None;
    let mut counts = |term: &Term| {
        let hit = term.hit();
        let is_told_apart = hit.place == Place::Link && term.is_ambiguous()
            || hit.place == Place::Handle && (term.is_ambiguous() || !is_whole_handle(reading, hit))
            || term.is_name() && is_written_as_name(glyphs(reading, hit))
            || term.is_foreign() && is_plain(glyphs(reading, hit)) && *is_foreign.get_or_insert_with(|| is_in_another_language(content));
        !is_told_apart
    };
    let strong_enough = |term: &Term| term.severity().filter(|severity| *severity >= least);
    let words = reading.terms().iter().filter_map(|term| {
        let severity = strong_enough(term).filter(|_| counts(term))?;
        Some(Word::new(term.hit(), severity))
    });
    words.collect()
}

/// The spans that hold only what is allowed; asked for spans in text order.
struct Allowed {
    spans: std::vec::IntoIter<Span>,
    next: Option<Span>,
    until: usize,
}

impl Allowed {
    fn new(reading: &Reading, mut spans: Vec<Span>) -> Self {
        let builtin = reading.terms().iter().filter(|term| term.is_allowed()).map(|term| term.hit().span);
        spans.extend(builtin.chain(reading.own(OwnList::Allowed).map(|hit| hit.span)));
        sort_by_key(&mut spans, |span| (span.start, span.end));
        let mut spans = spans.into_iter();
        Self { next: spans.next(), spans, until: 0 }
    }

    fn holds(&mut self, span: Span) -> bool {
        while let Some(allowed) = self.next.filter(|allowed| allowed.start <= span.start) {
            self.until = self.until.max(allowed.end);
            self.next = self.spans.next();
        }
        span.end <= self.until
    }
}

fn glyphs<'r>(reading: &'r Reading, hit: &Hit) -> &'r [Glyph] {
    hit.glyphs.and_then(|(start, end)| reading.folded().glyphs.get(start..end)).unwrap_or_default()
}

/// True when the term is all of a handle: somebody else's name may hold any letters.
fn is_whole_handle(reading: &Reading, hit: &Hit) -> bool {
    let Some((start, end)) = hit.glyphs else { return false };
    let glyphs = &reading.folded().glyphs;
    let is_outside = |at: Option<usize>| at.and_then(|at| glyphs.get(at)).is_none_or(|glyph| glyph.place != Place::Handle);
    is_outside(start.checked_sub(1)) && is_outside(Some(end))
}

/// True for a capital letter and small ones behind it.
fn is_written_as_name(glyphs: &[Glyph]) -> bool {
    glyphs.split_first().is_some_and(|(first, rest)| first.is_upper && !rest.is_empty() && !rest.iter().any(|glyph| glyph.is_upper))
}

/// True for letters without any dress: what another language would write.
fn is_plain(glyphs: &[Glyph]) -> bool {
    glyphs.iter().all(|glyph| glyph.kind == Kind::Plain)
}

/// Words that hold sentences together, of English and of languages in which some of our terms are ordinary words.
const ENGLISH: &[&str] = &[
    "a", "an", "and", "are", "be", "but", "do", "for", "get", "have", "he", "her", "him", "i", "im", "in", "is", "it", "its", "like", "me", "my", "not",
    "of", "on", "she", "so", "that", "the", "they", "this", "to", "u", "was", "we", "what", "who", "why", "with", "you", "your",
];
const OTHERS: &[&str] = &[
    "als", "att", "av", "bij", "con", "dat", "cu", "das", "de", "del", "dem", "den", "der", "des", "det", "die", "din", "du", "ein", "eine", "el", "en", "er", "es", "est",
    "et", "het", "hij", "ich", "ik", "ist", "ikke", "inte", "jag", "kan", "ja", "la", "las", "le", "les", "los", "maar", "med", "met", "mit", "moet", "mooi", "na", "nicht", "niet", "nie", "och", "og", "om", "para", "pe", "por", "que", "sich",
    "sie", "ook", "som", "sunt", "till", "un", "una", "und", "une", "uit", "van", "waar", "werd", "wordt", "worden", "var", "voor", "wat", "wir", "zich", "zij", "zijn", "zu",
];

/// True when the words around say that the draft is not in English.
fn is_in_another_language(content: &str) -> bool {
    let (mut english, mut others) = (0_usize, 0_usize);
    for word in content.split(|character: char| !character.is_alphabetic()).filter(|word| word.len() < 6) {
        let word = word.to_ascii_lowercase();
        english += usize::from(ENGLISH.contains(&word.as_str()));
        others += usize::from(OTHERS.contains(&word.as_str()) || word.chars().any(|letter| matches!(letter, 'À'..='ɏ')));
    }
    others > english
}

fn report(draft: &Draft<'_>, policy: &Policy, word: &Word, findings: &mut Findings<'_>) {
    let (content, span) = (draft.content, word.span);
    let written = span.of(content);
    let (what, risk) = match word.severity {
        TermSeverity::Mild => ("coarse language", Grade::Low),
        TermSeverity::Moderate => ("a swear word", Grade::Medium),
        TermSeverity::Strong => ("a strong swear word", Grade::High),
        TermSeverity::Slur => ("a slur", Grade::Grave),
    };
    let disguise = if word.writing == Writing::Disguised { ", in disguise" } else { "" };
    let wants_fixes = findings.wants_fixes();
    let mut finding = findings
        .report_at(span)
        .because(format!("`{written}` reads as {what}{disguise}."))
        .help("Say it in other words.")
        .required_edit(format!("Remove profanity (e.g., {written}) and regenerate."))
        .risk(risk);
    for (title, edit) in [("Mask the word", Edit::replace(span, mask(written))), ("Delete the word", Edit::delete(with_blank(content, span)))] {
        if wants_fixes && removes(content, policy, &edit) {
            finding = finding.fix(Fix::risky(title, vec![edit]));
        }
    }
    finding.push();
}

/// False where what is left would be read as a word again: a mask between letters, or letters that the word kept apart.
fn removes(content: &str, policy: &Policy, edit: &Edit) -> bool {
    // Stars between blanks are nothing but stars.
    let before = content.get(..edit.span.start).and_then(|head| head.chars().next_back());
    let behind = content.get(edit.span.end..).and_then(|rest| rest.chars().next());
    if !edit.text.is_empty() && [before, behind].iter().flatten().all(|next| next.is_whitespace()) {
        return true;
    }
    let window = super::removal::window(content, edit.span);
    let moved = Edit::replace(Span::new(edit.span.start - window.start, edit.span.end - window.start), edit.text.clone());
    let Ok(after) = apply(window.of(content), std::slice::from_ref(&moved)) else { return false };
    let place = Span::new(moved.span.start, moved.span.start + edit.text.len());
    let touches = |word: &Word| {
        if place.is_empty() { word.span.start < place.start && place.end < word.span.end } else { word.span.overlaps(place) }
    };
    !reported(&after, &policy.read(&after), policy).iter().any(touches)
}

/// A star for each visible character, blanks kept.
fn mask(written: &str) -> String {
    let visible = crate::text::fold::fold(written).glyphs;
    visible.iter().map(|glyph| if glyph.kind.is_blank() { glyph.literal } else { '*' }).collect()
}

/// The span with one blank beside it, so that deleting it leaves no two in a row.
fn with_blank(content: &str, span: Span) -> Span {
    let before = content.get(..span.start).unwrap_or_default();
    let behind = content.get(span.end..).unwrap_or_default();
    let ends = behind.is_empty() || behind.starts_with(|next: char| !next.is_alphanumeric());
    match before.strip_suffix(' ') {
        Some(rest) if ends => Span::new(rest.len(), span.end),
        _ if before.is_empty() && behind.starts_with(' ') => Span::new(span.start, span.end + 1),
        _ => span,
    }
}

#[cfg(test)]
mod tests;

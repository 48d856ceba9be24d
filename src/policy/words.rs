//! The words that a policy looks for in a text: the built-in lexicons, read in place from the bytes that the build script wrote, and the
//! document's own terms.

use super::bits;
use super::document::{Document, TermSeverity};
use super::own::{OwnList, OwnTerms};
use crate::text::Span;
use crate::text::fold::{Folded, fold};
use crate::text::lexicon::{Hit, Lexicon, LexiconError, Traits};
use crate::text::order::sort_by_key;
use crate::text::phrases::{Patterns, Phrases, Role, Word};
use std::cell::OnceCell;
#[cfg(feature = "browser")]
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

/// Bytes of the program itself.
type Static = &'static [u8];

static HARM: Static = include_bytes!(concat!(env!("OUT_DIR"), "/harm.bin"));
static PROFANITY: Static = include_bytes!(concat!(env!("OUT_DIR"), "/profanity.bin"));
static AGAINST_TERMS: Static = include_bytes!(concat!(env!("OUT_DIR"), "/terms_of_service.bin"));

/// The terms, their filter and the words of phrases, as the build script wrote them.
#[cfg(any(not(feature = "browser"), test))]
pub(super) const fn fixed() -> [Static; 3] {
    [
        include_bytes!(concat!(env!("OUT_DIR"), "/terms.bin")),
        include_bytes!(concat!(env!("OUT_DIR"), "/terms.filter")),
        include_bytes!(concat!(env!("OUT_DIR"), "/words.bin")),
    ]
}

#[cfg(not(feature = "browser"))]
fn tables() -> [Static; 3] {
    fixed()
}

/// The same, unpacked once.
#[cfg(feature = "browser")]
fn tables() -> [Static; 3] {
    static UNPACKED: OnceLock<Option<super::unpack::Tables>> = OnceLock::new();
    match UNPACKED.get_or_init(super::unpack::unpack) {
        Some(tables) => [&tables.terms, &tables.filter, &tables.words],
        // Without a filter no lexicon is read, and without one there is no policy.
        None => [&[], &[], &[]],
    }
}

/// A list of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhraseList {
    /// Self-harm, threats, hatred.
    Harm,
    /// What platforms' terms forbid.
    TermsOfService,
    /// Words with two lives, where they are swear words.
    Profanity,
}

/// A phrase of the built-in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundPhrase {
    /// What it is called in its list.
    pub kind: &'static str,
    /// Where.
    pub span: Span,
    /// The word in it that matters most.
    pub core: Span,
}

/// A built-in term.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    hit: Hit,
}

impl Term {
    /// Where and how it was found.
    pub const fn hit(&self) -> &Hit {
        &self.hit
    }

    /// How strong a swear word it is; `None` when it is none.
    pub const fn severity(&self) -> Option<TermSeverity> {
        let owner = self.hit.entry.owner();
        if owner & bits::PROFANITY == 0 {
            return None;
        }
        Some(match owner & bits::SEVERITY {
            0 => TermSeverity::Mild,
            1 => TermSeverity::Moderate,
            2 => TermSeverity::Strong,
            _ => TermSeverity::Slur,
        })
    }

    /// True for an innocent word that holds what looks like another.
    pub const fn is_allowed(&self) -> bool {
        self.hit.entry.owner() & bits::ALLOW != 0
    }

    /// True for a word that is also a name.
    pub const fn is_name(&self) -> bool {
        self.hit.entry.owner() & bits::NAME != 0
    }

    /// True for a word that means something else in another language.
    pub const fn is_foreign(&self) -> bool {
        self.hit.entry.owner() & bits::FOREIGN != 0
    }

    /// True for a word that has an innocent twin.
    pub const fn is_ambiguous(&self) -> bool {
        self.hit.entry.has(Traits::AMBIGUOUS)
    }
}

/// Every word that a policy knows.
#[derive(Debug, Clone)]
pub(super) struct Words {
    terms: Lexicon<Static>,
    phrases: Phrases<Static>,
    harm: Patterns<Static>,
    terms_of_service: Patterns<Static>,
    profanity: Patterns<Static>,
    pub(super) own: OwnTerms,
}

impl Words {
    pub(super) fn new(document: &Document) -> Result<Self, LexiconError> {
        let [terms, filter, words] = tables();
        Ok(Self {
            terms: Lexicon::new(terms, filter)?,
            phrases: Phrases::new(words),
            harm: Patterns::new(HARM),
            terms_of_service: Patterns::new(AGAINST_TERMS),
            profanity: Patterns::new(PROFANITY),
            own: OwnTerms::new(document)?,
        })
    }
}

/// A text, read for one policy.
#[derive(Debug)]
pub struct Reading {
    folded: Folded,
    terms: Vec<Term>,
    own: Vec<Hit>,
    words: OnceCell<Vec<Word>>,
}

impl Reading {
    pub(super) fn new(content: &str, words: &Words) -> Self {
        let folded = fold(content);
        let terms = words.terms.scan(&folded).into_iter().map(|hit| Term { hit }).collect();
        let own = words.own.scan(&folded);
        Self { folded, terms, own, words: OnceCell::new() }
    }

    /// What a reader sees.
    pub const fn folded(&self) -> &Folded {
        &self.folded
    }

    /// The built-in terms in it, in text order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The document's own terms of one list, in text order, the longest of those that start at one place.
    pub fn own(&self, list: OwnList) -> impl Iterator<Item = &Hit> {
        let mut done = 0;
        self.own.iter().filter(move |hit| {
            let counts = list.holds(hit) && hit.span.start >= done;
            if counts {
                done = hit.span.end;
            }
            counts
        })
    }

    /// The phrases of a built-in list.
    pub(super) fn phrases(&self, list: PhraseList, words: &Words) -> Vec<FoundPhrase> {
        let (bit, patterns) = match list {
            PhraseList::Harm => (bits::HARM, &words.harm),
            PhraseList::TermsOfService => (bits::TERMS, &words.terms_of_service),
            PhraseList::Profanity => (bits::CONTEXT, &words.profanity),
        };
        let bit = core(bit);
        let is_core = |term: &Term| core(term.hit.entry.owner()) & bit != 0;
        let is_worth_it =
            self.terms.iter().any(is_core) || list == PhraseList::TermsOfService && self.own(OwnList::Impersonation).next().is_some();
        if !is_worth_it {
            return Vec::new();
        }
        let cut = self.words.get_or_init(|| self.cut(words));
        let found = words.phrases.find(patterns, cut, bit);
        found
            .into_iter()
            .filter_map(|phrase| Some(FoundPhrase { kind: KINDS.get(usize::from(phrase.kind))?, span: phrase.span, core: phrase.core }))
            .collect()
    }

    fn cut(&self, words: &Words) -> Vec<Word> {
        let own = self.own.iter().filter(|hit| OwnList::Impersonation.holds(hit));
        let own = own.map(|hit| (*hit, Role { is_person: true, cores: core(bits::PERSON), ..Role::default() }));
        let builtin = self.terms.iter().map(|term| {
            let owner = term.hit.entry.owner();
            let classes = u32::try_from(owner >> bits::CLASSES).unwrap_or_default();
            (term.hit, Role { classes, is_person: owner & bits::PERSON != 0, cores: core(owner) })
        });
        let mut hits: Vec<(Hit, Role)> = own.chain(builtin).collect();
        sort_by_key(&mut hits, |(hit, _)| (hit.span.start, usize::MAX - hit.span.end));
        words.phrases.words(&self.folded, &hits)
    }
}

/// The owner's bits of cores, as a word carries them.
fn core(owner: u64) -> u8 {
    u8::from(owner & bits::HARM != 0) | u8::from(owner & (bits::TERMS | bits::PERSON) != 0) << 1 | u8::from(owner & bits::CONTEXT != 0) << 2
}

impl super::Policy {
    /// Reads a text for this policy's words.
    pub fn read(&self, content: &str) -> Reading {
        Reading::new(content, &self.words)
    }

    /// The phrases of a built-in list in a text that this policy has read.
    pub fn phrases(&self, reading: &Reading, list: PhraseList) -> Vec<FoundPhrase> {
        reading.phrases(list, &self.words)
    }

    /// What the brand says instead of a blocked term, as it is written somewhere.
    pub fn replacement(&self, written: &str) -> Option<&str> {
        self.words.own.replacement(written)
    }

    /// The required terms that a text lacks: neither written as in the document nor in another case or dress.
    pub fn missing_terms<'p>(&'p self, reading: &'p Reading) -> impl Iterator<Item = &'p str> {
        self.words.own.missing(&reading.folded)
    }
}

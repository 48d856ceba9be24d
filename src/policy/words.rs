//! The words that a policy looks for: the built-in lexicons, read in place from the bytes that the build script wrote, and the
//! document's own terms, compiled once.

use super::bits;
use super::document::{Document, TermSeverity};
use crate::text::Span;
use crate::text::fold::{Folded, fold};
use crate::text::lexicon::{Entry, Hit, Lexicon, LexiconError, Traits};
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

/// Which of a document's own lists a term stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnList {
    /// `lexicon.block`.
    Profanity,
    /// `lexicon.allow` and `brand.allowed_terms`.
    Allowed,
    /// `brand.blocked_terms`.
    BrandBlocked,
    /// `impersonation`.
    Impersonation,
    /// `citation_topics`.
    CitationTopic,
}

impl OwnList {
    fn traits(self) -> Traits {
        match self {
            Self::Allowed => Traits::ACCENTED | Traits::LITERAL,
            Self::CitationTopic => Traits::ACCENTED,
            _ => Traits::ACCENTED | Traits::UNMISTAKABLE,
        }
    }

    const fn bit(self) -> u64 {
        match self {
            Self::Profanity => 1,
            Self::Allowed => 1 << 1,
            Self::BrandBlocked => 1 << 2,
            Self::Impersonation => 1 << 3,
            Self::CitationTopic => 1 << 4,
        }
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
    own: Lexicon<Vec<u8>>,
    required: Vec<(String, Lexicon<Vec<u8>>)>,
    replacements: Vec<(String, Lexicon<Vec<u8>>)>,
}

impl Words {
    pub(super) fn new(document: &Document) -> Result<Self, LexiconError> {
        let lists = [
            (&document.lexicon.block, OwnList::Profanity),
            (&document.lexicon.allow, OwnList::Allowed),
            (&document.brand.allowed_terms, OwnList::Allowed),
            (&document.brand.blocked_terms, OwnList::BrandBlocked),
            (&document.impersonation, OwnList::Impersonation),
            (&document.citation_topics, OwnList::CitationTopic),
        ];
        let own = lists.iter().flat_map(|(terms, list)| terms.iter().map(|term| (term.as_str(), Entry::new(list.traits(), list.bit()))));
        let required = document
            .brand
            .required_terms
            .iter()
            .map(|term| Ok((term.clone(), Lexicon::build([(term.as_str(), Entry::new(Traits::ACCENTED, 0))])?)));
        let entry = Entry::new(OwnList::BrandBlocked.traits(), OwnList::BrandBlocked.bit());
        let replacements = document.brand.replacements.iter();
        let replacements = replacements.map(|(term, instead)| Ok((instead.clone(), Lexicon::build([(term.as_str(), entry)])?)));
        let [terms, filter, words] = tables();
        Ok(Self {
            terms: Lexicon::new(terms, filter)?,
            phrases: Phrases::new(words),
            harm: Patterns::new(HARM),
            terms_of_service: Patterns::new(AGAINST_TERMS),
            profanity: Patterns::new(PROFANITY),
            own: Lexicon::build(own)?,
            required: required.collect::<Result<_, _>>()?,
            replacements: replacements.collect::<Result<_, _>>()?,
        })
    }
}

impl Words {
    /// The terms of a document that no text could ever be reported for, each with its place in the document and the reason.
    pub(super) fn dead_terms(&self, document: &Document) -> Vec<(String, &'static str)> {
        let lists = [
            ("/citation_topics", &document.citation_topics, OwnList::CitationTopic),
            ("/brand/blocked_terms", &document.brand.blocked_terms, OwnList::BrandBlocked),
            ("/brand/allowed_terms", &document.brand.allowed_terms, OwnList::Allowed),
            ("/lexicon/block", &document.lexicon.block, OwnList::Profanity),
            ("/lexicon/allow", &document.lexicon.allow, OwnList::Allowed),
            ("/impersonation", &document.impersonation, OwnList::Impersonation),
        ];
        let mut dead = Vec::new();
        for (pointer, terms, list) in lists {
            for (index, term) in terms.iter().enumerate() {
                if let Some(why) = self.is_dead(term, list) {
                    dead.push((format!("{pointer}/{index}"), why));
                }
            }
        }
        for (term, instead) in &document.brand.replacements {
            let hits = self.own.scan(&fold(instead));
            if hits.iter().any(|hit| hit.entry.owner() & OwnList::BrandBlocked.bit() != 0) {
                let key = term.replace('~', "~0").replace('/', "~1");
                dead.push((
                    format!("/brand/replacements/{key}"),
                    "this holds a blocked term itself, expected words that the brand does use",
                ));
            }
        }
        dead
    }

    fn is_dead(&self, term: &str, list: OwnList) -> Option<&'static str> {
        let hits = self.own.scan(&fold(term));
        let mut own = hits.iter().filter(|hit| hit.entry.owner() & list.bit() != 0).peekable();
        if own.peek().is_none() {
            return Some(NOT_FOUND);
        }
        let is_reported = matches!(list, OwnList::Profanity | OwnList::BrandBlocked);
        let is_allowed =
            |hit: &Hit| hits.iter().any(|allowed| allowed.entry.owner() & OwnList::Allowed.bit() != 0 && allowed.span.contains(hit.span));
        (is_reported && own.all(is_allowed)).then_some("an allowed term holds this one, so that it can never match")
    }
}

const NOT_FOUND: &str = "this term can never match, expected words, a name or a tag as somebody would write it";

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
            let counts = hit.entry.owner() & list.bit() != 0 && hit.span.start >= done;
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
        let own = self.own.iter().filter(|hit| hit.entry.owner() & OwnList::Impersonation.bit() != 0);
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
        if self.words.replacements.is_empty() {
            return None;
        }
        let folded = fold(written);
        let mut replacements = self.words.replacements.iter();
        replacements.find(|(_, lexicon)| !lexicon.scan(&folded).is_empty()).map(|(instead, _)| instead.as_str())
    }

    /// The required terms that a text lacks: neither written as in the document nor in another case or dress.
    pub fn missing_terms<'p>(&'p self, content: &'p str, reading: &'p Reading) -> impl Iterator<Item = &'p str> {
        let is_missing = |(term, lexicon): &&(String, Lexicon<_>)| !content.contains(term) && lexicon.scan(&reading.folded).is_empty();
        self.words.required.iter().filter(is_missing).map(|(term, _)| term.as_str())
    }
}

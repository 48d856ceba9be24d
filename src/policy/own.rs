//! A document's own terms, compiled once: what is looked for, what must stand there, what is said instead.

use super::document::Document;
use crate::text::fold::{Folded, Place, fold};
use crate::text::lexicon::{Entry, Hit, Lexicon, LexiconError, Traits, Writing};

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
    const fn entry(self) -> Entry {
        Entry::new(self.traits(), self.bit())
    }

    const fn traits(self) -> Traits {
        match self {
            Self::Allowed => Traits::LITERAL,
            Self::CitationTopic => Traits(0),
            Self::Profanity | Self::BrandBlocked | Self::Impersonation => Traits::UNMISTAKABLE,
        }
    }

    /// True for a term of this list; who somebody is and what a draft speaks of does not show in the name of a machine.
    pub(super) fn holds(self, hit: &Hit) -> bool {
        hit.entry.owner() & self.bit() != 0 && (hit.place != Place::Host || !matches!(self, Self::Impersonation | Self::CitationTopic))
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

/// The terms, each with what stands in the document for it.
type Terms = Vec<(String, Lexicon<Vec<u8>>)>;

/// The own terms of one document.
#[derive(Debug, Clone)]
pub(super) struct OwnTerms {
    all: Lexicon<Vec<u8>>,
    required: Terms,
    /// By what is said instead.
    replacements: Terms,
}

/// The lists in which terms are looked for, with their places in a document.
fn lists(document: &Document) -> [(&'static str, &Vec<String>, OwnList); 6] {
    [
        ("/citation_topics", &document.citation_topics, OwnList::CitationTopic),
        ("/brand/blocked_terms", &document.brand.blocked_terms, OwnList::BrandBlocked),
        ("/brand/allowed_terms", &document.brand.allowed_terms, OwnList::Allowed),
        ("/lexicon/block", &document.lexicon.block, OwnList::Profanity),
        ("/lexicon/allow", &document.lexicon.allow, OwnList::Allowed),
        ("/impersonation", &document.impersonation, OwnList::Impersonation),
    ]
}

impl OwnTerms {
    pub(super) fn new(document: &Document) -> Result<Self, LexiconError> {
        let all = lists(document).into_iter().flat_map(|(_, terms, list)| terms.iter().map(move |term| (term.as_str(), list.entry())));
        let one = |term: &str, named: &str, entry| Ok((named.to_owned(), Lexicon::build([(term, entry)])?));
        let required = document.brand.required_terms.iter().map(|term| one(term, term, Entry::default()));
        let replacements = document.brand.replacements.iter().map(|(term, instead)| one(term, instead, OwnList::BrandBlocked.entry()));
        Ok(Self {
            all: Lexicon::build(all)?,
            required: required.collect::<Result<_, _>>()?,
            replacements: replacements.collect::<Result<_, _>>()?,
        })
    }

    /// Every own term in a text, in text order.
    pub(super) fn scan(&self, folded: &Folded) -> Vec<Hit> {
        self.all.scan(folded)
    }

    pub(super) fn replacement(&self, written: &str) -> Option<&str> {
        if self.replacements.is_empty() {
            return None;
        }
        let folded = fold(written);
        let mut replacements = self.replacements.iter();
        let is_whole = |hit: &Hit| hit.span.start == 0 && hit.span.end == written.len();
        replacements.find(|(_, lexicon)| lexicon.scan(&folded).iter().any(is_whole)).map(|(instead, _)| instead.as_str())
    }

    /// The required terms that a text lacks: what stands in disguise, in the name of a machine or at the front of a longer tag tells a
    /// reader nothing, and a tag or a handle in a link's path is none.
    pub(super) fn missing<'p>(&'p self, folded: &'p Folded) -> impl Iterator<Item = &'p str> {
        let goes_on = move |hit: &Hit| {
            let behind = hit.glyphs.and_then(|(_, end)| folded.glyphs.get(end));
            behind.is_some_and(|behind| behind.place == Place::Hashtag && behind.kind.is_word())
        };
        let stands = move |term: &str, hit: &Hit| {
            let is_placed = match hit.place {
                Place::Link => !term.starts_with(['#', '@']),
                Place::Host => term.contains('.'),
                _ => !goes_on(hit),
            };
            is_placed && hit.writing == Writing::Plain
        };
        let is_missing = move |(term, lexicon): &&(String, Lexicon<_>)| !lexicon.scan(folded).iter().any(|hit| stands(term, hit));
        self.required.iter().filter(is_missing).map(|(term, _)| term.as_str())
    }

    /// The terms of a document that no text could ever be reported for, each with its place in the document and the reason.
    pub(super) fn dead(&self, document: &Document) -> Vec<(String, &'static str)> {
        let mut dead = Vec::new();
        for (pointer, terms, list) in lists(document) {
            for (index, term) in terms.iter().enumerate() {
                if let Some(why) = self.is_dead(term, list) {
                    dead.push((format!("{pointer}/{index}"), why));
                }
            }
        }
        for (index, (term, lexicon)) in self.required.iter().enumerate() {
            if lexicon.scan(&fold(term)).is_empty() {
                dead.push((format!("/brand/required_terms/{index}"), NOT_FOUND));
            }
        }
        for (term, instead) in &document.brand.replacements {
            if self.scan(&fold(instead)).iter().any(|hit| OwnList::BrandBlocked.holds(hit)) {
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
        let hits = self.scan(&fold(term));
        let mut own = hits.iter().filter(|hit| list.holds(hit)).peekable();
        if own.peek().is_none() {
            return Some(NOT_FOUND);
        }
        let is_reported = matches!(list, OwnList::Profanity | OwnList::BrandBlocked);
        let is_allowed = |hit: &Hit| hits.iter().any(|allowed| OwnList::Allowed.holds(allowed) && allowed.span.contains(hit.span));
        (is_reported && own.all(is_allowed)).then_some("an allowed term holds this one, so that it can never match")
    }
}

const NOT_FOUND: &str = "this term can never match, expected words, a name or a tag as somebody would write it";

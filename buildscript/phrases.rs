//! Compiles the phrase lists: sequences of word classes, as one automaton a list, and the words with the classes they belong to.
//!
//! A list holds `@name = word, word, @other` (a class) and sections `[kind]` of phrases, one a line. The elements of a phrase:
//!
//! | element | matches |
//! | --- | --- |
//! | `word`, `a\|b`, `@name`, `@name\|b` | one word |
//! | `<a\|b>` | one word, the one that the phrase is about and that is reported instead of the whole |
//! | `NUMBER` and the like | a word of that shape: see [`SHAPES`] |
//! | `~3` | up to three words of any kind |
//! | `…?` | the element or nothing |
//!
//! Only texts that hold a *core* are searched: of each phrase that reports something, the element that common speech has least of.

use crate::packed::Classes;
use crate::terms::expand;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

#[path = "../src/text/phrases/compile.rs"]
mod compile;
#[path = "../src/text/phrases/format.rs"]
mod format;
#[path = "patterns.rs"]
mod patterns;
use format::{FIRST, SHAPES};

/// The class, in the lists, of words that turn the meaning round: no gap of a phrase holds one, and none stands before a phrase.
const NEGATION: &str = "neg";
/// The class of words that report what somebody said: what they have in quotation marks behind them is not the author's.
const REPORT: &str = "report";

/// The words that phrases are built around, each with where its classes are listed.
pub(crate) struct Phrases {
    /// Every word of a phrase.
    pub(crate) words: Classes,
    /// Where its classes are listed.
    pub(crate) offsets: BTreeMap<String, u32>,
    pub(crate) harm: BTreeMap<String, u32>,
    pub(crate) terms_of_service: BTreeMap<String, u32>,
    pub(crate) profanity: BTreeMap<String, u32>,
}

type Words = BTreeSet<String>;

#[derive(Default)]
struct Compiler {
    names: BTreeMap<String, Words>,
    /// Every set of words that some element stands for, with its number.
    classes: BTreeMap<Words, u16>,
    kinds: Vec<String>,
    /// How often a word stands in a thousand, for common words.
    common: BTreeMap<String, f64>,
}

/// How often a word stands in a thousand that is not a common one.
const RARE: f64 = 0.02;
/// The kind of phrases that only make others innocent; only the word that such a phrase is about is searched for.
const INNOCENT: &str = "ok";

struct List {
    phrases: BTreeMap<Vec<u16>, u16>,
    cores: Words,
}

pub(crate) fn build(folder: &Path, out: &Path) -> Result<Phrases, Box<dyn Error>> {
    let mut compiler = Compiler::default();
    let shared = fs::read_to_string(folder.join("classes.txt"))?;
    compiler.list(&shared).map_err(|error| format!("{}/classes.txt:{error}", folder.display()))?;
    let common = fs::read_to_string(folder.join("common.txt"))?;
    compiler.common(&common).map_err(|error| format!("{}/common.txt:{error}", folder.display()))?;
    let mut lists = Vec::new();
    for name in ["harm", "terms_of_service", "profanity"] {
        let text = fs::read_to_string(folder.join(name).with_extension("txt"))?;
        let list = compiler.list(&text).map_err(|error| format!("{}/{name}.txt:{error}", folder.display()))?;
        lists.push((name, list));
    }
    let numbers = compiler.renumber(&lists.iter().flat_map(|(_, list)| list.phrases.keys()).collect::<Vec<_>>())?;
    let mut cores = Vec::new();
    for (name, List { phrases, cores: own }) in lists {
        let number = |class: u16| numbers.get(&class).copied().unwrap_or(class);
        let phrases = phrases.into_iter().map(|(key, kind)| (key.into_iter().map(number).collect(), kind)).collect();
        fs::write(out.join(name).with_extension("bin"), patterns::compile(&phrases)?)?;
        cores.push(own);
    }
    let (words, offsets) = compiler.words(out)?;
    let kinds = compiler.kinds.iter().try_fold(String::new(), |mut kinds, kind| write!(kinds, "\"{kind}\", ").map(|()| kinds))?;
    fs::write(out.join("kinds.rs"), format!("pub(super) static KINDS: &[&str] = &[{kinds}];\n"))?;
    let mut found =
        cores.into_iter().map(|cores| cores.into_iter().filter_map(|word| offsets.get(&word).map(|at| (word.clone(), *at))).collect());
    let mut next = || found.next().unwrap_or_default();
    Ok(Phrases { harm: next(), terms_of_service: next(), profanity: next(), words, offsets })
}

impl Compiler {
    fn common(&mut self, text: &str) -> Result<(), String> {
        let mut often = 0.0;
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(number) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                often = number.parse().map_err(|_| format!("{}: expected a number", index + 1))?;
            } else {
                self.common.extend(line.split(',').map(|word| (word.trim().to_owned(), often)));
            }
        }
        Ok(())
    }

    fn list(&mut self, text: &str) -> Result<List, String> {
        let mut list = List { phrases: BTreeMap::new(), cores: Words::new() };
        let mut kind = None;
        for (index, line) in text.lines().enumerate() {
            let at = |message: String| format!("{}: {message}", index + 1);
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                kind = Some(self.kind(name));
            } else if let Some((name, words)) = line.strip_prefix('@').and_then(|line| line.split_once(" = ")) {
                let words = self.set(&expand(words).map_err(at)?.join("|")).map_err(at)?;
                self.names.entry(name.trim().to_owned()).or_default().extend(words);
            } else if !line.is_empty() {
                let kind = kind.ok_or_else(|| at("a phrase in front of the first `[kind]`".to_owned()))?;
                self.phrase(line, kind, &mut list).map_err(at)?;
            }
        }
        Ok(list)
    }

    fn kind(&mut self, name: &str) -> u16 {
        let at = self.kinds.iter().position(|known| known == name).unwrap_or_else(|| {
            self.kinds.push(name.to_owned());
            self.kinds.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    fn phrase(&mut self, line: &str, kind: u16, list: &mut List) -> Result<(), String> {
        let mut keys: Vec<Vec<u16>> = vec![Vec::new()];
        let mut rarest: Option<(f64, Words)> = None;
        let mut has_subject = false;
        for element in line.split_whitespace() {
            if let Some(most) = element.strip_prefix('~') {
                let most: usize = most.parse().map_err(|_| format!("`{element}`: expected a number behind `~`"))?;
                keys = keys.iter().flat_map(|key| (0..=most).map(|count| [key.clone(), vec![0; count]].concat())).collect();
                continue;
            }
            let (element, is_optional) = element.strip_suffix('?').map_or((element, false), |element| (element, true));
            let subject = element.strip_prefix('<').and_then(|element| element.strip_suffix('>'));
            has_subject |= subject.is_some();
            let element = subject.unwrap_or(element);
            let (shapes, words): (Vec<&str>, Vec<&str>) = element.split('|').partition(|part| SHAPES.contains(part));
            let words = self.set(&words.join("|"))?;
            let often = if subject.is_some() { 0.0 } else { self.often(&words, &shapes) };
            if !is_optional && rarest.as_ref().is_none_or(|(least, _)| often < *least) {
                rarest = Some((often, words.clone()));
            }
            let number = |shape: &&str| SHAPES.iter().zip(0_u16..).find(|(known, _)| *known == shape).map(|(_, number)| number);
            let mut classes: Vec<u16> = shapes.iter().filter_map(number).collect();
            if !words.is_empty() {
                classes.push(self.class(words)?);
            }
            let longer = keys.iter().flat_map(|key| classes.iter().map(|class| [key.as_slice(), &[*class]].concat()));
            keys = if is_optional { longer.chain(keys.iter().cloned()).collect() } else { longer.collect() };
        }
        if has_subject || self.kinds.iter().position(|name| name == INNOCENT).is_none_or(|innocent| usize::from(kind) != innocent) {
            let (_, core) =
                rarest.filter(|(often, _)| often.is_finite()).ok_or_else(|| format!("`{line}`: no word that texts can be searched for"))?;
            list.cores.extend(core);
        }
        for key in keys {
            list.phrases.entry(key).or_insert(kind);
        }
        Ok(())
    }

    /// How often an element matches a word of a thousand; links and names are found without a core.
    fn often(&self, words: &Words, shapes: &[&str]) -> f64 {
        let words: f64 = words.iter().map(|word| self.common.get(word).unwrap_or(&RARE)).sum();
        let shapes: f64 = shapes.iter().map(|shape| if matches!(*shape, "LINK" | "PERSON") { 2.0 } else { f64::INFINITY }).sum();
        words + shapes
    }

    fn class(&mut self, words: Words) -> Result<u16, String> {
        let next = u16::try_from(usize::from(FIRST) + 2 + self.classes.len()).map_err(|error| error.to_string())?;
        Ok(*self.classes.entry(words).or_insert(next))
    }

    /// Numbers the classes anew; answers the number of each. Those that phrases start with come first, so that a look at a word need not go
    /// on behind them; within, the order is that in which the words name them, which packs best.
    fn renumber(&mut self, phrases: &[&Vec<u16>]) -> Result<BTreeMap<u16, u16>, Box<dyn Error>> {
        let starts: BTreeSet<u16> = phrases.iter().filter_map(|phrase| phrase.first().copied()).collect();
        let mut of: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
        for (words, class) in &self.classes {
            for word in words {
                of.entry(word).or_default().insert(*class);
            }
        }
        let (first, others): (Vec<u16>, Vec<u16>) = of.into_values().flatten().partition(|class| starts.contains(class));
        let mut numbers = BTreeMap::new();
        for class in first.into_iter().chain(others) {
            let next = FIRST + 2 + u16::try_from(numbers.len())?;
            numbers.entry(class).or_insert(next);
        }
        for class in self.classes.values_mut() {
            *class = numbers.get(class).copied().unwrap_or(*class);
        }
        Ok(numbers)
    }

    fn set(&self, element: &str) -> Result<Words, String> {
        let mut words = Words::new();
        for part in element.split('|').map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(name) = part.strip_prefix('@') {
                words.extend(self.names.get(name).ok_or_else(|| format!("unknown class `@{name}`"))?.iter().cloned());
            } else if part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'\'') {
                words.insert(part.to_owned());
            } else {
                return Err(format!("`{part}`: expected lower-case letters, digits, apostrophes"));
            }
        }
        Ok(words)
    }

    /// Writes the words with their classes; answers these and where each word's classes are listed.
    fn words(&self, out: &Path) -> Result<(Classes, BTreeMap<String, u32>), Box<dyn Error>> {
        let mut of: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
        // Two classes have fixed numbers in front of all others.
        for (name, number) in [NEGATION, REPORT].iter().zip(FIRST..) {
            for word in self.names.get(*name).ok_or_else(|| format!("classes.txt: no class `@{name}`"))? {
                of.entry(word).or_default().insert(number);
            }
        }
        for (words, class) in &self.classes {
            for word in words {
                of.entry(word).or_default().insert(*class);
            }
        }
        let of: Classes = of.into_iter().map(|(word, classes)| (word.to_owned(), classes.into_iter().collect())).collect();
        let words: Vec<(&[u8], &[u16])> = of.iter().map(|(word, classes)| (word.as_bytes(), classes.as_slice())).collect();
        let (lists, offsets) = compile::compile(&words).ok_or("too many words for their layout")?;
        let offsets: BTreeMap<String, u32> = of.keys().cloned().zip(offsets).collect();
        fs::write(out.join("words.bin"), lists)?;
        Ok((of, offsets))
    }
}

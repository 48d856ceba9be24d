//! Times the core natively, on one thread, by the processor's time: `measure side < texts.json`, `measure length`, `measure lexicon`.
//! `measure once < texts.json` times nothing: callgrind counts. One JSON value comes out. Rounds take turns, and a figure is the median of
//! nine of them.

use cpu_time::ThreadTime;
use postgate::contract::{CheckRequest, read_json, read_tree};
use postgate::policy::Policy;
use postgate::rules::check;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::hint::black_box;
use std::io::{Read, stdin};

const ROUNDS: usize = 9;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn request(content: &str, format: &str) -> Fallible<CheckRequest> {
    let body = json!({ "content": content, "platform": "x", "format": format, "policy_tags": ["no_harm"] });
    Ok(read_json(body.to_string().as_bytes())?)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Nanoseconds of one run over everything, for each contender.
fn side_by_side(contenders: &[&dyn Fn()]) -> Vec<f64> {
    let mut times = vec![Vec::new(); contenders.len()];
    for round in 0..=ROUNDS {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let start = ThreadTime::now();
            contender();
            // The first round warms up.
            if round > 0 {
                times.push(start.elapsed().as_nanos() as f64);
            }
        }
    }
    times.into_iter().map(median).collect()
}

/// Sets of texts by name, from the input; those of `threads` are threads.
fn sets() -> Fallible<Vec<(String, Vec<String>, Vec<CheckRequest>)>> {
    let mut body = String::new();
    stdin().read_to_string(&mut body)?;
    let sets: Map<String, Value> = serde_json::from_str(&body)?;
    let read = |(name, texts)| {
        let texts: Vec<String> = serde_json::from_value(texts)?;
        let format = if name == "threads" { "thread" } else { "single" };
        let requests = texts.iter().map(|text| request(text, format)).collect::<Fallible<Vec<_>>>()?;
        Ok((name, texts, requests))
    };
    sets.into_iter().map(read).collect()
}

/// All that callgrind is told to count, by this name.
#[inline(never)]
fn counted(requests: &[CheckRequest], policy: &Policy) {
    for request in requests {
        drop(black_box(check(black_box(request), policy)));
    }
}

/// Every text once, behind a first one that unpacks what is unpacked once; gives how many were counted.
fn once() -> Fallible<Value> {
    let policy = Policy::builtin()?;
    drop(black_box(check(&request("a first draft", "single")?, &policy)));
    let mut checks = 0;
    for (_, _, requests) in sets()? {
        counted(&requests, &policy);
        checks += requests.len();
    }
    Ok(json!(checks))
}

/// Both cores on the same texts.
fn side() -> Fallible<Value> {
    let policy = Policy::builtin()?;
    let mut out = Map::new();
    for (name, texts, requests) in sets()? {
        let ours = || requests.iter().for_each(|request| drop(black_box(check(black_box(request), &policy))));
        let theirs = || texts.iter().for_each(|text| _ = black_box(postgate_bench_native::is_inappropriate(black_box(text))));
        let times = side_by_side(&[&ours, &theirs]);
        let each = |time: f64| time / texts.len() as f64;
        out.insert(name, json!({ "postgate": each(times[0]), "rustrict": each(times[1]) }));
    }
    Ok(Value::Object(out))
}

/// Texts of one kind that grow, by what they repeat.
const KINDS: [(&str, &str); 6] = [
    ("ordinary", "A walk by the river, then bread and coffee with friends. "),
    ("one character", "a"),
    ("combining marks", "a\u{301}\u{323}\u{302}"),
    ("zero-width", "a\u{200b}"),
    ("nested links", "https://a.example/?u=https://b.example/"),
    ("disguised", "sh!t f*ck b.i.t.c.h @ss "),
];

/// Exactly as many bytes, or as many fewer as a character has.
fn grown(piece: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    for character in piece.chars().cycle() {
        if text.len() + character.len_utf8() > bytes {
            break;
        }
        text.push(character);
    }
    text
}

/// How often something short is done so that a clock can tell.
fn repeats(bytes: usize) -> usize {
    (20_000 / bytes.max(1)).max(1)
}

fn one(content: &str, policy: &Policy) -> Fallible<f64> {
    // The core takes what the doors refuse for its size: the door's bound is not the algorithm's.
    let mut request = request("", "single")?;
    request.content = content.to_owned();
    let count = repeats(content.len());
    let times = side_by_side(&[&|| (0..count).for_each(|_| drop(black_box(check(black_box(&request), policy))))]);
    Ok(times[0] / count as f64)
}

fn length() -> Fallible<Value> {
    let policy = Policy::builtin()?;
    let mut rows = Vec::new();
    for (kind, piece) in KINDS {
        for bytes in [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] {
            let text = grown(piece, bytes);
            rows.push(json!({ "kind": kind, "bytes": text.len(), "ns": one(&text, &policy)? }));
        }
    }
    Ok(Value::Array(rows))
}

/// A made-up word for a number, no two the same, none of a language.
fn word(mut number: usize) -> String {
    const SYLLABLES: [&str; 20] =
        ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "xa", "je", "wi", "lo", "nu"];
    let mut word = String::from("q");
    for _ in 0..5 {
        word.push_str(SYLLABLES[number % 20]);
        number /= 20;
    }
    word
}

fn lexicon() -> Fallible<Value> {
    let text = grown(KINDS[0].1, 280);
    let mut rows = Vec::new();
    for terms in [0, 1_000, 3_000, 10_000, 30_000, 100_000] {
        let words: Vec<String> = (0..terms).map(word).collect();
        let document = json!({ "name": "bench", "version": "1.0.0", "extends": "builtin", "lexicon": { "block": words } }).to_string();
        let compile = || {
            let tree = read_tree(&mut serde_json::Deserializer::from_str(&document)).expect("it is JSON");
            Policy::from_tree(tree).expect("it is a policy")
        };
        let start = ThreadTime::now();
        let policy = compile();
        let compiled = start.elapsed().as_nanos();
        let hit = format!("{} {}", &text[..200], word(terms / 2));
        rows.push(
            json!({ "terms": terms, "ns": one(&text, &policy)?, "hit_ns": one(&hit, &policy)?, "compile_ms": compiled as f64 / 1e6 }),
        );
    }
    Ok(Value::Array(rows))
}

fn main() -> Fallible<()> {
    let out = match std::env::args().nth(1).as_deref() {
        Some("side") => side()?,
        Some("length") => length()?,
        Some("lexicon") => lexicon()?,
        Some("once") => once()?,
        other => return Err(format!("{other:?} is unknown, expected side, length, lexicon or once").into()),
    };
    println!("{out}");
    Ok(())
}

//! Check requests in, one JSON object a line; reports out, one a line: what the native crate says, for comparison with every other engine.
//!
//! `cargo run --example reports < tests/data/policy-cases.jsonl` (a line may also be a case with its `request`). With `--digest N`, the SHA-256
//! of every N reports in place of them.

use postgate::contract::{CheckRequest, read_json};
use postgate::digest::sha256;
use postgate::policy::Policy;
use postgate::rules::check;
use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::builtin()?;
    let mut arguments = std::env::args().skip(1);
    let batch: Option<usize> = match arguments.next().as_deref() {
        None => None,
        Some("--digest") => Some(arguments.next().ok_or("--digest without a number, expected how many reports")?.parse()?),
        Some(other) => return Err(format!("{other} is unknown, expected --digest").into()),
    };
    let mut out = stdout().lock();
    let mut held: Vec<String> = Vec::new();
    for line in stdin().lock().lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let request = line.get("request").unwrap_or(&line);
        let request: CheckRequest = read_json(request.to_string().as_bytes())?;
        let report = serde_json::to_string(&check(&request, &policy))?;
        let Some(batch) = batch else {
            writeln!(out, "{report}")?;
            continue;
        };
        held.push(format!("{report}\n"));
        if held.len() == batch {
            writeln!(out, "{}", digest(&held))?;
            held.clear();
        }
    }
    if !held.is_empty() {
        writeln!(out, "{}", digest(&held))?;
    }
    Ok(())
}

/// SHA-256 over the reports, one behind the other, in hexadecimal digits.
fn digest(reports: &[String]) -> String {
    let parts: Vec<&[u8]> = reports.iter().map(String::as_bytes).collect();
    sha256(&parts).trim_start_matches("sha256:").to_owned()
}

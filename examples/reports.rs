//! Check requests in, one JSON object a line; reports out, one a line: what the native crate says, for comparison with every other engine.
//!
//! `cargo run --example reports < tests/data/policy-cases.jsonl` (a line may also be a case with its `request`).

use postgate::contract::{CheckRequest, read_json};
use postgate::policy::Policy;
use postgate::rules::check;
use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::builtin()?;
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let request = line.get("request").unwrap_or(&line);
        let request: CheckRequest = read_json(request.to_string().as_bytes())?;
        writeln!(out, "{}", serde_json::to_string(&check(&request, &policy))?)?;
    }
    Ok(())
}

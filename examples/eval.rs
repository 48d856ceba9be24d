//! How well the policy tells texts apart, on labelled texts that are not ours to ship.
//!
//! `npm run eval` runs this and writes docs/accuracy.md. Alone, `POSTGATE_EVAL_DATA=<eval.jsonl> cargo run --release --example eval` prints
//! one JSON object a task and half of the rows; without the data it says so and stops. The halves are by the hash of a row's id: lists
//! are tuned on one and measured on the other. `POSTGATE_EVAL_SHOW=<task>` lists what the task got wrong in the half for tuning.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::cast_precision_loss, clippy::indexing_slicing, reason = "it counts rows of a known shape")]

use postgate::contract::{CheckReport, CheckRequest};
use postgate::diagnostic::Code;
use postgate::digest::sha256;
use postgate::policy::Policy;
use postgate::rules::check;
use postgate::text::{Format, Platform, SpanUnit};
use serde_json::{Value, json};
use std::error::Error;
use std::process::ExitCode;

/// What a row is in a task: the bad that must be found, the good that must pass, or neither.
type Label = fn(&Value) -> Option<bool>;

struct Task {
    name: &'static str,
    code: Code,
    label: Label,
    /// The best that another filter is known to reach on rows of the same kind.
    best_known: &'static str,
    /// What is asked of this policy on rows that nobody here has seen.
    bar: &'static str,
}

const TASKS: &[Task] = &[
    Task { name: "davidson", code: Code::Profanity, label: davidson, best_known: "0.93 at 3.8 %", bar: "0.95 at 4 %" },
    Task { name: "hatecheck-profanity", code: Code::Profanity, label: hatecheck_profanity, best_known: "0.95 at 0 %", bar: "0.97 at 0 %" },
    Task { name: "self-harm", code: Code::HarmfulContent, label: self_harm, best_known: "0.51 at 1.7 %", bar: "0.70 at 2 %" },
    Task { name: "hatecheck-hate", code: Code::HarmfulContent, label: hate, best_known: "", bar: "" },
    Task { name: "hatemoji-hate", code: Code::HarmfulContent, label: hatemoji, best_known: "", bar: "" },
    Task { name: "openai-hate", code: Code::HarmfulContent, label: openai_hate, best_known: "", bar: "" },
    Task { name: "surge-toxicity", code: Code::Profanity, label: toxic, best_known: "", bar: "" },
    Task { name: "terms-of-service", code: Code::TosViolation, label: innocent, best_known: "", bar: "" },
    Task { name: "harm-on-all", code: Code::HarmfulContent, label: harmless, best_known: "", bar: "" },
];

fn of<'r>(row: &'r Value, set: &str) -> Option<&'r Value> {
    (row["set"] == set).then_some(row)
}

fn davidson(row: &Value) -> Option<bool> {
    of(row, "davidson").map(|row| row["cls"] != 2)
}

fn hatecheck_profanity(row: &Value) -> Option<bool> {
    let function = of(row, "hatecheck")?["func"].as_str()?;
    match function {
        "profanity_h" | "profanity_nh" => Some(true),
        "negate_neg_nh" => Some(false),
        _ => function.starts_with("ident_").then_some(false),
    }
}

fn self_harm(row: &Value) -> Option<bool> {
    of(row, "openai")?["lab"]["SH"].as_u64().map(|label| label == 1)
}

fn openai_hate(row: &Value) -> Option<bool> {
    of(row, "openai")?["lab"]["H"].as_u64().map(|label| label == 1)
}

fn hate(row: &Value) -> Option<bool> {
    of(row, "hatecheck").map(|row| row["hate"] == 1)
}

fn hatemoji(row: &Value) -> Option<bool> {
    of(row, "hatemoji").map(|row| row["hate"] == 1)
}

fn toxic(row: &Value) -> Option<bool> {
    of(row, "surge_tox").map(|row| row["toxic"] == 1 || row["toxic"] == "1")
}

/// None of the sets holds spam: whatever is found there is a false positive, or rare.
fn innocent(row: &Value) -> Option<bool> {
    of(row, "davidson").map(|_| false)
}

fn harmless(row: &Value) -> Option<bool> {
    of(row, "davidson").filter(|row| row["cls"] == 2).map(|_| false)
}

#[derive(Default)]
struct Count {
    bad_found: usize,
    bad: usize,
    good_found: usize,
    good: usize,
}

impl Count {
    fn object(&self, task: &Task, half: &str) -> Value {
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let found = self.bad_found + self.good_found;
        json!({
            "task": task.name, "half": half, "bad": self.bad, "good": self.good,
            "precision": share(self.bad_found, found), "recall": share(self.bad_found, self.bad),
            "f1": share(2 * self.bad_found, self.bad + found), "false_positives": share(self.good_found, self.good),
            "best_known": task.best_known, "bar": task.bar,
        })
    }
}

/// The halves, in the order in which they are counted.
const HALVES: [&str; 2] = ["tuning", "held out"];

/// The half of a row: 0 for tuning, 1 held out.
fn half(row: &Value) -> usize {
    let digest = sha256(&[row["id"].as_str().unwrap_or_default().as_bytes()]);
    digest.bytes().last().and_then(|last| char::from(last).to_digit(16)).map_or(0, |digit| digit as usize % 2)
}

fn report(policy: &Policy, text: &str) -> CheckReport {
    let request = CheckRequest {
        content: text.to_owned(),
        platform: Platform::Facebook,
        format: Format::Single,
        policy_tags: vec!["no_harm".to_owned()],
        required_citations: false,
        sources: Vec::new(),
        span_unit: SpanUnit::Utf8,
    };
    check(&request, policy)
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Ok(path) = std::env::var("POSTGATE_EVAL_DATA") else {
        println!("eval: skipped, no data (set POSTGATE_EVAL_DATA to a file of labelled texts)");
        return Ok(ExitCode::SUCCESS);
    };
    let show = std::env::var("POSTGATE_EVAL_SHOW").unwrap_or_default();
    let policy = Policy::builtin()?;
    let mut counts: Vec<[Count; 2]> = TASKS.iter().map(|_| Default::default()).collect();
    for line in std::fs::read_to_string(path)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().unwrap_or_default();
        let report = report(&policy, text);
        let half = half(&row);
        for (task, counts) in TASKS.iter().zip(&mut counts) {
            let count = &mut counts[half];
            let Some(is_bad) = (task.label)(&row) else { continue };
            let is_found = report.violation_codes.contains(&task.code);
            let (found, all) = if is_bad { (&mut count.bad_found, &mut count.bad) } else { (&mut count.good_found, &mut count.good) };
            *found += usize::from(is_found);
            *all += 1;
            if task.name == show && is_found != is_bad && half == 0 {
                let found: Vec<&str> =
                    report.diagnostics.iter().filter(|found| found.code == task.code).map(|found| found.matched.as_str()).collect();
                println!("{}\t{found:?}\t{text:?}", if is_bad { "MISSED" } else { "WRONG" });
            }
        }
    }
    for (task, counts) in TASKS.iter().zip(&counts) {
        for (half, count) in HALVES.iter().zip(counts) {
            println!("{}", count.object(task, half));
        }
    }
    Ok(ExitCode::SUCCESS)
}

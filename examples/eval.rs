//! How well the policy tells texts apart, on labelled texts that are not ours to ship.
//!
//! `POSTGATE_EVAL_DATA=<eval.jsonl> cargo run --release --example eval` prints recall, false positives and F1 per task. Without the data
//! it says so and stops. `POSTGATE_EVAL_SHOW=<task>` lists what the task got wrong, for whoever tunes the lexicons.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::cast_precision_loss, clippy::indexing_slicing, reason = "it counts rows of a known shape")]

use postgate::contract::{CheckReport, CheckRequest};
use postgate::diagnostic::Code;
use postgate::policy::Policy;
use postgate::rules::check;
use postgate::text::{Format, Platform, SpanUnit};
use serde_json::Value;
use std::error::Error;
use std::process::ExitCode;

/// What a row is in a task: the bad that must be found, the good that must pass, or neither.
type Label = fn(&Value) -> Option<bool>;

struct Task {
    name: &'static str,
    code: Code,
    label: Label,
    /// The best that a filter known to us reaches on the hidden half.
    best_known: &'static str,
}

const TASKS: &[Task] = &[
    Task { name: "davidson", code: Code::Profanity, label: davidson, best_known: "0.93 at 3.8 %" },
    Task { name: "hatecheck-profanity", code: Code::Profanity, label: hatecheck_profanity, best_known: "0.95 at 0 %" },
    Task { name: "self-harm", code: Code::HarmfulContent, label: self_harm, best_known: "0.51 at 1.7 %" },
    Task { name: "hatecheck-hate", code: Code::HarmfulContent, label: hate, best_known: "" },
    Task { name: "hatemoji-hate", code: Code::HarmfulContent, label: hatemoji, best_known: "" },
    Task { name: "openai-hate", code: Code::HarmfulContent, label: openai_hate, best_known: "" },
    Task { name: "surge-toxicity", code: Code::Profanity, label: toxic, best_known: "" },
    Task { name: "terms-of-service", code: Code::TosViolation, label: innocent, best_known: "" },
    Task { name: "harm-on-all", code: Code::HarmfulContent, label: harmless, best_known: "" },
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
    fn line(&self) -> String {
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let (recall, false_positives) = (share(self.bad_found, self.bad), share(self.good_found, self.good));
        let f1 = share(2 * self.bad_found, self.bad + self.bad_found + self.good_found);
        let percent = 100.0 * false_positives;
        let balanced = (recall + 1.0 - false_positives) / 2.0;
        format!("F1 {f1:.3} at {percent:4.1} %   recall {recall:.3}   balanced {balanced:.3}   {} bad, {} good", self.bad, self.good)
    }
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
    let mut counts: Vec<Count> = TASKS.iter().map(|_| Count::default()).collect();
    for line in std::fs::read_to_string(path)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().unwrap_or_default();
        let report = report(&policy, text);
        for (task, count) in TASKS.iter().zip(&mut counts) {
            let Some(is_bad) = (task.label)(&row) else { continue };
            let is_found = report.violation_codes.contains(&task.code);
            let (found, all) = if is_bad { (&mut count.bad_found, &mut count.bad) } else { (&mut count.good_found, &mut count.good) };
            *found += usize::from(is_found);
            *all += 1;
            if task.name == show && is_found != is_bad {
                let found: Vec<&str> =
                    report.diagnostics.iter().filter(|found| found.code == task.code).map(|found| found.matched.as_str()).collect();
                println!("{}\t{found:?}\t{text:?}", if is_bad { "MISSED" } else { "WRONG" });
            }
        }
    }
    for (task, count) in TASKS.iter().zip(&counts) {
        println!("{:<22}{}   {}", task.name, count.line(), task.best_known);
    }
    Ok(ExitCode::SUCCESS)
}

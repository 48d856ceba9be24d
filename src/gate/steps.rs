//! The fourteen steps: what each is called, which errors are its own, and what it weighs in each mode. docs/gate.md tells the same.

use super::error::ErrorCode;
use crate::contract::Mode;

/// A step of the gate, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 1: no more bytes than are read.
    Size,
    /// 2: somebody asks, and not too often.
    Auth,
    /// 3: the request keeps its contract.
    Parse,
    /// 4: the gate knows how strict it is.
    Mode,
    /// 5: is this a repetition?
    Idempotency,
    /// 6: the policy runs on these bytes.
    Check,
    /// 7: what it blocks is not published.
    Qa,
    /// 8: the receipt is for exactly this.
    Receipt,
    /// 9: not too many posts.
    Rate,
    /// 10: all of it is reserved at once.
    Reserve,
    /// 11: the row is committed.
    Audit,
    /// 12: part by part.
    Publish,
    /// 13: the publish event.
    Record,
    /// 14: the answer.
    Answer,
}

/// What a step weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It doesn't run.
    Skipped,
    /// What it finds is a warning.
    Warns,
    /// What it finds is a refusal.
    Refuses,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct StepRow {
    /// Which.
    pub step: Step,
    /// Its name in the documentation.
    pub name: &'static str,
    /// The errors that it answers with.
    pub refuses: &'static [ErrorCode],
    /// Whether it is about the draft's fitness: skipped in `off`, a warning in `advisory`.
    pub enforces: bool,
}

const fn row(step: Step, name: &'static str, refuses: &'static [ErrorCode], enforces: bool) -> StepRow {
    StepRow { step, name, refuses, enforces }
}

/// The table.
pub const STEPS: &[StepRow] = &[
    row(Step::Size, "size", &[ErrorCode::PayloadTooLarge], false),
    row(Step::Auth, "auth", &[ErrorCode::Unauthenticated, ErrorCode::StateUnavailable, ErrorCode::RateLimited], false),
    row(Step::Parse, "parse", &[ErrorCode::UnsupportedMediaType, ErrorCode::ContractInvalid], false),
    row(Step::Mode, "mode", &[ErrorCode::PolicyError], false),
    row(Step::Idempotency, "idempotency", &[ErrorCode::IdempotencyConflict, ErrorCode::RequestInProgress], false),
    row(Step::Check, "check", &[], true),
    row(Step::Qa, "QA", &[ErrorCode::QaBlocked], true),
    row(
        Step::Receipt,
        "receipt",
        &[
            ErrorCode::EnforcementReceiptRequired,
            ErrorCode::StateUnavailable,
            ErrorCode::EnforcementReceiptInvalid,
            ErrorCode::EnforcementReceiptExpired,
            ErrorCode::EnforcementReceiptMismatch,
            ErrorCode::EnforcementReceiptUsed,
        ],
        true,
    ),
    row(Step::Rate, "rate", &[ErrorCode::RateLimited], false),
    row(Step::Reserve, "reserve", &[ErrorCode::StateUnavailable], false),
    row(Step::Audit, "audit", &[ErrorCode::AuditWriteFailed], true),
    row(Step::Publish, "publish", &[ErrorCode::PublishFailed, ErrorCode::PublishUnknown], false),
    row(Step::Record, "publish event", &[], false),
    row(Step::Answer, "answer", &[], false),
];

impl Step {
    /// Its place, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// What it weighs in `mode`.
    pub fn weight(self, mode: Mode) -> Weight {
        let enforces = STEPS.iter().any(|row| row.step == self && row.enforces);
        match mode {
            Mode::Off if enforces => Weight::Skipped,
            Mode::Advisory if enforces => Weight::Warns,
            Mode::Off | Mode::Advisory | Mode::Enforced => Weight::Refuses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::record::agent;

    const DOC: &str = include_str!("../../docs/gate.md");

    /// The rows of the document's table: number and name (empty where a row goes on with the step above), status and code.
    fn documented() -> Vec<(String, Vec<(u16, String)>)> {
        let mut steps: Vec<(String, Vec<(u16, String)>)> = Vec::new();
        let rows =
            DOC.lines().filter_map(|line| line.strip_prefix("| ")).filter(|line| !line.starts_with("step ") && !line.starts_with("---"));
        for row in rows {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            if cells.len() < 3 {
                continue;
            }
            if !cells[0].is_empty() {
                steps.push((cells[0].to_owned(), Vec::new()));
            }
            let mut answer = cells[2].split('`');
            let status = answer.next().and_then(|status| status.trim().parse().ok());
            if let (Some(status), Some(code)) = (status, answer.next()) {
                steps.last_mut().unwrap().1.push((status, code.to_owned()));
            }
        }
        steps
    }

    #[test]
    fn the_document_tells_the_same_steps() {
        let table: Vec<_> = STEPS
            .iter()
            .map(|row| {
                let refuses = row.refuses.iter().map(|code| (code.status(), code.as_str().to_owned())).collect::<Vec<_>>();
                (format!("{} {}", row.step.number(), row.name), refuses)
            })
            .collect();
        assert_eq!(documented(), table);
    }

    #[test]
    fn the_document_tells_which_steps_a_mode_softens() {
        let softened: Vec<usize> = STEPS.iter().filter(|row| row.enforces).map(|row| row.step.number()).collect();
        assert_eq!(softened, [6, 7, 8, 11]);
        assert!(DOC.contains("In `advisory`, steps 7, 8 and 11 put their codes into `warnings` and go on."));
        assert!(DOC.contains("In `off`, steps 6, 7, 8 and 11 do not run."));
    }

    #[test]
    fn the_document_tells_whose_row_a_refusal_is() {
        let publishers: Vec<String> = STEPS
            .iter()
            .flat_map(|row| row.refuses.iter().filter(|code| agent(Some(**code)) == "publisher"))
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        assert!(
            DOC.contains(&format!("What stops a post that was admitted ({}) is a row of the agent `publisher`", publishers.join(", ")))
        );
        assert!(STEPS.iter().all(|row| (row.step == Step::Audit || row.step == Step::Publish)
            == row.refuses.iter().any(|code| agent(Some(*code)) == "publisher")));
        assert_eq!((agent(None), agent(Some(ErrorCode::QaBlocked))), ("posting_gate", "posting_gate"));
        assert!(DOC.contains("that of the agent `posting_gate`"));
    }

    #[test]
    fn there_are_fourteen_in_order() {
        let numbers: Vec<usize> = STEPS.iter().map(|row| row.step.number()).collect();
        assert_eq!(numbers, (1..=14).collect::<Vec<_>>());
    }

    #[test]
    fn a_mode_weighs_a_step() {
        assert_eq!(Step::Qa.weight(Mode::Off), Weight::Skipped);
        assert_eq!(Step::Qa.weight(Mode::Advisory), Weight::Warns);
        assert_eq!(Step::Qa.weight(Mode::Enforced), Weight::Refuses);
        for mode in [Mode::Off, Mode::Advisory, Mode::Enforced] {
            assert_eq!(Step::Rate.weight(mode), Weight::Refuses);
        }
    }
}

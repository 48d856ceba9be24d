//! Floor 8, the browser and Node door: JS objects in, JSON text or plain JS objects out, nothing to free but the checker itself.
//!
//! In scope: turning JS values into requests and reports into JS values. Out of scope: every decision.

mod tree;

use crate::contract::{CheckRequest, Contract, ContractError, FixRequest, decode};
use crate::policy::{Policy, PolicyError};
use crate::rules;
use crate::text::SpanUnit;
use js_sys::JsString;
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// What is thrown: a plain object.
#[derive(Serialize)]
struct Thrown<'e> {
    code: &'static str,
    pointer: &'e str,
    message: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: Vec<Problem<'e>>,
}

#[derive(Serialize)]
struct Problem<'e> {
    pointer: &'e str,
    message: &'e str,
}

/// A policy, ready to check drafts.
#[wasm_bindgen]
pub struct Checker {
    policy: Policy,
    /// The request that was read last, for the next that differs in its content alone.
    last: RefCell<Option<CheckRequest>>,
}

#[wasm_bindgen]
impl Checker {
    /// A checker under a policy document, or under the built-in policy when it is undefined.
    #[wasm_bindgen(constructor)]
    pub fn new(policy: &JsValue) -> Result<Checker, JsValue> {
        let read =
            if policy.is_undefined() { Policy::builtin() } else { Policy::from_tree(tree::tree(policy).map_err(|error| refused(&error))?) };
        read.map(|policy| Self { policy, last: RefCell::new(None) }).map_err(|error| refused_policy(&error))
    }

    /// Checks a draft: a check request in, a check report out, as JSON text.
    pub fn check(&self, request: &JsValue) -> Result<String, JsValue> {
        let request: CheckRequest = read(request)?;
        let report = rules::check(&request, &self.policy).to_json();
        self.last.replace(Some(request));
        Ok(report)
    }

    /// Checks a draft that differs from the one before in its content alone. The content must be well-formed UTF-16.
    pub fn recheck(&self, content: String) -> Result<String, JsValue> {
        let mut last = self.last.borrow_mut();
        let request = last.as_mut().ok_or_else(|| refused(&ContractError::new("", "no request came before, expected a whole one")))?;
        request.content = content;
        request.validate().map_err(|error| refused(&error))?;
        Ok(rules::check(request, &self.policy).to_json())
    }

    /// Applies a fix to the content that its report was about.
    #[wasm_bindgen(js_name = applyFix)]
    pub fn apply_fix(&self, content: &JsString, fix: &JsValue, span_unit: &str) -> Result<String, JsValue> {
        let content = tree::text(content, &["content".to_owned()]).map_err(|error| refused(&error))?;
        let fix: FixRequest = read(fix)?;
        let unit = match span_unit {
            "utf16" => SpanUnit::Utf16,
            "utf8" => SpanUnit::Utf8,
            _ => return Err(refused(&ContractError::new("/span_unit", "unknown unit, expected utf16 or utf8"))),
        };
        fix.apply(&content, unit).map_err(|error| refused(&ContractError::new("/edits", error.to_string())))
    }

    /// The effective policy document, as JSON text.
    pub fn policy(&self) -> Option<String> {
        self.policy.document().to_json()
    }

    /// SHA-256 over the canonical JSON of the effective policy document.
    #[wasm_bindgen(js_name = policyDigest)]
    pub fn policy_digest(&self) -> String {
        self.policy.digest().to_owned()
    }
}

/// The package's version.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn read<T: Contract>(value: &JsValue) -> Result<T, JsValue> {
    tree::tree(value).and_then(decode).map_err(|error| refused(&error))
}

/// Objects instead of maps, `null` instead of `undefined`; absent members are left out by the types themselves.
fn written(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

fn thrown(value: &Thrown<'_>) -> JsValue {
    written(value).unwrap_or_else(|error| error)
}

fn refused(error: &ContractError) -> JsValue {
    let message = error.message.clone();
    thrown(&Thrown { code: "CONTRACT_INVALID", pointer: &error.pointer, message, problems: Vec::new() })
}

fn refused_policy(error: &PolicyError) -> JsValue {
    let problems: Vec<Problem<'_>> =
        error.problems.iter().map(|problem| Problem { pointer: &problem.pointer, message: &problem.message }).collect();
    let pointer = problems.first().map_or("", |problem| problem.pointer);
    thrown(&Thrown { code: "POLICY_INVALID", pointer, message: error.to_string(), problems })
}

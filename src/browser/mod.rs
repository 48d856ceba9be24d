//! Floor 8, the browser and Node door: JS objects in, JSON text or plain JS objects out, nothing to free but the checker itself.
//!
//! In scope: turning JS values into requests and reports into JS values. Out of scope: every decision.

mod tree;

use crate::contract::{CheckRequest, Contract, ContractError, FixRequest, decode};
use crate::policy::{Policy, PolicyError};
use crate::rules;
use crate::text::SpanUnit;
use js_sys::{Array, JsString, Object};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

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

/// A plain object.
fn object(members: &[(&str, &JsValue)]) -> JsValue {
    let entries: Array = members.iter().map(|(key, value)| Array::of2(&JsValue::from_str(key), value)).collect();
    Object::from_entries(&entries).map_or_else(|error| error, JsValue::from)
}

fn problem(error: &ContractError) -> JsValue {
    object(&[("pointer", &error.pointer.as_str().into()), ("message", &error.message.as_str().into())])
}

fn refused(error: &ContractError) -> JsValue {
    let (pointer, message) = (error.pointer.as_str().into(), error.message.as_str().into());
    object(&[("code", &"CONTRACT_INVALID".into()), ("pointer", &pointer), ("message", &message)])
}

fn refused_policy(error: &PolicyError) -> JsValue {
    let pointer = error.problems.first().map_or("", |problem| &problem.pointer).into();
    let message = error.to_string().into();
    let problems = error.problems.iter().map(problem).collect::<Array>().into();
    object(&[("code", &"POLICY_INVALID".into()), ("pointer", &pointer), ("message", &message), ("problems", &problems)])
}

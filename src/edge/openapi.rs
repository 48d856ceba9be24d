//! The API's document (`OpenAPI` 3.1), made from the table of routes, the table of errors and the wire types; and the catalogue of errors.
//! Natively only: `npm run generate` writes both, and the Worker serves the document as a file.

use super::audit_api::{AuditProof, AuditRows};
use super::outbox::Outbox;
use super::retention::Report;
use super::ring::{Reconciliation, TokenBalance, TokenLedger, TokenSummary};
use super::routes::{Body, DOCS, Doc, Level};
use crate::audit::{Metrics, Page, RolloutReadiness};
use crate::contract::{CheckReport, CheckRequest, MAX_BODY_BYTES};
use crate::gate::{
    Envelope, ErrorCode, FeedbackAnswer, FeedbackRequest, FlagChange, Flags, GenerateAnswer, GenerateRequest, Health, LegacyPostRequest,
    PolicyChanged, PostAnswer, PostRequest, PostView, Readiness, STEPS, ValidateAnswer, ValidateRequest,
};
use crate::policy::SCHEMA_JSON;
use crate::receipt::Keyring;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The types that bodies are made of; each becomes a component of its own name. Those that come in are read strictly, so their schemas
/// are those of reading; those that go out, of writing.
fn components() -> Map<String, Value> {
    let mut schemas = Map::new();
    let mut reading = SchemaSettings::draft2020_12().for_deserialize().with(settings).into_generator();
    add::<CheckRequest>(&mut reading, &mut schemas, "CheckRequest");
    add::<FeedbackRequest>(&mut reading, &mut schemas, "FeedbackRequest");
    add::<FlagChange>(&mut reading, &mut schemas, "FlagChange");
    add::<GenerateRequest>(&mut reading, &mut schemas, "GenerateRequest");
    add::<LegacyPostRequest>(&mut reading, &mut schemas, "LegacyPostRequest");
    add::<PostRequest>(&mut reading, &mut schemas, "PostRequest");
    add::<ValidateRequest>(&mut reading, &mut schemas, "ValidateRequest");
    let mut writing = SchemaSettings::draft2020_12().for_serialize().with(settings).into_generator();
    add::<AuditProof>(&mut writing, &mut schemas, "AuditProof");
    add::<AuditRows>(&mut writing, &mut schemas, "AuditRows");
    add::<CheckReport>(&mut writing, &mut schemas, "CheckReport");
    add::<Envelope<'_>>(&mut writing, &mut schemas, "Error");
    add::<FeedbackAnswer>(&mut writing, &mut schemas, "FeedbackAnswer");
    add::<Flags>(&mut writing, &mut schemas, "Flags");
    add::<GenerateAnswer<'_>>(&mut writing, &mut schemas, "GenerateAnswer");
    add::<Health>(&mut writing, &mut schemas, "Health");
    add::<Keyring>(&mut writing, &mut schemas, "Jwks");
    add::<Metrics>(&mut writing, &mut schemas, "Metrics");
    add::<Outbox>(&mut writing, &mut schemas, "Outbox");
    add::<PolicyChanged>(&mut writing, &mut schemas, "PolicyChanged");
    add::<PostAnswer>(&mut writing, &mut schemas, "PostAnswer");
    add::<PostView>(&mut writing, &mut schemas, "PostView");
    add::<Readiness<'_>>(&mut writing, &mut schemas, "Readiness");
    add::<Page>(&mut writing, &mut schemas, "RecentRequests");
    add::<Reconciliation>(&mut writing, &mut schemas, "Reconciliation");
    add::<Report>(&mut writing, &mut schemas, "RetentionReport");
    add::<RolloutReadiness>(&mut writing, &mut schemas, "RolloutReadiness");
    add::<TokenBalance>(&mut writing, &mut schemas, "TokenBalance");
    add::<TokenLedger>(&mut writing, &mut schemas, "TokenLedger");
    add::<TokenSummary>(&mut writing, &mut schemas, "TokenSummary");
    add::<ValidateAnswer>(&mut writing, &mut schemas, "ValidateAnswer");
    for generator in [&mut reading, &mut writing] {
        for (name, schema) in generator.take_definitions(true) {
            schemas.entry(name).or_insert(schema);
        }
    }
    schemas.insert("Policy".to_owned(), policy());
    schemas
}

fn settings(settings: &mut SchemaSettings) {
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
}

fn add<T: JsonSchema>(generator: &mut SchemaGenerator, schemas: &mut Map<String, Value>, name: &str) {
    let mut schema = generator.root_schema_for::<T>().to_value();
    if let Some(members) = schema.as_object_mut() {
        members.remove("components");
        members.remove("title");
    }
    schemas.insert(name.to_owned(), schema);
}

/// The schema that policies are read with, its references moved to where it stands here, and wider in two places: it tells of policies that
/// are answered as well, and the built-in one's name is no other's; and few tools can make up a text for a pattern of Unicode properties.
fn policy() -> Value {
    let moved = SCHEMA_JSON.replace("\"#/$defs/", "\"#/components/schemas/Policy/$defs/");
    let moved = moved
        .replace(r"[\\p{Alphabetic}\\p{N}\\u2190-\\u{10ffff}]", r"\\S")
        .replace(r"[\\p{Alphabetic}\\p{N}]", r"\\S")
        .replace(r#""not": { "const": "builtin" }, "#, "");
    let mut schema: Value = serde_json::from_str(&moved).unwrap_or_default();
    if let Some(members) = schema.as_object_mut() {
        members.remove("$schema");
        members.remove("$id");
    }
    schema
}

/// The document.
pub fn openapi() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for doc in DOCS {
        paths.entry(doc.path).or_default().insert(doc.method.to_lowercase(), operation(doc));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "postgate",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Checks a social post before it goes out, and publishes what passes. Every failure has one shape and a code of docs/errors.md.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "description": "A JWT of the configured issuer, or a service key." } },
        },
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(doc: &Doc) -> Value {
    let mut parameters: Vec<Value> = doc
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    if doc.level == Level::Gate {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!#-~]+$" },
            "description": "Quoted or bare. The same key and body get the stored answer for 24 hours.",
        }));
    }
    let mut operation = json!({
        "operationId": format!("{}{}", doc.method.to_lowercase(), doc.path.replace(|c: char| !c.is_ascii_alphanumeric(), "_")),
        "summary": doc.about.trim(),
        "security": if doc.level == Level::Open { json!([]) } else { json!([{ "bearer": [] }]) },
        "responses": responses(doc),
    });
    if let Some(members) = operation.as_object_mut() {
        if !parameters.is_empty() {
            members.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(content) = content(doc.takes) {
            members.insert(
                "requestBody".to_owned(),
                json!({ "required": true, "content": content, "description": format!("At most {MAX_BODY_BYTES} bytes.") }),
            );
        }
    }
    operation
}

fn content(body: Body) -> Option<Value> {
    match body {
        Body::Nothing => None,
        Body::Json(name) | Body::JsonAlso(name, _) | Body::Tagged(name) => {
            Some(json!({ "application/json": { "schema": reference(name) } }))
        }
        Body::Schema => Some(json!({ "application/schema+json": { "schema": { "type": "object" } } })),
        Body::Lines => Some(json!({ "application/x-ndjson": { "schema": { "type": "string" } } })),
        Body::Text => Some(json!({ "text/plain": { "schema": { "type": "string" } } })),
        Body::EventsOr(name) => {
            Some(json!({ "application/json": { "schema": reference(name) }, "text/event-stream": { "schema": event() } }))
        }
    }
}

/// One event of a stream.
fn event() -> Value {
    let names = ["token", "enforcement", "done", "error"];
    json!({
        "type": "object", "required": ["event", "data"],
        "properties": { "event": { "enum": names }, "data": { "type": "string", "description": "JSON." } },
    })
}

fn responses(doc: &Doc) -> Value {
    let headers = json!({ "X-Request-Id": { "description": "Ours.", "schema": { "type": "string" } } });
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    let ok = |about: &str| json!({ "description": about, "headers": headers, "content": content(doc.gives).unwrap_or_else(|| json!({})) });
    responses.insert("200".to_owned(), ok("Done."));
    if let Body::JsonAlso(_, status) = doc.gives {
        responses.insert(status.to_string(), ok("The same, where it is not so."));
    }
    if let Body::Tagged(_) = doc.gives {
        responses.insert("304".to_owned(), json!({ "description": "Not changed since the ETag in If-None-Match." }));
    }
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in doc.codes() {
        by_status.entry(code.status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let about: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.doc().trim())).collect();
        let of_these =
            json!({ "allOf": [reference("Error"), { "properties": { "error": { "properties": { "code": { "enum": names } } } } }] });
        let mut error =
            json!({ "description": about.join("\n\n"), "headers": headers, "content": { "application/json": { "schema": of_these } } });
        if let (429 | 409, Some(headers)) = (status, error.pointer_mut("/headers").and_then(Value::as_object_mut)) {
            headers.insert("Retry-After".to_owned(), json!({ "description": "Seconds.", "schema": { "type": "integer", "minimum": 1 } }));
        }
        responses.entry(status.to_string()).or_insert(error);
    }
    json!(responses)
}

impl Doc {
    /// Every failure that the row can answer with: its own, its level's, those of a body, those of every row.
    pub fn codes(&self) -> Vec<ErrorCode> {
        let mut codes = self.refuses.to_vec();
        codes.extend([ErrorCode::HeadersTooLarge, ErrorCode::Internal, ErrorCode::UriTooLong]);
        if self.level != Level::Open {
            codes.extend([ErrorCode::PolicyError, ErrorCode::RateLimited, ErrorCode::Unauthenticated]);
        }
        if self.level == Level::Admin {
            codes.push(ErrorCode::Forbidden);
        }
        if self.level == Level::Gate {
            codes.extend(STEPS.iter().flat_map(|row| row.refuses));
        }
        if self.takes != Body::Nothing {
            codes.extend([ErrorCode::ContractInvalid, ErrorCode::PayloadTooLarge, ErrorCode::UnsupportedMediaType]);
        }
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

/// docs/errors.md: one heading a code, which is its anchor.
pub fn errors() -> String {
    let mut text = "# Errors\n\nMade from the table in src/gate/error.rs by `npm run generate`.\n\nEvery failure is \
        `{\"error\":{\"code\",\"message\",\"suggestedFix\",\"details\":{},\"request_id\"}}`. Switch on `code`: messages may become more exact.\n\n\
        | code | status | when |\n| --- | --- | --- |\n"
        .to_owned();
    for code in ErrorCode::ALL {
        let name = code.as_str();
        writeln!(text, "| [`{name}`]({}) | {} | {} |", code.anchor(), code.status(), code.doc().trim()).ok();
    }
    for code in ErrorCode::ALL {
        writeln!(text, "\n## {}\n\n{}\n", code.as_str(), code.doc().trim()).ok();
        writeln!(text, "- status: {}\n- message: {}\n- what to do: {}", code.status(), code.message(), code.suggested_fix()).ok();
        let rows: Vec<String> =
            DOCS.iter().filter(|doc| doc.codes().contains(code)).map(|doc| format!("`{} {}`", doc.method, doc.path)).collect();
        let everywhere = rows.len() == DOCS.len();
        let answered = if everywhere { "every path".to_owned() } else { rows.join(", ") };
        if !answered.is_empty() {
            writeln!(text, "- answered by: {answered}").ok();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 30);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(
                document.pointer(pointer).is_some(),
                "{reference}: a row of the table of routes names it, and components() doesn't make it"
            );
        }
    }

    #[test]
    fn the_policy_told_is_the_schema_that_is_read_with_two_places_wider() {
        let text = policy().to_string();
        assert!(!text.contains(r"\\p{") && !text.contains("\"not\"") && text.contains(r"\\S"), "{text}");
    }

    /// Of the methods that a path has none is answered with `MethodNotAllowed`.
    #[test]
    fn every_error_is_documented_where_it_can_happen() {
        let documented: Vec<ErrorCode> = DOCS.iter().flat_map(Doc::codes).collect();
        let nowhere: Vec<&str> = ErrorCode::ALL.iter().filter(|code| !documented.contains(code)).map(|code| code.as_str()).collect();
        assert_eq!(nowhere, ["METHOD_NOT_ALLOWED"]);
    }
}

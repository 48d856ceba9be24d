//! Writes the npm package's types: the wire types of the contracts as TypeScript, with their documentation.
//!
//! The structs are read from the sources that define them, the tables of names from the crate itself; so a member, a code
//! or a sentence has one place. `npm run generate` makes pkg/src/types.generated.ts anew, and CI fails when that differs
//! from what is committed.

#![expect(clippy::panic, reason = "a generator stops where it finds what it can't say in TypeScript")]

use postgate::diagnostic::Code;
use postgate::gate::ErrorCode;
use postgate::text::{Format, Platform, Unit};
use std::fs;
use syn::{Attribute, Expr, Field, Fields, File, GenericArgument, Item, Lit, Meta, PathArguments, Type};

/// Which way a type travels: what a request may leave out, a report always has.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    In,
    Out,
}
use Way::{In, Out};

/// Every type: where it is defined, its name there, its name in the package.
const TYPES: &[(&str, &str, &str, Way)] = &[
    ("diagnostic/mod.rs", "Severity", "Severity", Out),
    ("diagnostic/fix.rs", "Applicability", "Applicability", Out),
    ("text/span.rs", "SpanUnit", "SpanUnit", In),
    ("contract/mode.rs", "Mode", "Mode", Out),
    ("contract/check.rs", "DecisionStatus", "Status", Out),
    ("contract/check.rs", "Source", "Source", In),
    ("contract/check.rs", "CheckRequest", "CheckRequest", In),
    ("contract/fix.rs", "EditReport", "Edit", Out),
    ("contract/fix.rs", "FixReport", "Fix", Out),
    ("contract/check.rs", "DiagnosticReport", "Diagnostic", Out),
    ("contract/check.rs", "PostReport", "PostMeasure", Out),
    ("contract/check.rs", "CheckReport", "CheckReport", Out),
    ("policy/document.rs", "Level", "Level", Out),
    ("policy/document.rs", "TermSeverity", "TermSeverity", Out),
    ("policy/document.rs", "RuleSetting", "RuleSetting", Out),
    ("policy/document.rs", "Limit", "Limit", Out),
    ("policy/document.rs", "RiskTable", "RiskTable", Out),
    ("policy/document.rs", "Help", "Help", Out),
    ("policy/document.rs", "Brand", "Brand", Out),
    ("policy/document.rs", "Lexicon", "Lexicon", Out),
    ("policy/document.rs", "Document", "EffectivePolicy", Out),
    ("receipt/mod.rs", "Claims", "ReceiptClaims", Out),
    ("receipt/mod.rs", "Receipt", "Receipt", Out),
    ("pipeline/event.rs", "AgentDecision", "AgentDecision", Out),
    ("pipeline/event.rs", "QaSummary", "QaSummary", Out),
    ("pipeline/event.rs", "EnforcementEvent", "Enforcement", Out),
    ("gate/request.rs", "GenerateKind", "GenerateKind", In),
    ("gate/request.rs", "GenerateRequest", "GenerateRequest", In),
    ("gate/request.rs", "PostRequest", "PostRequest", In),
];

/// Members whose Rust type says less than the wire holds.
const CLOSER: &[(&str, &str, &str)] = &[
    ("PostReport", "unit", "Unit"),
    ("Limit", "unit", "Unit"),
    ("Document", "extends", "\"builtin\""),
    ("CheckRequest", "platform", "Platform | PlatformAlias"),
    ("GenerateRequest", "platform", "Platform | PlatformAlias"),
    ("PostRequest", "platform", "Platform | PlatformAlias"),
];

/// Other spellings that a request may use for a platform.
const ALIASES: &[&str] = &["twitter", "ig"];

/// Members that are nobody's to send from this package.
const LEFT_OUT: &[(&str, &str)] = &[("PostRequest", "enforcement"), ("GenerateRequest", "stream")];

/// A line more.
macro_rules! say {
    ($out:expr, $($text:tt)+) => {{
        $out.push_str(&format!($($text)+));
        $out.push('\n');
    }};
}

fn main() {
    let path = format!("{}/pkg/src/types.generated.ts", env!("CARGO_MANIFEST_DIR"));
    fs::write(&path, generated()).unwrap_or_else(|error| panic!("{path}: {error}"));
}

fn generated() -> String {
    let mut out = String::new();
    say!(out, "/** Generated from the contracts in src/ by `npm run generate`: don't edit. */\n");
    table(
        &mut out,
        "PLATFORMS",
        "Every platform there is, by its canonical name. Anything else is a contract error: there is no fallback limit.",
        Platform::ALL.iter().map(|name| (name.as_str(), name.display_name())),
    );
    table(
        &mut out,
        "FORMATS",
        "How a draft becomes posts: the whole of it is one, or each line that is not blank.",
        Format::ALL.iter().map(|name| (name.as_str(), "")),
    );
    table(
        &mut out,
        "CODES",
        "Every diagnostic code there is. A code names one rule and is never reused.",
        Code::ALL.iter().map(|code| (code.as_str(), code.doc())),
    );
    table(
        &mut out,
        "GATE_CODES",
        "Codes of the gate itself: each is a refusal or a fault that the gate explained.",
        ErrorCode::ALL.iter().map(|code| (code.as_str(), code.doc())),
    );
    for (name, list) in [("Platform", "PLATFORMS"), ("Format", "FORMATS"), ("Code", "CODES"), ("GateCode", "GATE_CODES")] {
        say!(out, "export type {name} = (typeof {list})[number];");
    }
    for alias in ALIASES {
        assert!(Platform::parse(alias).is_ok_and(|platform| platform.as_str() != *alias), "{alias} is no other spelling of a platform");
    }
    say!(
        out,
        "/** Other spellings that a request may use for a platform. */\nexport type PlatformAlias = {};",
        union(ALIASES.iter().map(|alias| (*alias).to_owned()))
    );
    let units = [Unit::Weighted, Unit::Graphemes, Unit::Characters, Unit::Utf16, Unit::Bytes];
    say!(out, "/** What a platform counts. */\nexport type Unit = {};", union(units.iter().map(|unit| unit.as_str().to_owned())));
    say!(
        out,
        "/** Start (in) and end (out) of a piece of the content, in the span unit of the request. */\nexport type Span = [start: number, end: number];"
    );
    for (file, rust, name, way) in TYPES {
        say!(out, "{}", declaration(&parsed(file), rust, name, *way));
    }
    out
}

fn table<'n>(out: &mut String, name: &str, doc: &str, rows: impl Iterator<Item = (&'n str, &'n str)>) {
    say!(out, "/** {doc} */\nexport const {name} = [");
    for (row, doc) in rows {
        let doc = doc.trim();
        if !doc.is_empty() {
            say!(out, "  /** {doc} */");
        }
        say!(out, "  \"{row}\",");
    }
    say!(out, "] as const;\n");
}

fn parsed(file: &str) -> File {
    let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn declaration(file: &File, rust: &str, name: &str, way: Way) -> String {
    for item in &file.items {
        match item {
            Item::Struct(found) if found.ident == rust => {
                let Fields::Named(fields) = &found.fields else { panic!("{rust} has no named members") };
                let flattened: Vec<String> = fields
                    .named
                    .iter()
                    .filter(|field| has(&field.attrs, "flatten"))
                    .map(|field| typescript(rust, &field.ty, way))
                    .collect();
                let extends = if flattened.is_empty() { String::new() } else { format!(" extends {}", flattened.join(", ")) };
                let members: String =
                    fields.named.iter().filter(|field| !has(&field.attrs, "flatten")).map(|field| member(rust, field, way)).collect();
                return format!("{}export interface {name}{extends} {{\n{members}}}\n", doc(&found.attrs, ""));
            }
            Item::Enum(found) if found.ident == rust => {
                let case = serde(&found.attrs, "rename_all").unwrap_or_else(|| panic!("{rust} does not say how it is spelled"));
                let names = union(found.variants.iter().map(|variant| cased(&variant.ident.to_string(), &case)));
                return format!("{}export type {name} = {names};\n", doc(&found.attrs, ""));
            }
            _ => {}
        }
    }
    panic!("there is no {rust} in its file any more")
}

fn union(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" | ")
}

fn cased(name: &str, case: &str) -> String {
    match case {
        "lowercase" => name.to_lowercase(),
        "UPPERCASE" => name.to_uppercase(),
        "snake_case" => name.chars().enumerate().fold(String::new(), |text, (at, letter)| {
            let gap = if letter.is_uppercase() && at > 0 { "_" } else { "" };
            format!("{text}{gap}{}", letter.to_lowercase())
        }),
        _ => panic!("no rule for the spelling {case}"),
    }
}

fn member(owner: &str, field: &Field, way: Way) -> String {
    let rust = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    if LEFT_OUT.contains(&(owner, rust.as_str())) {
        return String::new();
    }
    let name = serde(&field.attrs, "rename").unwrap_or_else(|| rust.clone());
    let closer = CLOSER.iter().find(|(of, member, _)| (*of, *member) == (owner, rust.as_str())).map(|(_, _, name)| (*name).to_owned());
    let inner = option(&field.ty);
    let said = closer.unwrap_or_else(|| typescript(owner, inner.unwrap_or(&field.ty), way));
    let skipped = serde(&field.attrs, "skip_serializing_if").is_some();
    let optional = if way == In { inner.is_some() || has(&field.attrs, "default") } else { skipped };
    let (mark, more) = match (way, optional, inner.is_some()) {
        (In, true, _) => ("?", " | undefined"),
        (Out, true, _) => ("?", ""),
        (_, false, true) => ("", " | null"),
        (_, false, false) => ("", ""),
    };
    format!("{}  {name}{mark}: {said}{more};\n", doc(&field.attrs, "  "))
}

/// What is in an `Option`.
fn option(of: &Type) -> Option<&Type> {
    let (name, arguments) = path(of)?;
    (name == "Option").then(|| arguments.first().copied()).flatten()
}

fn path(of: &Type) -> Option<(String, Vec<&Type>)> {
    let Type::Path(path) = of else { return None };
    let last = path.path.segments.last()?;
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(generic) => {
            generic.args.iter().filter_map(|each| if let GenericArgument::Type(of) = each { Some(of) } else { None }).collect()
        }
        _ => Vec::new(),
    };
    Some((last.ident.to_string(), arguments))
}

fn typescript(owner: &str, of: &Type, way: Way) -> String {
    if matches!(of, Type::Array(_)) {
        return "Span".to_owned();
    }
    if let Type::Reference(reference) = of {
        return typescript(owner, &reference.elem, way);
    }
    let Some((name, arguments)) = path(of) else { panic!("no TypeScript for a member of {owner}") };
    let within = |at: usize| arguments.get(at).map_or_else(|| panic!("{name} in {owner} holds nothing"), |of| typescript(owner, of, way));
    match name.as_str() {
        "String" | "str" | "Timestamp" => "string".to_owned(),
        "bool" => "boolean".to_owned(),
        "usize" | "i64" | "u64" | "u32" | "u16" | "Score" => "number".to_owned(),
        "Vec" if way == In => format!("readonly {}[]", within(0)),
        "Vec" => format!("{}[]", within(0)),
        "BTreeMap" | "Table" => format!("Record<{}, {}>", within(0), within(1)),
        "Code" | "Platform" | "Format" => name,
        _ => TYPES
            .iter()
            .find(|(_, rust, ..)| *rust == name)
            .map_or_else(|| panic!("no TypeScript for {name} in {owner}"), |(_, _, said, _)| (*said).to_owned()),
    }
}

/// Whether serde is told a word, such as `default` or `flatten`.
fn has(attributes: &[Attribute], word: &str) -> bool {
    told(attributes).iter().any(|(name, _)| name == word)
}

/// What serde is told for a name, such as `rename = "type"`.
fn serde(attributes: &[Attribute], word: &str) -> Option<String> {
    told(attributes).into_iter().find(|(name, _)| name == word).and_then(|(_, value)| value)
}

fn told(attributes: &[Attribute]) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let value = meta.value().ok().and_then(|value| value.parse::<syn::LitStr>().ok()).map(|text| text.value());
            all.push((name, value));
            Ok(())
        });
        read.unwrap_or_else(|error| panic!("an attribute that can't be read: {error}"));
    }
    all
}

/// The documentation as a comment.
fn doc(attributes: &[Attribute], indent: &str) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(literal) => {
                    if let Lit::Str(text) = &literal.lit {
                        Some(text.value().trim().to_owned())
                    } else {
                        None
                    }
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    if lines.is_empty() { String::new() } else { format!("{indent}/** {} */\n", lines.join(" ")) }
}

//! What documents and house rules say of tests and of the source: each test that a table names is there, and what must not stand in the source
//! does not.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may stop where it finds something wrong")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The tests that the last column of a document's tables names: "`file`: name · `file`: name".
fn named(document: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        for entry in cells.last().unwrap().split(" · ") {
            let Some((file, name)) = entry.strip_prefix('`').and_then(|entry| entry.split_once("`: ")) else { continue };
            found.push((file.to_owned(), name.to_owned()));
        }
    }
    found
}

/// Whether a file holds a test of that name, as its language writes one.
fn holds(file: &str, name: &str) -> bool {
    let source = read(file);
    let is_rust = Path::new(file).extension().is_some_and(|extension| extension == "rs");
    if is_rust {
        // A macro may make tests out of names.
        source.contains(&format!("fn {name}("))
            || source.contains("targets!(") && source.contains(&format!("{name},"))
            || source.contains(&format!(", {name})"))
    } else {
        source.contains(&format!("test(\"{name}\"")) || source.contains(&format!("name: \"{name}\""))
    }
}

fn every_named_test_is_there(path: &str, least: usize) {
    let named = named(&read(path));
    assert!(named.len() >= least, "{path} names {} tests", named.len());
    let gone: Vec<_> = named.into_iter().filter(|(file, name)| !holds(file, name)).collect();
    assert!(gone.is_empty(), "{path} names tests that are not there: {gone:#?}");
}

#[test]
fn the_security_review_names_tests_that_are_there() {
    every_named_test_is_there("docs/security.md", 70);
}

#[test]
fn every_row_of_the_security_review_names_a_test() {
    for row in read("docs/security.md").lines().filter(|line| line.starts_with("| ") && !line.contains("---")).skip(1) {
        assert!(row.contains("`: ") || row.starts_with("| hole |"), "no test in {row}");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).unwrap();
    let own = source.split("#[cfg(test)]").next().unwrap_or_default();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_secret_is_compared_in_constant_time() {
    let service = code(&root().join("src/gate/auth/service.rs"));
    assert!(service.contains(".ct_eq(&digest)"), "the hash of a service key is compared by another means");
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for path in files {
        for line in code(&path).lines() {
            let compares = line.contains("==") || line.contains("!=") || line.contains(".eq(");
            let secret = [
                "digest ==",
                "== digest",
                "presented ==",
                "== presented",
                "secret ==",
                "== secret",
                "signature ==",
                "== signature",
                "password",
            ];
            assert!(!compares || !secret.iter().any(|name| line.contains(name)), "{}: {line}", path.display());
        }
    }
}

#[test]
fn nothing_at_run_time_creates_or_alters_a_table_of_the_database() {
    // A Durable Object applies its own numbered steps; whoever prepares statements for D1 makes no tables.
    let own = ["audit_tree.rs", "control.rs", "earns.rs", "user_gate.rs"];
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut seen = 0;
    for path in files {
        let code = code(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let changes =
            ["CREATE TABLE", "ALTER TABLE", "DROP TABLE", "CREATE INDEX", "CREATE TRIGGER"].iter().any(|word| code.contains(word));
        if changes {
            assert!(own.contains(&name.as_str()), "{} changes tables", path.display());
            assert!(!code.contains(".prepare("), "{} has a schema of its own and prepares statements for D1", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 3, "the objects with a schema of their own are {seen}");
}

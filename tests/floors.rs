//! The floors of the crate: a module imports from lower floors only, and only the doors name what belongs to a door.

#![expect(clippy::panic, clippy::string_slice, clippy::unwrap_used, reason = "a test may stop where it finds something wrong")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every module with its floor. A new module has to be given one.
const FLOORS: &[(&str, usize)] = &[
    ("text", 0),
    ("diagnostic", 1),
    ("contract", 2),
    ("digest", 2),
    ("keys", 2),
    ("policy", 3),
    ("rules", 4),
    ("receipt", 5),
    ("audit", 5),
    ("ledger", 5),
    ("publisher", 5),
    ("pipeline", 6),
    ("gate", 7),
    ("browser", 8),
    ("edge", 8),
    ("verify", 8),
];

/// Crates that belong to the doors.
const DOOR_CRATES: &[&str] = &["wasm_bindgen", "js_sys", "getrandom", "worker", "web_sys"];

fn floor(module: &str) -> usize {
    FLOORS.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("src/{module} has no floor: give it one in tests/floors.rs")).1
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

/// The crate's own modules that a line of code names, as `crate::…`.
fn imports(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("crate::")
        .map(|(at, prefix)| {
            let rest = &code[at + prefix.len()..];
            rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
        })
        .filter(|module: &String| !module.is_empty())
        .collect()
}

#[test]
fn imports_go_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 30, "the sources are not where this test looks");
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("src/lib.rs")) {
        let inside = file.strip_prefix(&root).unwrap();
        let module = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let own = floor(&module);
        for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate() {
            let at = format!("{}:{}", inside.display(), number + 1);
            for import in imports(line).into_iter().filter(|import| *import != module) {
                if floor(&import) >= own {
                    wrong.push(format!("{at}: {module} (floor {own}) imports {import} (floor {})", floor(&import)));
                }
            }
            let code = line.split("//").next().unwrap_or_default();
            for name in DOOR_CRATES.iter().filter(|_| own < 8) {
                if code.contains(&format!("{name}::")) {
                    wrong.push(format!("{at}: {module} (floor {own}) names {name}, which belongs to a door"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_is_seen_wherever_it_stands() {
    assert_eq!(imports("use crate::gate::{Gate, Ports};"), ["gate"]);
    assert_eq!(imports("let x = crate::text::posts(crate::policy::X);"), ["text", "policy"]);
    assert_eq!(imports("// crate::gate is not named here"), Vec::<String>::new());
}

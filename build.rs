//! Turns the word lists and the letter table, which are text for people, into the form that is read in place at run time.
//!
//! `buildscript/` holds one file for each: `letters.rs`, `normal.rs`, `phrases.rs`, `terms.rs`, and `migrations.rs` for the list of D1's
//! migrations. A list that can't be read stops the build with its file and line.

#[path = "buildscript/builtin.rs"]
mod builtin;
#[path = "buildscript/forms.rs"]
mod forms;
#[path = "buildscript/letters.rs"]
mod letters;
#[path = "buildscript/migrations.rs"]
mod migrations;
#[path = "buildscript/normal.rs"]
mod normal;
#[path = "buildscript/packed.rs"]
mod packed;
#[path = "buildscript/phrases.rs"]
mod phrases;
#[path = "buildscript/terms.rs"]
mod terms;

use std::error::Error;
use std::path::Path;

/// The languages of the lists, as BCP 47 tags: each is a folder of `src/policy/lexicons`, and every list in it is in that language. All
/// terms are looked for together; phrases, which have a grammar, are English so far.
const LANGUAGES: [&str; 1] = ["en"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=buildscript");
    println!("cargo::rerun-if-changed=src/text/fold/letters.txt");
    println!("cargo::rerun-if-changed=src/text/secret_forms.json");
    println!("cargo::rerun-if-changed=src/policy/builtin.json");
    println!("cargo::rerun-if-changed=src/policy/lexicons");
    println!("cargo::rerun-if-changed=migrations");
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);
    migrations::build(Path::new("migrations"), &out.join("migrations.rs"))?;
    letters::build(Path::new("src/text/fold/letters.txt"), &out.join("letters.rs"))?;
    builtin::build(Path::new("src/policy/builtin.json"), out)?;
    forms::build(Path::new("src/text/secret_forms.json"), out)?;
    normal::build(out)?;
    let lists = |language: &str, kind: &str| Path::new("src/policy/lexicons").join(language).join(kind);
    let phrases = phrases::build(&lists("en", "phrases"), out)?;
    terms::build(&LANGUAGES.map(|language| lists(language, "terms")), &phrases, out)
}

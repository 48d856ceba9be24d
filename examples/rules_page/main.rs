//! Writes docs/rules.md from what the rules declare: `cargo run --example rules_page`, or `npm run generate`.

mod page;

use postgate::policy::Policy;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    std::fs::write(file, page::rules_page(&Policy::builtin()?))?;
    Ok(())
}

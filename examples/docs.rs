//! Writes the committed files that are made from tables in the code: `npm run generate`.

use std::{fs, io};

fn main() -> io::Result<()> {
    let mut document = serde_json::to_string_pretty(&postgate::edge::openapi()).map_err(io::Error::other)?;
    document.push('\n');
    fs::write("www/openapi.json", document)?;
    fs::write("docs/errors.md", postgate::edge::errors())
}

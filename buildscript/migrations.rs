//! The names of the migrations that this build expects, for `/readyz`.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

pub(crate) fn build(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("{}: not a migration's name", name.display()))?;
        if Path::new(&name).extension().is_some_and(|extension| extension == "sql") {
            names.push(name);
        }
    }
    names.sort_unstable();
    let mut code = String::from("&[");
    for name in &names {
        write!(code, "{name:?},")?;
    }
    code.push(']');
    std::fs::write(out, code)?;
    Ok(())
}

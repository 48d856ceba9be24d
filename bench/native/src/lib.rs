//! rustrict as somebody would put it into a page: one string in, one answer out.

use rustrict::CensorStr;
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether rustrict finds a text inappropriate.
#[wasm_bindgen]
pub fn is_inappropriate(text: &str) -> bool {
    text.is_inappropriate()
}

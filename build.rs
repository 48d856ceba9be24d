//! lexicon
fn main() {}

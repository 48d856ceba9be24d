//! lexicon
fn main(){}

//! postgate checks a social post before it goes out: one policy, in the browser, in Node and at the edge.

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "edge")]
pub mod edge;

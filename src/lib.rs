//! postgate checks a social post before it goes out: one policy, in the browser, in Node and at the edge.

pub mod audit;
pub mod contract;
pub mod diagnostic;
pub mod digest;
pub mod gate;
pub mod keys;
pub mod ledger;
pub mod pipeline;
pub mod policy;
pub mod publisher;
pub mod receipt;
pub mod rules;
pub mod text;

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "edge")]
pub mod edge;
#[cfg(feature = "verify")]
pub mod verify;

//! x
pub mod finding;
pub mod source;

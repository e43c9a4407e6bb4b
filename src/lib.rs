//! x
pub mod finding;
pub mod source;
pub mod space;
pub mod policy;
pub mod format;

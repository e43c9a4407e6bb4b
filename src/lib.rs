//! x
pub mod finding;
pub mod format;
pub mod policy;
pub mod source;
pub mod space;

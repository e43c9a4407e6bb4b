//! x
pub mod finding;
pub mod ingress;
pub mod source;
pub mod yaml;

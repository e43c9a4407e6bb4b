//! x
pub mod finding;
pub mod ingress;
pub mod requirement;
pub mod source;
pub mod yaml;

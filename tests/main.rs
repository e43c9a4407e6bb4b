//! All integration tests but those that need the kernel.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_macros)]

mod agreement;
mod cases;
mod change;
mod corner;
mod corpus;
mod diff;
mod ecosystem;
mod fix;
mod formats_agree;
mod hostile;
mod ingress_source;
#[cfg(feature = "fetch")]
mod ingress_update;
mod listings;
mod named;
mod policies_agree;
mod project;
mod random_policy;
mod readme;
mod rooms;
mod schema;
#[cfg(feature = "fetch")]
mod server;
mod sessions;

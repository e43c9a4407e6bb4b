//! All integration tests but those that need the kernel.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod agreement;
mod cases;
mod corner;
mod random_policy;
mod rooms;
mod schema;
mod sessions;

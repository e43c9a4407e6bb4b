//! fwproof reads exported firewall rule sets and proves which of the flows you need they deny, by which line, and
//! what to write instead.
//!
//! The way through the house, in reading order: [`source`] keeps texts and places; [`space`] computes with sets of
//! packets; [`policy`] is the vendor-neutral rule base and its plain interpreter; [`mod@format`] reads texts into it;
//! [`ingress`] and [`requirement`] say what must pass; [`verify`] pushes each required flow through the rules;
//! [`fix`] says what to write instead; [`explain`] turns verdicts into sentences; [`finding`] is what comes out.

pub mod cli;
pub mod client;
pub mod diff;
pub mod explain;
pub mod finding;
pub mod fix;
pub mod format;
pub mod ingress;
pub mod policy;
pub mod project;
pub mod report;
pub mod requirement;
pub mod source;
pub mod space;
pub mod verify;
pub mod waiver;
pub mod yaml;

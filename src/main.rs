//! The command-line program: see [`fwproof`].
fn main() {}

//! The command-line program: parses the arguments, runs, and exits with the code that [`fwproof::cli`] decided.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(fwproof::cli::run(std::env::args_os()))
}

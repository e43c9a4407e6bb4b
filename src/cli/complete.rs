//! `fwproof completions` and `fwproof man`: both are made from the grammar of the command line.

use super::Done;
use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// Write a page for the program and each subcommand to this folder, which is made where it is missing
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// The script for a shell.
pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Done, String> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "fwproof", &mut script);
    printed(script)
}

/// The page of the program, or the names of the pages that were written.
pub(super) fn man(arguments: &ManArguments) -> Result<Done, String> {
    let Some(folder) = &arguments.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(super::command()).render(&mut page).map_err(|e| format!("cannot make the page: {e}"))?;
        return printed(page);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(super::command(), folder))
        .map_err(|e| format!("cannot write to `{}`: {e}", folder.display()))?;
    Ok(Done { output: String::new(), code: 0 })
}

fn printed(bytes: Vec<u8>) -> Result<Done, String> {
    let output = String::from_utf8(bytes).map_err(|e| e.to_string())?;
    Ok(Done { output, code: 0 })
}

//! Rule sets whose bytes are at hand: those of a git revision, and the files that they are compared with.

use super::{
    Inputs, Named, add_sets, bytes_of, companions, define, files, firewall, name_of, read_rules, text_from, unusable,
};
use crate::cli::ReadingArguments;
use crate::format::{Format, ReadOptions, ipset};
use crate::source::Sources;
use std::path::PathBuf;
use std::sync::Arc;

/// A file with its content.
pub(in crate::cli) struct Stored {
    /// The name for reports.
    pub name: String,
    /// What it is called on both sides of a comparison.
    pub key: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// Where it lies on disk; nothing for a file of a revision.
    pub path: Option<PathBuf>,
    /// Did the user name it, so that it must be a rule set?
    pub by_user: bool,
}

/// The files of paths on disk; directories are walked. `key` makes the common name of a path.
pub(in crate::cli) fn on_disk(
    paths: &[PathBuf],
    inputs: &mut Inputs,
    key: impl Fn(&std::path::Path) -> Result<String, String>,
) -> Result<Vec<Stored>, String> {
    let mut stored = Vec::new();
    for Named { path, by_user } in files(paths, inputs) {
        let name = name_of(&path);
        match bytes_of(&path) {
            Ok(bytes) => stored.push(Stored { key: key(&path)?, name, bytes, path: Some(path), by_user }),
            Err(error) => unusable(inputs, &name, &error.to_string()),
        }
    }
    Ok(stored)
}

/// Reads rule sets and their companions beside texts that were read before. That there is none is no error here.
pub(in crate::cli) fn load_stored(
    mut inputs: Inputs,
    sources: Sources,
    rule_sets: Vec<Stored>,
    companions: Vec<Stored>,
    arguments: &ReadingArguments,
    options: &ReadOptions,
) -> Inputs {
    inputs.sources = sources;
    let mut sets = ipset::Sets::default();
    for file in companions {
        if let Some(text) = text_from(file.name, file.bytes, &mut inputs) {
            add_sets(text, &mut sets, &mut inputs);
        }
    }
    let mut options = ReadOptions { sets: Arc::new(sets), ..options.clone() };
    define(&mut options, arguments, &mut inputs);
    let mut loose = Vec::new();
    for file in rule_sets {
        let Some(text) = text_from(file.name, file.bytes, &mut inputs) else { continue };
        let with_includes = |format: &'static Format, source, inputs: &mut Inputs| match &file.path {
            Some(path) => companions::with_includes(&options, format, path, source, arguments, inputs),
            None => options.clone(),
        };
        loose.extend(read_rules(text, file.by_user, arguments, with_includes, &mut inputs));
    }
    firewall::by_stem(loose, &mut inputs);
    inputs.read_with_changed_sets();
    inputs
}

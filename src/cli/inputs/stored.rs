//! Rule sets whose bytes are at hand: those of a git revision, and the files that they are compared with.

use super::{
    Inputs, Named, add_sets, bytes_of, companions, define, files, firewall, name_of, read_rules, text_from, unusable,
};
use crate::cli::ReadingArguments;
use crate::format::{Companion, Format, ReadOptions, ipset};
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
    /// What it includes, where it does not lie on disk.
    pub included: Vec<Included>,
    /// Did the user name it, so that it must be a rule set?
    pub by_user: bool,
}

/// A file that another one includes.
pub(in crate::cli) struct Included {
    /// The name by which it is included.
    pub name: String,
    /// The name for reports.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The files of one side of a comparison.
pub(in crate::cli) struct Store {
    pub rule_sets: Vec<Stored>,
    /// The files of `--ipset`.
    pub ipsets: Vec<Stored>,
    /// The files of `--definitions`, where they are not to be read from disk.
    pub definitions: Option<Vec<Stored>>,
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
            Ok(bytes) => {
                let (key, path, included) = (key(&path)?, Some(path), Vec::new());
                stored.push(Stored { name, key, bytes, path, included, by_user });
            }
            Err(error) => unusable(inputs, &name, &error.to_string()),
        }
    }
    Ok(stored)
}

/// Reads rule sets and their companions beside texts that were read before. That there is none is no error here.
pub(in crate::cli) fn load_stored(
    mut inputs: Inputs,
    sources: Sources,
    store: Store,
    arguments: &ReadingArguments,
    options: &ReadOptions,
) -> Inputs {
    inputs.sources = sources;
    let mut sets = ipset::Sets::default();
    for file in store.ipsets {
        if let Some(text) = text_from(file.name, file.bytes, &mut inputs) {
            add_sets(text, &mut sets, &mut inputs);
        }
    }
    let mut options = ReadOptions { sets: Arc::new(sets), ..options.clone() };
    match store.definitions {
        Some(files) => {
            let named = files.into_iter().map(|file| (file.name.clone(), file.name, file.bytes));
            options.companions.definitions = Some(companions_from(named, &mut inputs));
        }
        None => define(&mut options, arguments, &mut inputs),
    }
    let mut loose = Vec::new();
    for file in store.rule_sets {
        let Some(text) = text_from(file.name, file.bytes, &mut inputs) else { continue };
        let with_includes = |format: &'static Format, source, inputs: &mut Inputs| match &file.path {
            Some(path) => companions::with_includes(&options, format, path, source, arguments, inputs),
            None => {
                let mut options = options.clone();
                let named = file.included.into_iter().map(|file| (file.name, file.path, file.bytes));
                options.companions.includes = companions_from(named, inputs);
                options
            }
        };
        loose.extend(read_rules(text, file.by_user, arguments, with_includes, &mut inputs));
    }
    firewall::by_stem(loose, &mut inputs);
    inputs.read_with_changed_sets(0);
    inputs
}

/// Companions of names, paths and contents.
fn companions_from(files: impl Iterator<Item = (String, String, Vec<u8>)>, inputs: &mut Inputs) -> Vec<Companion> {
    let read = |(name, path, bytes)| {
        let (_, source, oddity) = text_from(path, bytes, inputs)?;
        inputs.findings.extend(oddity);
        Some(Companion { name, source, text: inputs.sources.text(source).into() })
    };
    files.filter_map(read).collect()
}

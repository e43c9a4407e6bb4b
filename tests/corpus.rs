//! Real rule sets, which are no part of the project. In some places a folder `corpus` of such files stands beside it
//! (or where `FWPROOF_CORPUS` says); these tests read it, and say nothing where it is missing.

#[path = "corpus/bounds.rs"]
mod bounds;
#[path = "corpus/dumps.rs"]
mod dumps;
#[path = "corpus/upstream.rs"]
mod upstream;
#[path = "corpus/yaml.rs"]
mod yaml;

use fwproof::format::{FORMATS, Input, ReadOptions, Reading};
use fwproof::source::Sources;
use std::path::{Path, PathBuf};

/// A folder of the corpus, if there is one.
fn folder(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
    let root = std::env::var("FWPROOF_CORPUS").unwrap_or_else(|_| beside.to_owned());
    Some(Path::new(&root).join(name)).filter(|folder| folder.is_dir())
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Reads a text as iptables, keeping how each line was understood.
fn read(name: &str, text: &str) -> Reading {
    let options = ReadOptions { detail: true, ..ReadOptions::default() };
    let source = Sources::new().add(name, text);
    let format = FORMATS.iter().find(|f| f.name == "iptables").unwrap();
    (format.read)(Input { source, name, text }, &options)
}

//! Catalogues on disk. A file is replaced whole or not at all, whenever the program or the machine may stop.

use crate::ingress::feeds::{self, Imported, Input};
use crate::ingress::{Catalogue, Change, FeedOptions, Update};
use crate::report::render_findings;
use crate::source::Sources;
use std::path::{Path, PathBuf};

/// What the head of a file says that the program wrote.
const HEAD: &str =
    "A catalogue of required flows, written by `fwproof ingress`. Use it with `fwproof check --requirements`.";

/// A catalogue that could take the place of a file.
pub(super) struct Candidate {
    pub catalogue: Catalogue,
    /// What was not taken over as it stands, as text.
    pub notes: String,
    /// Against what the file holds now; nothing for a new file.
    pub change: Option<Change>,
    /// Where it goes.
    pub path: PathBuf,
    text: String,
    is_same: bool,
}

/// A list as it arrived.
pub(super) struct List<'a> {
    pub name: &'a str,
    /// A file or a web address.
    pub reference: &'a str,
    pub text: String,
}

impl Candidate {
    /// Reads a list and holds it against the file that it would replace.
    pub fn read(
        list: List<'_>,
        options: &FeedOptions,
        update: Option<Update>,
        path: PathBuf,
        old: Option<&Catalogue>,
    ) -> Result<Candidate, String> {
        let mut sources = Sources::new();
        let source = sources.add(list.reference, list.text);
        let input = Input { source, reference: list.reference, name: list.name, text: sources.text(source) };
        let imported = feeds::read(&input, options).map_err(|findings| {
            format!("`{}` cannot be used\n\n{}", list.reference, render_findings(&sources, &findings, false))
        })?;
        let Imported { mut catalogue, notes, feed } = imported;
        catalogue.update = update;
        if let Some(update) = &mut catalogue.update {
            update.options.feed.get_or_insert_with(|| feed.to_owned());
        }
        catalogue.max_age = catalogue.max_age.or(old.and_then(|old| old.max_age));
        let candidate = Candidate::of(catalogue, path, old)?;
        Ok(Candidate { notes: render_findings(&sources, &notes, false), ..candidate })
    }

    /// A catalogue as it is to be written. What cannot be read again is not written.
    pub fn of(catalogue: Catalogue, path: PathBuf, old: Option<&Catalogue>) -> Result<Candidate, String> {
        let text = catalogue.to_yaml(HEAD);
        let mut sources = Sources::new();
        let source = sources.add(path.display().to_string(), text.as_str());
        Catalogue::read(source, &text).map_err(|findings| {
            format!("the list gives no valid catalogue\n\n{}", render_findings(&sources, &findings, false))
        })?;
        let change = old.map(|old| Change::between(old, &catalogue));
        let is_same = std::fs::read(&path).is_ok_and(|now| now == text.as_bytes());
        Ok(Candidate { catalogue, notes: String::new(), change, path, text, is_same })
    }

    /// Refuses a loss that looks like a mistake of the publisher.
    pub fn check_loss(&self, accept: bool) -> Result<(), String> {
        match &self.change {
            Some(change) if change.shrinks() && !accept => Err(format!(
                "{} of {} networks and names are gone, more than 20 %; `--accept-shrink` accepts that",
                change.lost, change.had
            )),
            _ => Ok(()),
        }
    }

    /// Writes the file, unless it is the same already.
    pub fn write(&self) -> Result<(), String> {
        if self.is_same { Ok(()) } else { replace(&self.path, &self.text) }
    }
}

/// The catalogue of a file, if there is one.
pub(super) fn existing(path: &Path) -> Result<Option<Catalogue>, String> {
    if path.exists() { super::read(&mut Sources::new(), path).map(Some) } else { Ok(None) }
}

/// Replaces a file: a new one beside it is written and reaches the disk before it takes the name.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("cannot write `{}`: {error}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    crate::cli::output::replace(path, text.as_bytes()).map_err(wrong)?;
    sync_folder(folder);
    Ok(())
}

/// The new name reaches the disk, too. Where folders cannot be opened, the file system does that by itself.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

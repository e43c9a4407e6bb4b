//! What is updated: catalogues with the place that they are fetched from, as the project file or they themselves say.

use super::arguments::FeedArguments;
use super::store::existing;
use crate::cli::inputs::Inputs;
use crate::cli::project::ProjectArguments;
use crate::ingress::{Catalogue, Update};
use crate::report::render_findings;
use std::path::PathBuf;

/// A catalogue to update: the file, where it is fetched from, and what it holds now.
pub(super) struct Target {
    pub path: PathBuf,
    pub update: Update,
    pub old: Option<Catalogue>,
}

impl Target {
    /// With another pin, if there is one. What a new pin is for has to arrive whole, so nothing is said about older
    /// answers.
    pub fn pinned(mut self, pin: Option<&str>) -> Target {
        if let Some(pin) = pin.filter(|pin| self.update.sha256.as_deref() != Some(*pin)) {
            self.update = Update { sha256: Some(pin.to_owned()), ..self.update.unfetched() };
        }
        self
    }
}

/// A source of the project file.
pub(super) struct Source {
    pub name: String,
    path: PathBuf,
    url: Option<String>,
    sha256: Option<String>,
}

/// The sources of the project file, if there is one.
pub(super) fn of_project(arguments: &ProjectArguments) -> Result<Vec<Source>, String> {
    let mut inputs = Inputs::default();
    let opened = arguments.open(&mut inputs)?;
    let mut sources = Vec::new();
    for source in opened.iter().flat_map(|opened| &opened.project.ingress) {
        match opened.as_ref().map(|opened| opened.inside(&source.file)) {
            Some(Ok(path)) => sources.push(Source {
                name: source.name.clone(),
                path,
                url: source.url.as_ref().map(|url| url.text.clone()),
                sha256: source.sha256.clone(),
            }),
            Some(Err(finding)) => inputs.findings.push(finding),
            None => {}
        }
    }
    if inputs.findings.is_empty() {
        Ok(sources)
    } else {
        Err(format!("the project file cannot be used\n\n{}", render_findings(&inputs.sources, &inputs.findings, false)))
    }
}

impl Source {
    /// What is to be fetched. The address of the project file goes before that of the catalogue, which knows how the
    /// list is read; flags say it where there is no catalogue yet. Nothing, where neither has an address.
    pub fn target(self, feed: &FeedArguments) -> Result<Option<Target>, String> {
        let old = existing(&self.path)?;
        let known = old.as_ref().and_then(|old| old.update.clone());
        if known.is_some() && *feed != FeedArguments::default() {
            let file = self.path.display();
            return Err(format!(
                "how `{}` is read stands in the `update` of `{file}`; flags do not change it",
                self.name
            ));
        }
        let update = match (known, self.url) {
            (Some(known), None) => known,
            (Some(known), Some(url)) if known.url == url => known,
            (Some(known), Some(url)) => Update { url, ..known.unfetched() },
            (None, Some(url)) => Update { url, options: feed.options(None), ..Update::default() },
            (None, None) => return Ok(None),
        };
        Ok(Some(Target { path: self.path, update, old }.pinned(self.sha256.as_deref())))
    }
}

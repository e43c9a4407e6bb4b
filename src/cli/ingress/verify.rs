//! `fwproof ingress verify`.

use crate::cli::{Done, exit, read_text, use_color};
use crate::finding::{Finding, Severity};
use crate::ingress::{Catalogue, suspect};
use crate::report::{ingress as rendered, render_findings};
use crate::source::{SourceId, Sources};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// Catalogues: files, or folders of them [default: the shipped ones and the folder `ingress`, where there is one]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// 2 for a file that is no catalogue, 1 for one with entries that are probably mistakes.
pub(super) fn run(arguments: &VerifyArguments) -> Result<Done, String> {
    let mut sources = Sources::new();
    let mut texts = Vec::new();
    if arguments.paths.is_empty() {
        texts.extend(Catalogue::SHIPPED.iter().map(|(name, text)| sources.add(*name, *text)));
    }
    for path in super::files(&arguments.paths)? {
        let text = read_text(&path)?;
        texts.push(sources.add(path.display().to_string(), text));
    }
    let mut findings = Vec::new();
    let lines: Vec<String> = texts.iter().map(|source| one(&sources, *source, &mut findings)).collect();
    let worst = findings.iter().map(|finding: &Finding| finding.severity).max();
    let code = match worst {
        Some(Severity::Error) => exit::ERROR,
        Some(Severity::Warning) => exit::DENIED,
        _ => exit::PERMITTED,
    };
    let output = render_findings(&sources, &findings, use_color()) + &lines.concat();
    Ok(Done { output, code })
}

fn one(sources: &Sources, source: SourceId, all: &mut Vec<Finding>) -> String {
    let name = sources.name(source);
    match Catalogue::read(source, sources.text(source)) {
        Ok(catalogue) => {
            let reserved = catalogue.update.as_ref().is_some_and(|update| update.options.allow_reserved);
            let mut findings = suspect::impossible(&catalogue, reserved);
            findings.extend(suspect::overlaps(&catalogue));
            let mistakes = findings.iter().filter(|finding| finding.severity > Severity::Note).count();
            all.extend(findings);
            rendered::verified(name, Some(&catalogue), mistakes)
        }
        Err(findings) => {
            let mistakes = findings.len();
            all.extend(findings);
            rendered::verified(name, None, mistakes)
        }
    }
}

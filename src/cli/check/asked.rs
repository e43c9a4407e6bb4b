//! What is required: the flags of a run, and the settings where no flag is given.

use super::WantedArguments;
use super::tasks::{companions, fill, found};
use crate::cli::ReadingArguments;
use crate::cli::inputs::Inputs;
use crate::cli::plan::{Changes, select};
use crate::cli::project::Opened;
use crate::finding::{Finding, Severity};
use crate::project::{IngressSource, Settings};
use crate::requirement::{Selected, Selection};
use crate::source::Sources;
use std::path::PathBuf;

/// What is required, and from which files it comes.
#[derive(PartialEq, Eq)]
pub(super) struct Asked {
    pub files: Vec<PathBuf>,
    pub without_shipped: bool,
    pub selection: Selection,
}

/// The requirements that flags ask for, and whether a name of them does not exist or their data are too old.
pub(in crate::cli) fn selected(
    flags: &WantedArguments,
    reading: &ReadingArguments,
    sources: &mut Sources,
) -> Result<(Selected, bool), String> {
    // Without a project there is nothing to find in files, and so nothing to say about them.
    let asked = asked(flags, None, &Settings::default(), &mut Inputs::default())?;
    of_asked(flags, reading, &asked, sources)
}

pub(super) fn of_asked(
    flags: &WantedArguments,
    reading: &ReadingArguments,
    asked: &Asked,
    sources: &mut Sources,
) -> Result<(Selected, bool), String> {
    let changes = Changes { swg_address: flags.swg_address, resolutions: &reading.resolve };
    let (mut selected, mut failed) = select(sources, &asked.files, asked.without_shipped, &asked.selection, &changes)?;
    let stale = crate::explain::stale(&selected.requirements, reading.today(), flags.max_age, flags.stale.severity());
    failed |= stale.as_ref().is_some_and(|finding| finding.severity == Severity::Error);
    selected.findings.extend(stale);
    Ok((selected, failed))
}

/// The catalogues of the project. What was never fetched is not there yet.
fn catalogues(opened: Option<&Opened>, inputs: &mut Inputs) -> Vec<PathBuf> {
    let Some(opened) = opened else { return Vec::new() };
    let file = |source: &IngressSource| {
        opened.existing(&source.file).map_err(|finding| {
            let way = || format!("`fwproof ingress update {}` fetches it", source.name);
            Finding { help: finding.help.or_else(|| source.url.is_some().then(way)), ..finding }
        })
    };
    opened.project.ingress.iter().filter_map(|source| found(inputs, file(source).map(Some))).collect()
}

pub(super) fn asked(
    flags: &WantedArguments,
    opened: Option<&Opened>,
    settings: &Settings,
    inputs: &mut Inputs,
) -> Result<Asked, String> {
    let mut files = flags.requirements.clone();
    if files.is_empty() {
        files = companions(opened, settings.requirements.iter().flatten(), inputs);
    }
    files.extend(catalogues(opened, inputs));
    let without_shipped = flags.no_default_requirements || settings.no_default_requirements == Some(true);
    if without_shipped && files.is_empty() && !inputs.failed {
        return Err(
            "`--no-default-requirements` leaves nothing to require: name a file with `--requirements`".to_owned()
        );
    }
    let mut selection = Selection {
        product: flags.product.or(settings.product).unwrap_or_default(),
        regions: flags.region.clone(),
        services: flags.service.clone(),
    };
    // The address of a gateway says by itself which region is asked about.
    if flags.swg_address.is_none() {
        fill(&mut selection.regions, &settings.regions);
    }
    fill(&mut selection.services, &settings.services);
    Ok(Asked { files, without_shipped, selection })
}

//! `fwproof ingress update`: catalogues fetched again from where they are published.

use super::arguments::{FeedArguments, name};
use super::sources::{Source, Target, of_project};
use super::store::{Candidate, List, existing};
use super::{FOLDER, file_of, files, name_of};
use crate::cli::inputs::{Inputs, Wanted, identity, load};
use crate::cli::project::ProjectArguments;
use crate::cli::{Done, SiteArguments, exit};
use crate::ingress::fetch::{Answer, Document, Request, fetch, sha256};
use crate::ingress::{Catalogue, Date, FeedOptions, Level, Product, Update};
use crate::report::ingress::{self as rendered, VerdictChange};
use crate::requirement::{Selection, requirements};
use crate::source::Sources;
use crate::verify::Verdict;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct UpdateArguments {
    /// A catalogue by its name or file, or the web address of a list [default: every source of the project file, and
    /// every catalogue of the folder that has an `update`]
    #[arg(value_name = "NAME|URL")]
    what: Option<String>,
    /// The name of the catalogue that a web address gives
    #[arg(long = "as", value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// The folder of the catalogues
    #[arg(long, value_name = "DIR", default_value = FOLDER)]
    into: PathBuf,
    /// Take the list only with this SHA-256
    #[arg(long, value_name = "HEX", value_parser = hash)]
    sha256: Option<String>,
    /// Trust only the authorities of this file (PEM), instead of those that are compiled in
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// How long a list may take to arrive, with all attempts
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// How often to try again after an answer of 429 or 5xx
    #[arg(long, value_name = "N", default_value_t = 3)]
    retries: u32,
    /// Accept that more than 20 % of what the catalogue held are gone
    #[arg(long)]
    accept_shrink: bool,
    /// Fetch and compare, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// Never open a socket: what would be fetched is an error
    #[arg(long, env = "FWPROOF_OFFLINE", value_parser = clap::builder::FalseyValueParser::new())]
    offline: bool,
    /// Say which verdicts on these rule sets would change, and write nothing; exits with 1 when a required flow that
    /// is permitted now would no longer be, or a new one is not
    #[arg(long, value_name = "RULESET", num_args = 1..)]
    check: Vec<PathBuf>,
    #[command(flatten)]
    project: ProjectArguments,
    #[command(flatten)]
    feed: FeedArguments,
    #[command(flatten)]
    site: SiteArguments,
}

fn hash(text: &str) -> Result<String, String> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text.to_ascii_lowercase()) } else { Err("a SHA-256 has 64 hexadecimal digits".to_owned()) }
}

pub(super) fn run(arguments: &UpdateArguments) -> Result<Done, String> {
    let targets = targets(arguments)?;
    let authorities = arguments.ca_file.as_ref().map(std::fs::read).transpose();
    let authorities = authorities.map_err(|error| format!("cannot read the file of authorities: {error}"))?;
    let inputs = rule_sets(arguments)?;
    let (mut output, mut code) = (String::new(), exit::PERMITTED);
    for target in &targets {
        match one(arguments, target, authorities.as_deref(), inputs.as_ref()) {
            Ok((text, of_target)) => {
                output += &text;
                code = code.max(of_target);
            }
            Err(message) => {
                output += &rendered::not_updated(&name_of(&target.path), &target.path, target.old.is_some(), &message);
                code = exit::ERROR;
            }
        }
    }
    Ok(Done { output, code })
}

/// The one place that decides what is updated from where: flags, else the project file, else what catalogues say in
/// their `update`.
fn targets(arguments: &UpdateArguments) -> Result<Vec<Target>, String> {
    if let Some(url) = arguments.what.as_ref().filter(|what| what.contains("://")) {
        return Ok(vec![by_url(arguments, url)?]);
    }
    let mut sources = of_project(&arguments.project)?;
    let Some(name) = &arguments.what else { return all_targets(arguments, sources) };
    if let Some(at) = sources.iter().position(|source| source.name == *name) {
        let target = sources.swap_remove(at).target(&arguments.feed)?;
        let target = target.ok_or_else(|| {
            format!("neither the project file nor its catalogue says where `{name}` is updated from: give it a `url`")
        })?;
        return Ok(vec![target.pinned(arguments.sha256.as_deref())]);
    }
    if arguments.feed != FeedArguments::default() || arguments.name.is_some() {
        return Err(format!("how `{name}` is read stands in its `update`; flags for that go with a web address only"));
    }
    let path = file_of(Some(&arguments.into), name);
    let Some(old) = existing(&path)? else {
        let near = crate::yaml::nearest(name, sources.iter().map(|source| source.name.as_str()));
        let way = near.map_or("name a web address to begin with one".to_owned(), |n| format!("did you mean `{n}`?"));
        return Err(format!("there is no catalogue `{}`; {way}", path.display()));
    };
    let Some(update) = old.update.clone() else {
        return Err(format!(
            "`{}` does not say where it is updated from: give it `update: {{url: ...}}`",
            path.display()
        ));
    };
    Ok(vec![Target { path, update, old: Some(old) }.pinned(arguments.sha256.as_deref())])
}

fn all_targets(arguments: &UpdateArguments, sources: Vec<Source>) -> Result<Vec<Target>, String> {
    let mut targets = Vec::new();
    for source in sources {
        targets.extend(source.target(&arguments.feed)?);
    }
    let folder = arguments.into.as_path();
    let paths = if folder.is_dir() { files(&[folder.to_owned()])? } else { Vec::new() };
    for path in paths {
        let Some(old) = existing(&path)? else { continue };
        let is_known = targets.iter().any(|target: &Target| identity(&target.path) == identity(&path));
        if let Some(update) = old.update.clone().filter(|_| !is_known) {
            targets.push(Target { path, update, old: Some(old) });
        }
    }
    if targets.is_empty() {
        return Err(format!(
            "no catalogue in `{}` says where it is updated from; name a web address",
            folder.display()
        ));
    }
    Ok(targets.into_iter().map(|target| target.pinned(arguments.sha256.as_deref())).collect())
}

/// A web address with the name of the catalogue that it gives; the validators of an older answer are kept where the list
/// is read in the same way.
fn by_url(arguments: &UpdateArguments, url: &str) -> Result<Target, String> {
    let Some(name) = &arguments.name else { return Err("name the catalogue with `--as NAME`".to_owned()) };
    let path = arguments.into.join(format!("{name}.yaml"));
    let old = existing(&path)?;
    let options = arguments.feed.options(None);
    let known = old.as_ref().and_then(|old| old.update.clone());
    let same = known.filter(|update| {
        update.url == url && (arguments.feed == FeedArguments::default() || update.options == options)
    });
    let update = same.unwrap_or_else(|| Update { url: url.to_owned(), options, ..Update::default() });
    Ok(Target { path, update, old }.pinned(arguments.sha256.as_deref()))
}

/// What is printed of a target, and its exit code.
fn one(
    arguments: &UpdateArguments,
    target: &Target,
    authorities: Option<&[u8]>,
    inputs: Option<&Inputs>,
) -> Result<(String, u8), String> {
    if arguments.offline {
        return Err(format!("`{}` would have to be fetched, which `--offline` forbids", target.update.url));
    }
    let today = arguments.site.reading.today();
    // Without an old state there is nothing that could be unchanged.
    let validators = target.old.as_ref().map(|_| &target.update);
    let request = Request {
        url: &target.update.url,
        etag: validators.and_then(|update| update.etag.as_deref()),
        last_modified: validators.and_then(|update| update.last_modified.as_deref()),
        authorities,
        timeout: Duration::from_secs(arguments.timeout),
        retries: arguments.retries,
    };
    let bar = progress();
    let answer = fetch(&request, &mut |done, all| show(&bar, done, all));
    bar.finish_and_clear();
    let candidate = match answer? {
        Answer::Unchanged => confirmed(target, today)?,
        Answer::List(document) => read(target, document, today)?,
    };
    candidate.check_loss(arguments.accept_shrink)?;
    finish(arguments, target, &candidate, inputs)
}

/// The list has not changed since: what it says without a date of its own is true today.
fn confirmed(target: &Target, today: Date) -> Result<Candidate, String> {
    let old = target.old.clone().ok_or("the server says that nothing changed since nothing was fetched")?;
    Candidate::of(old.confirmed(today), target.path.clone(), target.old.as_ref())
}

fn read(target: &Target, document: Document, today: Date) -> Result<Candidate, String> {
    let hash = sha256(&document.bytes);
    if let Some(pin) = target.update.sha256.as_ref().filter(|pin| **pin != hash) {
        return Err(format!("the list has the SHA-256 {hash}, not {pin}"));
    }
    let text = String::from_utf8(document.bytes)
        .map_err(|error| format!("the list is not UTF-8 (at byte {})", error.utf8_error().valid_up_to()))?;
    let options = FeedOptions { as_of: crate::ingress::AsOf::On(today), ..target.update.options.clone() };
    let name = name_of(&target.path);
    let list = List { name: &name, reference: &target.update.url, text };
    let update = Update {
        etag: document.etag,
        last_modified: document.last_modified,
        checked: Some(today),
        ..target.update.clone()
    };
    Candidate::read(list, &options, Some(update), target.path.clone(), target.old.as_ref())
}

fn finish(
    arguments: &UpdateArguments,
    target: &Target,
    candidate: &Candidate,
    inputs: Option<&Inputs>,
) -> Result<(String, u8), String> {
    let mut output = candidate.notes.clone();
    output += &candidate.change.as_ref().map_or_else(String::new, rendered::change);
    let mut code = exit::PERMITTED;
    if let Some(inputs) = inputs {
        let changes = verdict_changes(arguments, inputs, target.old.as_ref(), &candidate.catalogue)?;
        output += &rendered::verdict_changes(&changes);
        code = if changes.iter().any(VerdictChange::is_worse) { exit::DENIED } else { exit::PERMITTED };
    }
    let only_shown = arguments.dry_run || inputs.is_some();
    if !only_shown {
        candidate.write()?;
    }
    let done = if only_shown { "would write" } else { "wrote" };
    output += &rendered::written(done, &candidate.path.display().to_string(), &candidate.catalogue);
    Ok((output, code))
}

/// The rule sets of `--check`.
fn rule_sets(arguments: &UpdateArguments) -> Result<Option<Inputs>, String> {
    if arguments.check.is_empty() {
        return Ok(None);
    }
    let wanted = Wanted { paths: &arguments.check, firewalls: &[], partition: None };
    let inputs = load(&wanted, &arguments.site.reading, &arguments.site.options()?);
    if inputs.failed {
        return Err(crate::report::render_findings(&inputs.sources, &inputs.findings, false));
    }
    Ok(Some(inputs))
}

/// The flows of a catalogue alone whose verdict differs between two states of it.
fn verdict_changes(
    arguments: &UpdateArguments,
    inputs: &Inputs,
    old: Option<&Catalogue>,
    new: &Catalogue,
) -> Result<Vec<VerdictChange>, String> {
    let before = old.map_or(Ok(BTreeMap::new()), |old| verdicts(arguments, inputs, old))?;
    let after = verdicts(arguments, inputs, new)?;
    let mut keys: Vec<&(String, String)> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let verdict = |of: &Verdicts, key: &(String, String)| of.get(key).map(|(verdict, _)| *verdict);
    let change = |key: &&(String, String)| VerdictChange {
        rule_set: key.0.clone(),
        requirement: key.1.clone(),
        before: verdict(&before, key),
        after: verdict(&after, key),
        is_required: after.get(*key).is_some_and(|(_, level)| *level == Level::Required),
    };
    Ok(keys.iter().map(change).filter(|change| change.before != change.after).collect())
}

/// By rule set and requirement.
type Verdicts = BTreeMap<(String, String), (Verdict, Level)>;

fn verdicts(arguments: &UpdateArguments, inputs: &Inputs, catalogue: &Catalogue) -> Result<Verdicts, String> {
    let mut all = Verdicts::new();
    for product in Product::ALL {
        let selection = Selection { product: *product, ..Selection::default() };
        let selected = requirements(&[catalogue], &selection);
        for firewall in &inputs.firewalls {
            let judged = crate::cli::check::verdicts(&arguments.site, firewall, &selected.requirements);
            let judged = judged.map_err(|f| crate::report::render_findings(&Sources::new(), &[f], false))?;
            let level =
                |id: &str| selected.requirements.iter().find(|r| r.id == id).map_or(Level::Optional, |r| r.level);
            all.extend(judged.into_iter().map(|(id, verdict)| {
                let level = level(&id);
                ((firewall.name.clone(), id), (verdict, level))
            }));
        }
    }
    Ok(all)
}

/// A bar on the terminal; elsewhere nothing is shown.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::no_length()
}

fn show(bar: &ProgressBar, done: u64, all: Option<u64>) {
    if let Some(all) = all.filter(|_| bar.length().is_none()) {
        bar.set_length(all);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}") {
            bar.set_style(style);
        }
    }
    bar.set_position(done);
}

//! `fwproof fix`: the smallest change of rule sets after which every required flow passes that no waiver leaves closed.

mod show;
mod write;

use super::check::{Asking, Case, Prepared, WantedArguments, prepared};
use super::inputs::{Firewall, Inputs, Loaded, anything_not_understood, identity};
use super::plan::place;
use super::project::{Opened, ProjectArguments, relative};
use super::{Done, FirewallArguments, SiteArguments, exit};
use crate::finding::Finding;
use crate::fix::plan::{Companion, CompanionKind, Mended, Obstacle, RuleText, Task, Wanted, mend};
use crate::format::{self, Input, ReadOptions, aerleon, ipset};
use crate::ingress::Level;
use crate::policy::{TCP, UDP};
use crate::requirement::Requirement;
use crate::source::Sources;
use crate::space::{Field, PacketSet};
use crate::verify::{Verdict, conversations, judge};
use clap::Args;
use show::{File, Fixed};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(after_help = EXIT_HELP)]
pub(super) struct FixArguments {
    /// Rule sets: files, directories, or `-` for standard input [default: those of the project]
    #[arg(value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    /// Write the mended files in place of the old ones, instead of showing the difference
    #[arg(long, conflicts_with = "commands")]
    write: bool,
    /// Show what to type on the device, instead of the difference between the files
    #[arg(long)]
    commands: bool,
    /// Take the flows as required from any source port, which makes for shorter lines
    #[arg(long)]
    any_source_port: bool,
    #[command(flatten)]
    grouping: FirewallArguments,
    #[command(flatten)]
    project: ProjectArguments,
    /// Mend only this site of the project (repeat for several); with rule sets, take its settings for them
    #[arg(long = "site", value_name = "NAME", conflicts_with = "no_project")]
    sites: Vec<String>,
    #[command(flatten)]
    site: SiteArguments,
    #[command(flatten)]
    wanted: WantedArguments,
}

const EXIT_HELP: &str = "Exit codes: 0 every required flow passes, or does with the change that is shown or was written; 1 \
one is denied and there is no such change; 2 wrong usage or an input that cannot be used; 3 one is undecided and there is no \
such change.";

pub(super) fn run(arguments: &FixArguments) -> Result<Done, String> {
    if arguments.write && arguments.rule_sets.iter().any(|path| path.as_os_str() == "-") {
        return Err("`--write` needs files: standard input cannot be written".to_owned());
    }
    let mut inputs = Inputs::default();
    let opened = arguments.project.open(&mut inputs)?;
    let asking = arguments.asking();
    let prepared = if inputs.failed { Prepared::default() } else { prepared(&asking, opened.as_ref(), &mut inputs)? };
    let strict = arguments.site.reading.strict && anything_not_understood(&inputs);
    let mut failed = inputs.failed || prepared.failed || strict;
    let mut fixed = Vec::new();
    for (case, firewalls) in prepared.cases() {
        let run = Run::new(arguments, &case, opened.as_ref(), firewalls.len());
        for firewall in inputs.firewalls.get(firewalls).unwrap_or_default() {
            match run.firewall(firewall, &inputs) {
                Ok(done) => fixed.push(done),
                Err(finding) => {
                    failed = true;
                    inputs.findings.push(finding);
                }
            }
        }
    }
    without_rivals(&mut fixed);
    inputs.findings.extend(prepared.selected().flat_map(|selected| selected.findings.iter().cloned()));
    done(arguments, &inputs, &fixed, failed)
}

impl FixArguments {
    fn asking(&self) -> Asking<'_> {
        Asking {
            rule_sets: &self.rule_sets,
            grouping: &self.grouping,
            sites: &self.sites,
            site: &self.site,
            wanted: &self.wanted,
            partition: None,
            // Whether anything else changes is asked of all of them.
            all_rules: true,
        }
    }
}

/// A file beside the rule sets that may be changed.
#[derive(Clone)]
struct Beside {
    path: PathBuf,
    name: String,
    text: String,
    kind: CompanionKind,
}

impl Beside {
    fn at(path: PathBuf, text: String, kind: CompanionKind) -> Beside {
        Beside { name: path.display().to_string(), path, text, kind }
    }
}

/// What the rule sets of a site have in common.
struct Run<'a> {
    arguments: &'a FixArguments,
    case: &'a Case<'a>,
    project: Option<&'a Opened>,
    /// Files of ipset that may be changed.
    sets: Vec<Beside>,
}

impl<'a> Run<'a> {
    /// Sets that several firewalls use are changed for none of them.
    fn new(arguments: &'a FixArguments, case: &'a Case<'a>, project: Option<&'a Opened>, firewalls: usize) -> Run<'a> {
        let paths = case.site.reading.ipset.iter().filter(|_| firewalls == 1);
        let read = |path: &PathBuf| {
            // What cannot be read was said when the rule sets were loaded.
            let text = super::read_text(path).ok()?;
            Some(Beside::at(path.clone(), text, CompanionKind::Sets))
        };
        Run { arguments, case, project, sets: paths.filter_map(read).collect() }
    }

    fn firewall(&self, firewall: &Firewall, inputs: &Inputs) -> Result<Fixed, Finding> {
        if let Some(file) = firewall.files.iter().find(|file| file.options.device.is_some()) {
            return Ok(Fixed::several_devices(firewall, inputs.sources.name(file.source)));
        }
        let wanted = self.wanted(firewall)?;
        let files = firewall.files.iter().map(|file| RuleText {
            name: &file.name,
            format: file.format.name,
            text: inputs.sources.text(file.source),
            options: &file.options,
        });
        let beside = self.beside(firewall);
        let companions = beside.iter().map(|file| Companion { name: &file.name, text: &file.text, kind: file.kind });
        let task = Task { files: files.collect(), companions: companions.collect(), wanted, exempt_dns: true };
        let result = mend(&task).and_then(|mended| self.confirmed(firewall, &task, mended));
        Ok(match result {
            Ok(mended) => shown(firewall, &beside, &task, &mended),
            Err(obstacles) => Fixed::none(firewall, &obstacles, &task),
        })
    }

    /// The files beside a firewall: sets, and the definitions of its policy.
    fn beside(&self, firewall: &Firewall) -> Vec<Beside> {
        let policies = firewall.files.iter().filter(|file| file.format.name == aerleon::FORMAT.name);
        let mut definitions = policies.filter_map(|file| file.options.companions.definitions.as_ref());
        let files = definitions.next().into_iter().flatten();
        let files = files.map(|f| Beside::at(PathBuf::from(&f.name), f.text.to_string(), CompanionKind::Definitions));
        self.sets.iter().cloned().chain(files).collect()
    }

    /// The required conversations in the rule bases of a firewall.
    fn wanted(&self, firewall: &Firewall) -> Result<Vec<Wanted>, Finding> {
        let selected = self.case.selected;
        let all: Vec<&Requirement> = selected.requirements.iter().chain(&selected.test_vectors).collect();
        let mut wanted = Vec::new();
        for (file, base) in firewall.bases() {
            let placed = place(self.case.site, file, base, &all)?;
            for requirement in selected.requirements.iter().filter(|r| r.level == Level::Required) {
                let mut packets = conversations(requirement, &base.policy, &base.topology, &placed.site);
                if self.arguments.any_source_port && matches!(requirement.proto, TCP | UDP) {
                    packets = packets.forget(&[Field::SrcPort]);
                }
                let packets = self.not_waived(firewall, &file.name, &requirement.id, packets);
                if !packets.is_empty() {
                    let is_dns = requirement.service == "dns";
                    wanted.push(Wanted { id: requirement.id.clone(), packets, is_dns });
                }
            }
        }
        Ok(wanted)
    }

    /// What of a flow no waiver leaves closed: somebody wants it so.
    fn not_waived(&self, firewall: &Firewall, file: &str, id: &str, packets: PacketSet) -> PacketSet {
        let Some(opened) = self.project else { return packets };
        let (today, file) = (self.case.site.reading.today(), relative(&opened.folder, file));
        let waivers = opened.project.waivers.iter().filter(|waiver| !waiver.has_expired(today));
        let waivers = waivers.filter(|waiver| waiver.is_about(id, &firewall.name, &file));
        waivers.fold(packets, |left, waiver| left.subtract(&waiver.covered(left.family())))
    }

    /// The mended texts, if `check` would be content with them: who the clients are is taken from the text, too.
    fn confirmed(&self, firewall: &Firewall, task: &Task<'_>, mended: Mended) -> Result<Mended, Vec<Obstacle>> {
        let mut sources = Sources::new();
        let mut files = Vec::new();
        for (file, text) in firewall.files.iter().zip(&mended.files) {
            let source = sources.add(file.name.clone(), text.as_str());
            let options = options(task, &mended, &file.options, &mut sources);
            let reading = (file.format.read)(Input { source, name: &file.name, text }, &options);
            files.push(Loaded { name: file.name.clone(), source, format: file.format, options, reading });
        }
        let after = Firewall { name: firewall.name.clone(), files };
        let flows = self.wanted(&after).unwrap_or_default();
        let passes = |wanted: &Wanted| {
            let base = after.bases().find(|(_, base)| base.policy.family == wanted.packets.family());
            base.is_some_and(|(_, base)| judge(&base.policy, &wanted.packets).verdict == Verdict::Permitted)
        };
        let all = flows.len() == task.wanted.len() && flows.iter().all(passes);
        if all { Ok(mended) } else { Err(vec![Obstacle::Unconfirmed]) }
    }
}

/// The options with the companions as they are mended.
fn options(task: &Task<'_>, mended: &Mended, options: &ReadOptions, sources: &mut Sources) -> ReadOptions {
    let mut options = options.clone();
    let mut sets = None;
    let mut definitions = Vec::new();
    for (file, text) in task.companions.iter().zip(&mended.companions) {
        let source = sources.add(file.name, text.as_str());
        match file.kind {
            CompanionKind::Sets => {
                // A text that cannot be read leaves its sets open, and the flows are not permitted then.
                let input = Input { source, name: file.name, text };
                let _ = ipset::read(input, sets.get_or_insert_default(), &mut Vec::new());
            }
            CompanionKind::Definitions => {
                let (name, text) = (file.name.to_owned(), text.as_str().into());
                definitions.push(format::Companion { name, source, text });
            }
        }
    }
    options.sets = sets.map_or(options.sets, Arc::new);
    if !definitions.is_empty() {
        options.companions.definitions = Some(definitions);
    }
    options
}

/// What changes, the files beside the rules before the rules that ask them.
fn shown(firewall: &Firewall, beside: &[Beside], task: &Task<'_>, mended: &Mended) -> Fixed {
    let beside = beside.iter().zip(&mended.companions).map(|(file, new)| File {
        path: file.path.clone(),
        format: match file.kind {
            CompanionKind::Sets => "ipset",
            CompanionKind::Definitions => "definitions",
        },
        families: Vec::new(),
        options: ReadOptions::default(),
        old: file.text.clone(),
        new: new.clone(),
    });
    let rules = firewall.files.iter().zip(task.files.iter().zip(&mended.files));
    let rules = rules.map(|(file, (old, new))| File {
        path: PathBuf::from(&file.name),
        format: file.format.name,
        families: file.reading.bases.iter().map(|base| base.policy.family).collect(),
        options: file.options.clone(),
        old: old.text.to_owned(),
        new: new.clone(),
    });
    let files = beside.chain(rules).filter(|file| file.old != file.new).collect();
    Fixed { files, beside: mended.beside, flows: task.wanted.len(), ..Fixed::of(firewall) }
}

/// Two sites may judge the same file, and each would change it: only the first one does.
fn without_rivals(fixed: &mut [Fixed]) {
    let mut changed: HashMap<PathBuf, String> = HashMap::new();
    for one in fixed {
        let rival = one.files.iter().find_map(|file| changed.get(&identity(&file.path)).cloned());
        match rival {
            Some(name) => one.is_left_for(&name),
            None => changed.extend(one.files.iter().map(|file| (identity(&file.path), one.name.clone()))),
        }
    }
}

fn done(arguments: &FixArguments, inputs: &Inputs, fixed: &[Fixed], failed: bool) -> Result<Done, String> {
    let mut output = String::new();
    if failed {
        output += &crate::report::render_findings(&inputs.sources, &inputs.findings, super::use_color());
    }
    if arguments.write {
        fixed.iter().try_for_each(Fixed::can_be_written)?;
    }
    for fixed in fixed {
        output += &match (arguments.write, arguments.commands) {
            (true, _) => fixed.written()?,
            (_, true) => fixed.commands(),
            _ => fixed.difference(),
        };
    }
    Ok(Done { output, code: exit_code(fixed, failed) })
}

/// The one place where the exit code of a fix is decided.
fn exit_code(fixed: &[Fixed], failed: bool) -> u8 {
    let worst = fixed.iter().filter_map(|fixed| fixed.left);
    match worst.max_by_key(|verdict| *verdict != Verdict::Undecided) {
        _ if failed => exit::ERROR,
        None => exit::PERMITTED,
        Some(Verdict::Undecided) => exit::UNDECIDED,
        Some(_) => exit::DENIED,
    }
}

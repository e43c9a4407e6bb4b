//! `fwproof fix`: the smallest change of rule sets after which every required flow passes.

mod show;

use super::check::WantedArguments;
use super::inputs::{Firewall, Inputs, Wanted, anything_not_understood, load};
use super::plan::place;
use super::{Done, FirewallArguments, SiteArguments, exit};
use crate::fix::plan::{Companion, Mended, Obstacle, RuleText, Task, mend};
use crate::format::{Input, ReadOptions, Reading, ipset};
use crate::ingress::Level;
use crate::requirement::{Requirement, Selected};
use crate::source::Sources;
use crate::space::Field;
use crate::verify::{Verdict, conversations, judge};
use clap::Args;
use show::{File, Fixed};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct FixArguments {
    /// Rule sets: files, directories, or `-` for standard input
    #[arg(required_unless_present = "firewalls", value_name = "RULESET")]
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
    site: SiteArguments,
    #[command(flatten)]
    wanted: WantedArguments,
}

pub(super) fn run(arguments: &FixArguments) -> Result<Done, String> {
    if arguments.write && arguments.rule_sets.iter().any(|path| path.as_os_str() == "-") {
        return Err("`--write` needs files: standard input cannot be written".to_owned());
    }
    let options = arguments.site.options()?;
    let rule_sets = Wanted { paths: &arguments.rule_sets, firewalls: &arguments.grouping.firewalls, partition: None };
    let mut inputs = load(&rule_sets, &arguments.site.reading, &options);
    let reading = &arguments.site.reading;
    let (selected, unusable) = arguments.wanted.select(&mut inputs.sources, &reading.resolve, reading.today())?;
    let failed = inputs.failed || unusable || reading.strict && anything_not_understood(&inputs);
    let mut run = Run { arguments, selected, sets: Vec::new(), fixed: Vec::new(), failed };
    run.read_sets();
    for firewall in &inputs.firewalls {
        let fixed = run.firewall(firewall, &inputs)?;
        run.fixed.push(fixed);
    }
    run.done(&inputs)
}

/// A file of ipset of the run.
struct Sets {
    path: PathBuf,
    name: String,
    text: String,
}

struct Run<'a> {
    arguments: &'a FixArguments,
    selected: Selected,
    sets: Vec<Sets>,
    fixed: Vec<Fixed>,
    failed: bool,
}

impl Run<'_> {
    /// The sets as texts that entries can be added to.
    fn read_sets(&mut self) {
        for path in &self.arguments.site.reading.ipset {
            // What cannot be read was said when the rule sets were loaded.
            if let Ok(text) = super::read_text(path) {
                self.sets.push(Sets { path: path.clone(), name: path.display().to_string(), text });
            }
        }
    }

    fn required(&self) -> impl Iterator<Item = &Requirement> {
        self.selected.requirements.iter().filter(|r| r.level == Level::Required)
    }

    fn firewall(&self, firewall: &Firewall, inputs: &Inputs) -> Result<Fixed, String> {
        let wanted = self.wanted(firewall)?;
        let text = |file: &super::inputs::Loaded| inputs.sources.text(file.source).to_owned();
        let texts: Vec<String> = firewall.files.iter().map(text).collect();
        let files = firewall.files.iter().zip(&texts);
        let files = files.map(|(file, text)| RuleText { name: &file.name, format: file.format.name, text, options: &file.options }).collect();
        // Sets that several firewalls use are changed for none of them.
        let shared = inputs.firewalls.len() > 1;
        let sets = self.sets.iter().filter(|_| !shared);
        let companions: Vec<Companion<'_>> = sets.map(|s| Companion { name: &s.name, text: &s.text }).collect();
        let task = Task { files, companions, wanted, exempt_dns: true };
        let result = mend(&task).and_then(|mended| self.confirmed(firewall, &task, mended));
        Ok(match result {
            Ok(mended) => self.shown(firewall, &texts, &task, mended),
            Err(obstacles) => Fixed::none(firewall, &obstacles, &task),
        })
    }

    /// The required conversations in the rule bases of a firewall.
    fn wanted(&self, firewall: &Firewall) -> Result<Vec<crate::fix::plan::Wanted>, String> {
        let all: Vec<&Requirement> = self.selected.requirements.iter().chain(&self.selected.test_vectors).collect();
        let mut wanted = Vec::new();
        for (file, base) in firewall.bases() {
            let placed = place(&self.arguments.site, file, base, &all).map_err(|finding| finding.message)?;
            for requirement in self.required() {
                let packets = conversations(requirement, &base.policy, &base.topology, &placed.site);
                let packets = if self.arguments.any_source_port && matches!(requirement.proto, 6 | 17) {
                    packets.forget(&[Field::SrcPort])
                } else {
                    packets
                };
                if !packets.is_empty() {
                    wanted.push(crate::fix::plan::Wanted { id: requirement.id.clone(), packets });
                }
            }
        }
        Ok(wanted)
    }

    /// The mended texts, if `check` would be content with them: who the clients are is taken from the text, too.
    fn confirmed(
        &self,
        firewall: &Firewall,
        task: &Task<'_>,
        mended: Mended,
    ) -> Result<Mended, Vec<Obstacle>> {
        let mut sources = Sources::new();
        let files = firewall.files.iter().zip(&mended.files).map(|(file, text)| {
            let source = sources.add(file.name.clone(), text.as_str());
            let options = self.options(&mended, &file.options, &mut sources);
            let reading = (file.format.read)(Input { source, name: &file.name, text }, &options);
            super::inputs::Loaded { name: file.name.clone(), source, format: file.format, options, reading }
        });
        let files: Vec<_> = files.collect();
        let after = Firewall { name: firewall.name.clone(), files };
        let flows = self.wanted(&after).unwrap_or_default();
        let passes = |wanted: &crate::fix::plan::Wanted| {
            let base = after.bases().find(|(_, base)| base.policy.family == wanted.packets.family());
            base.is_some_and(|(_, base)| judge(&base.policy, &wanted.packets).verdict == Verdict::Permitted)
        };
        let all = flows.len() == task.wanted.len() && flows.iter().all(passes);
        if all { Ok(mended) } else { Err(vec![Obstacle::Unreadable]) }
    }

    fn options(&self, mended: &Mended, options: &ReadOptions, sources: &mut Sources) -> ReadOptions {
        if mended.companions.is_empty() {
            return options.clone();
        }
        let mut sets = ipset::Sets::default();
        for (file, text) in self.sets.iter().zip(&mended.companions) {
            let source = sources.add(file.name.clone(), text.as_str());
            // A text that cannot be read leaves its sets open, and the flows are not permitted then.
            let _ = ipset::read(Input { source, name: &file.name, text }, &mut sets, &mut Vec::new());
        }
        ReadOptions { sets: Arc::new(sets), ..options.clone() }
    }

    fn shown(&self, firewall: &Firewall, texts: &[String], task: &Task<'_>, mended: Mended) -> Fixed {
        let mut files = Vec::new();
        for ((file, old), new) in firewall.files.iter().zip(texts).zip(&mended.files) {
            let Reading { bases, .. } = &file.reading;
            files.push(File {
                path: PathBuf::from(&file.name),
                format: file.format.name,
                families: bases.iter().map(|b| b.policy.family).collect(),
                old: old.clone(),
                new: new.clone(),
            });
        }
        for (sets, new) in self.sets.iter().zip(&mended.companions) {
            let (path, old, new) = (sets.path.clone(), sets.text.clone(), new.clone());
            files.insert(0, File { path, format: "ipset", families: Vec::new(), old, new });
        }
        files.retain(|file| file.old != file.new);
        Fixed { name: firewall.name.clone(), files, obstacles: Vec::new(), mirrored: mended.mirrored, flows: task.wanted.len() }
    }

    fn done(&self, inputs: &Inputs) -> Result<Done, String> {
        let findings: Vec<_> = inputs.findings.iter().chain(&self.selected.findings).cloned().collect();
        let mut output = String::new();
        if self.failed {
            output += &crate::report::render_findings(&inputs.sources, &findings, super::use_color());
        }
        for fixed in &self.fixed {
            output += &match (self.arguments.write, self.arguments.commands) {
                (true, _) => fixed.written()?,
                (_, true) => fixed.commands(),
                _ => fixed.difference(),
            };
        }
        let unfixed = self.fixed.iter().any(|fixed| !fixed.obstacles.is_empty());
        let code = if self.failed { exit::ERROR } else if unfixed { exit::DENIED } else { exit::PERMITTED };
        Ok(Done { output, code })
    }
}

/// The path of a file as a repository knows it: from its root, where it lies in one.
fn in_repository(path: &Path) -> String {
    let directory = std::env::current_dir().unwrap_or_default();
    let root = super::output::root_of(&directory);
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| directory.join(path));
    let inside = std::fs::canonicalize(&root).ok().and_then(|root| whole.strip_prefix(root).ok().map(Path::to_owned));
    let shown = inside.unwrap_or(whole);
    let parts = shown.components().filter_map(|part| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

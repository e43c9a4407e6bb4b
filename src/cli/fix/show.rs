//! What a fix looks like: a difference, commands, or files that were written.

use super::write::encoded;
use crate::cli::inputs::{Firewall, identity};
use crate::cli::output::{cannot_write, replace, root_of};
use crate::cli::project::relative;
use crate::explain::unfixed;
use crate::fix::plan::{Beside, Obstacle, Task};
use crate::fix::{commands, comment_sign, without_commands};
use crate::format::{ReadOptions, aerleon};
use crate::report::{clean_line, patch};
use crate::space::Family;
use crate::verify::Verdict;
use std::path::PathBuf;

/// A file that a fix changes.
pub(super) struct File {
    pub path: PathBuf,
    pub format: &'static str,
    pub families: Vec<Family>,
    /// How it is read.
    pub options: ReadOptions,
    pub old: String,
    pub new: String,
}

/// What became of one firewall.
pub(super) struct Fixed {
    pub name: String,
    /// Files that change.
    pub files: Vec<File>,
    /// Why there is no fix, in sentences.
    pub obstacles: Vec<String>,
    /// What the worst flow is left as, where there is no fix.
    pub left: Option<Verdict>,
    /// What passes now beside the required flows.
    pub beside: Beside,
    /// How many required flows were proved.
    pub flows: usize,
}

const MIRRORED: &str = "a list without state cannot tell an answer from what the server sends unasked from the port of \
                        the service, nor whose answer it is behind a shared address: that passes, too";
const ASTRAY: &str =
    "the servers are taken to be reached by the way out by which the flows are judged, and by no other";
/// How formats say that a rule is for answers only, and what is said of such rules.
const FOR_ANSWERS: [(&str, &str); 2] = [
    (
        "--ctstate ESTABLISHED -j ACCEPT",
        "in place of the lines for answers, `--ctstate RELATED,ESTABLISHED -j ACCEPT` alone would do, for all that any rule \
         permits",
    ),
    (
        "option: established",
        "in place of the terms for answers, one with `option: established` alone would do, for all that any term accepts",
    ),
];
const WITHOUT_NAMES: &str = "addresses and ports are written out, as the documentation of Aerleon has it; its program takes \
                             only names that are defined: with --definitions, names are used and defined";
const NOT_TO_APPLY: &str = "# the text holds what cannot be shown as it is, so this does not apply: use --write\n";

impl Fixed {
    /// Nothing so far.
    pub fn of(firewall: &Firewall) -> Fixed {
        let name = firewall.name.clone();
        Fixed { name, files: Vec::new(), obstacles: Vec::new(), left: None, beside: Beside::default(), flows: 0 }
    }

    pub fn none(firewall: &Firewall, obstacles: &[Obstacle], task: &Task<'_>) -> Fixed {
        let flow = |index: usize| task.wanted.get(index).map_or_else(String::new, |w| w.id.clone());
        let file = |index: usize| task.files.get(index).map_or_else(String::new, |f| f.name.to_owned());
        let mut sentences: Vec<String> = Vec::new();
        for sentence in obstacles.iter().map(|obstacle| unfixed::sentence(obstacle, flow, file)) {
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        let undecided = obstacles.iter().all(|obstacle| obstacle.verdict() == Some(Verdict::Undecided));
        let left = Some(if undecided { Verdict::Undecided } else { Verdict::Denied });
        Fixed { obstacles: sentences, left, flows: task.wanted.len(), ..Fixed::of(firewall) }
    }

    pub fn several_devices(firewall: &Firewall, file: &str) -> Fixed {
        let why = format!("{file} holds several devices: export each into a file of its own");
        Fixed { obstacles: vec![why], left: Some(Verdict::Denied), flows: 1, ..Fixed::of(firewall) }
    }

    /// Another firewall changes the same file.
    pub fn is_left_for(&mut self, other: &str) {
        self.files.clear();
        self.left = Some(Verdict::Denied);
        self.obstacles.push(format!("the fix of `{other}` changes the same file: use that one, then ask again"));
    }

    /// As a unified diff; what is said beside it stands in comments.
    pub fn difference(&self) -> String {
        let mut out = self.remarks("#");
        for file in &self.files {
            let (text, faithful) = patch::unified(&file.in_repository(), &file.old, &file.new);
            if !faithful || !file.is_plain() {
                out += NOT_TO_APPLY;
            }
            out += &text;
        }
        out
    }

    /// As commands for the devices, each file below its name.
    pub fn commands(&self) -> String {
        let sign = self.files.first().map_or("#", |file| comment_sign(file.format));
        let mut out = self.remarks(sign);
        for file in &self.files {
            let sign = comment_sign(file.format);
            let path = file.path.display().to_string();
            match commands(file.format, &file.families, &file.options, &file.old, &file.new) {
                Some(lines) => {
                    out += &format!("{sign} {}\n", clean_line(&path));
                    lines.iter().for_each(|line| out += &format!("{}\n", clean_line(line)));
                }
                None => out += &format!("{sign} {} {}\n", clean_line(&path), without_commands(file.format)),
            }
        }
        out
    }

    /// Is each file still what was read, in an encoding that the new text can have, too?
    pub fn can_be_written(&self) -> Result<(), String> {
        self.files.iter().try_for_each(|file| file.content().map(|_| ()))
    }

    /// Writes the files, each as a whole.
    pub fn written(&self) -> Result<String, String> {
        let mut out = self.remarks("#");
        for file in &self.files {
            replace(&file.path, &file.content()?).map_err(|e| cannot_write(&file.path, &e))?;
            out += &format!("wrote {}\n", clean_line(&file.path.display().to_string()));
        }
        Ok(out)
    }

    fn remarks(&self, sign: &str) -> String {
        let name = clean_line(&self.name).into_owned();
        let mut out = match (self.obstacles.is_empty(), self.files.is_empty()) {
            (false, _) => format!("{sign} {name}: no fix\n"),
            _ if self.flows == 0 => format!("{sign} {name}: no required flow was judged\n"),
            (true, true) => format!("{sign} {name}: nothing to fix, every required flow passes\n"),
            (true, false) => format!("{sign} {name}: with this every required flow passes, and nothing else changes\n"),
        };
        for sentence in &self.obstacles {
            out += &format!("{sign}   {}\n", clean_line(sentence));
        }
        let said = [
            (self.beside.mirrored, MIRRORED),
            (self.beside.astray, ASTRAY),
            (self.files.iter().any(File::lacks_names), WITHOUT_NAMES),
        ];
        let of_answers = FOR_ANSWERS.map(|(mark, sentence)| (self.files.iter().any(|file| file.gains(mark)), sentence));
        for (_, sentence) in said.iter().chain(&of_answers).filter(|(applies, _)| *applies) {
            out += &format!("{sign}   {sentence}\n");
        }
        out
    }
}

impl File {
    /// Are there new rules with a mark?
    fn gains(&self, mark: &str) -> bool {
        let count = |text: &str| text.matches(mark).count();
        count(&self.new) > count(&self.old)
    }

    /// Is it a policy whose definitions nobody named?
    fn lacks_names(&self) -> bool {
        self.format == aerleon::FORMAT.name && self.options.companions.definitions.is_none()
    }

    /// The bytes to write.
    fn content(&self) -> Result<Vec<u8>, String> {
        let now = std::fs::read(&self.path).map_err(|e| cannot_write(&self.path, &e))?;
        encoded(&now, &self.old, &self.new).map_err(|why| format!("cannot write `{}`: {why}", self.path.display()))
    }

    /// Does the file hold just the bytes of the text? Nobody can say of standard input, unless a byte was lost.
    fn is_plain(&self) -> bool {
        let same = |bytes: Vec<u8>| bytes == self.old.as_bytes();
        std::fs::read(&self.path).map_or(!self.old.contains('\u{fffd}'), same)
    }

    /// The path as a repository knows it, from its root: what `git apply` and `patch -p1` go by.
    fn in_repository(&self) -> String {
        let path = identity(&self.path);
        let folder = path.parent().filter(|_| path.is_absolute()).map(root_of);
        match folder {
            Some(root) => relative(&root, &path.display().to_string()),
            None => self.path.display().to_string(),
        }
    }
}

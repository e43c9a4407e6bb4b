//! What a fix looks like: a difference, commands, or files that were written.

use super::in_repository;
use crate::cli::inputs::Firewall;
use crate::cli::output::{cannot_write, replace};
use crate::explain::unfixed;
use crate::fix::plan::{Obstacle, Task};
use crate::fix::{commands, comment_sign};
use crate::report::{clean_line, patch};
use crate::space::Family;
use std::path::PathBuf;

/// A file that a fix changes.
pub(super) struct File {
    pub path: PathBuf,
    pub format: &'static str,
    pub families: Vec<Family>,
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
    /// Do lists without state let in what servers send unasked?
    pub mirrored: bool,
    /// How many required flows were proved.
    pub flows: usize,
}

const MIRRORED: &str = "lists without state cannot tell an answer from a packet that the server sends unasked from the port \
                        of the service: these pass, too";

impl Fixed {
    pub fn none(firewall: &Firewall, obstacles: &[Obstacle], task: &Task<'_>) -> Fixed {
        let flow = |index: usize| task.wanted.get(index).map_or_else(String::new, |w| w.id.clone());
        let file = |index: usize| task.files.get(index).map_or_else(String::new, |f| f.name.to_owned());
        let mut sentences: Vec<String> = Vec::new();
        for sentence in obstacles.iter().map(|obstacle| unfixed::sentence(obstacle, flow, file)) {
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        let name = firewall.name.clone();
        Fixed { name, files: Vec::new(), obstacles: sentences, mirrored: false, flows: task.wanted.len() }
    }

    /// As a unified diff; what is said beside it stands in comments.
    pub fn difference(&self) -> String {
        let mut out = self.remarks("#");
        for file in &self.files {
            let (text, faithful) = patch::unified(&in_repository(&file.path), &file.old, &file.new);
            if !faithful {
                out += "# control characters were made visible, so this does not apply: use --write\n";
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
            match commands(file.format, &file.families, &file.old, &file.new) {
                Some(lines) => {
                    out += &format!("{sign} {}\n", clean_line(&path));
                    lines.iter().for_each(|line| out += &format!("{}\n", clean_line(line)));
                }
                None => out += &format!("{sign} {} is a file and no device: use --write\n", clean_line(&path)),
            }
        }
        out
    }

    /// Writes the files, each as a whole.
    pub fn written(&self) -> Result<String, String> {
        for file in &self.files {
            let now = std::fs::read(&file.path).map_err(|e| cannot_write(&file.path, &e))?;
            if now != file.old.as_bytes() {
                let why = "it is not UTF-8, or has changed since it was read";
                return Err(format!("cannot write `{}`: {why}", file.path.display()));
            }
        }
        let mut out = self.remarks("#");
        for file in &self.files {
            replace(&file.path, file.new.as_bytes()).map_err(|e| cannot_write(&file.path, &e))?;
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
        if self.mirrored {
            out += &format!("{sign}   {MIRRORED}\n");
        }
        out
    }
}

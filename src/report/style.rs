//! How a report is rendered: what depends on the terminal, on flags, and on where the repository is.

use std::path::{Component, Path, PathBuf};

/// How much a report for people says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Errors and the conclusion.
    Quiet,
    /// Long lists are cut, with the number of what is left out.
    #[default]
    Normal,
    /// Nothing is cut.
    Verbose,
}

/// How a report is rendered.
#[derive(Debug, Clone)]
pub struct Style {
    /// Are colors wanted? Only ever on a terminal.
    pub color: bool,
    /// The width that running text is wrapped at, in columns.
    pub width: usize,
    /// How much is said.
    pub detail: Detail,
    /// The working directory, which relative names start from.
    pub directory: PathBuf,
    /// The root of the repository; reports for code hosts name files from there.
    pub root: PathBuf,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            color: false,
            width: 100,
            detail: Detail::Normal,
            directory: PathBuf::from("/"),
            root: PathBuf::from("/"),
        }
    }
}

impl Style {
    /// How many items of a list are shown, of which `most` are shown usually.
    pub fn most(&self, most: usize) -> usize {
        if self.detail == Detail::Verbose { usize::MAX } else { most }
    }

    /// The path of a file from the root of the repository, with slashes; nothing for a file outside of it, and for
    /// what is no file. Names are taken as they are written: links are not followed.
    pub fn in_repository(&self, name: &str) -> Option<String> {
        if name.starts_with('<') {
            return None;
        }
        let path = resolved(&self.directory.join(name))?;
        let inside = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        parts.map(|parts| parts.join("/")).filter(|path| !path.is_empty())
    }
}

/// The path without `.` and `..`; nothing when it climbs above the root of the file system.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            part => out.push(part),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root_of_the_repository_or_not_at_all() {
        let style = Style { directory: "/home/x/repo/site".into(), root: "/home/x/repo".into(), ..Style::default() };
        let named = |name: &str| style.in_repository(name);
        assert_eq!(named("fw.v4").as_deref(), Some("site/fw.v4"));
        assert_eq!(named("./a/../fw.v4").as_deref(), Some("site/fw.v4"));
        assert_eq!(named("../other/fw.v4").as_deref(), Some("other/fw.v4"));
        assert_eq!(named("/home/x/repo/fw.v4").as_deref(), Some("fw.v4"));
        for outside in [
            "../../fw.v4",
            "/etc/iptables/rules.v4",
            "../../../../../../fw.v4",
            "/home/x/repository/a",
            "<stdin>",
            "..",
        ] {
            assert_eq!(named(outside), None, "{outside}");
        }
    }
}

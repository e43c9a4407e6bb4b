//! The project of a run: where its file is, and which files it names.

use super::inputs::Inputs;
use crate::finding::{Code, Finding};
use crate::project::{FILE, Pattern, Project, Written};
use clap::Args;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct ProjectArguments {
    /// The project file [default: fwproof.yaml here or in a folder above, up to the root of the repository]
    #[arg(long, value_name = "FILE", conflicts_with = "no_project")]
    project: Option<PathBuf>,
    /// Use no project file
    #[arg(long)]
    no_project: bool,
}

/// A project that was read.
pub(super) struct Opened {
    /// The file, as it is shown.
    pub name: String,
    /// The folder that its paths start from; empty for the working directory.
    pub folder: PathBuf,
    /// Empty where the file is not valid.
    pub project: Project,
}

impl ProjectArguments {
    /// Reads the project file, if there is one. What is wrong with it are findings.
    pub(super) fn open(&self, inputs: &mut Inputs) -> Result<Option<Opened>, String> {
        let named = || self.project.clone().or_else(find);
        let Some(path) = (!self.no_project).then(named).flatten() else { return Ok(None) };
        let name = path.display().to_string();
        let source = inputs.sources.add(name.clone(), super::read_text(&path)?);
        let project = Project::read(source, inputs.sources.text(source)).unwrap_or_else(|findings| {
            inputs.failed = true;
            inputs.findings.extend(findings);
            Project::default()
        });
        Ok(Some(Opened { name, folder: path.parent().map(Path::to_owned).unwrap_or_default(), project }))
    }
}

/// The file of the nearest folder upwards that has one. Beyond the root of the repository, it would be one of others.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut way = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join(FILE).is_file() {
            return Some(way.join(FILE));
        }
        if folder.join(".git").exists() {
            return None;
        }
        way.push("..");
    }
    None
}

impl Opened {
    /// A path of the file, from the working directory. Project files come with pull requests: what they could name
    /// outside of their folder would be shown in reports.
    pub(super) fn inside(&self, written: &Written) -> Result<PathBuf, Finding> {
        let mut path = self.folder.clone();
        for part in Path::new(&written.text).components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => path.push(name),
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(leads_out(written)),
            }
        }
        Ok(path)
    }

    /// A path of something that is there, also when links are followed.
    pub(super) fn existing(&self, written: &Written) -> Result<PathBuf, Finding> {
        let path = self.inside(written)?;
        self.stays(path, written)
    }

    fn stays(&self, path: PathBuf, written: &Written) -> Result<PathBuf, Finding> {
        let real = std::fs::canonicalize(&path).map_err(|error| {
            let message = format!("cannot read `{}`: {error}", path.display());
            Finding::new(Code::InvalidValue, message).at(written.span, "named here")
        })?;
        let root = std::fs::canonicalize(here_if_empty(&self.folder));
        if root.is_ok_and(|root| real.starts_with(root)) { Ok(path) } else { Err(leads_out(written)) }
    }

    /// The files that a path or a glob names, sorted.
    pub(super) fn files(&self, written: &Written) -> Result<Vec<PathBuf>, Finding> {
        let literal = self.inside(written)?;
        if Pattern::is_literal(&written.text) || literal.is_file() {
            let path = self.existing(written)?;
            return if path.is_dir() { Err(is_folder(written)) } else { Ok(vec![path]) };
        }
        let text = written.text.trim_start_matches("./");
        let pattern = Pattern::new(text, true).map_err(|why| {
            Finding::new(Code::InvalidValue, format!("`{text}` is not a glob")).at(written.span, "").note(why)
        })?;
        let found = self.walk(&pattern).map_err(|why| Finding::new(Code::InvalidValue, why).at(written.span, ""))?;
        if found.is_empty() {
            let message = format!("`{}` matches no file", written.text);
            let finding = Finding::new(Code::InvalidValue, message).at(written.span, "");
            return Err(finding
                .help("paths start from the folder of the project file; `*` does not go over slashes, `**` does"));
        }
        found.into_iter().map(|path| self.stays(path, written)).collect()
    }

    /// The files that fit; hidden and ignored ones, too, because the project asks for them by name.
    fn walk(&self, pattern: &Pattern) -> Result<Vec<PathBuf>, String> {
        let root = here_if_empty(&self.folder);
        let parts = Path::new(&pattern.text).components();
        let sure = parts.take_while(|part| Pattern::is_literal(&part.as_os_str().to_string_lossy()));
        let start = root.join(sure.collect::<PathBuf>());
        if !start.exists() {
            return Ok(Vec::new());
        }
        let mut walk = ignore::WalkBuilder::new(&start);
        walk.standard_filters(false).sort_by_file_path(Path::cmp);
        walk.filter_entry(|entry| entry.file_name() != OsStr::new(".git"));
        let mut found = Vec::new();
        for entry in walk.build() {
            let path = entry.map_err(|error| error.to_string())?.into_path();
            let Ok(own) = path.strip_prefix(root) else { continue };
            if pattern.matches(&slashed(own)) && path.is_file() {
                found.push(self.folder.join(own));
            }
        }
        Ok(found)
    }
}

fn leads_out(written: &Written) -> Finding {
    let message = format!("`{}` leads out of the folder of the project", written.text);
    let finding = Finding::new(Code::InvalidValue, message).at(written.span, "");
    finding.help("what a project file names lies below its folder, also behind links; flags may name any file")
}

fn is_folder(written: &Written) -> Finding {
    let message = format!("`{}` is a folder", written.text);
    let finding = Finding::new(Code::InvalidValue, message).at(written.span, "");
    finding
        .help(format!("name its files: `{}/*`, or `{0}/**` with the folders below", written.text.trim_end_matches('/')))
}

fn here_if_empty(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// A path with slashes, whatever the system writes.
fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The path of a file from a folder, with slashes: the same on every machine, wherever the program runs. A link counts
/// by its own name. What is no file keeps its name.
pub(super) fn relative(folder: &Path, file: &str) -> String {
    let path = Path::new(file);
    let (Some(name), Some(parent)) = (path.file_name().filter(|_| !file.starts_with('<')), path.parent()) else {
        return file.to_owned();
    };
    let real = |path: &Path| std::fs::canonicalize(here_if_empty(path)).unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (real(folder), real(parent).join(name));
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    slashed(&up.chain(file.components().skip(common)).collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn written(text: &str) -> Written {
        let source = Sources::new().add("p", text);
        Written { text: text.to_owned(), span: Span { source, start: 0, end: 0 } }
    }

    fn tree() -> (tempfile::TempDir, Opened) {
        let folder = tempfile::tempdir().unwrap();
        for file in ["p/a.v4", "p/sites/b.v4", "p/sites/deep/c.v4", "p/sites/.hidden.v4", "p/[x].v4", "out.v4"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let opened = Opened { name: String::new(), folder: folder.path().join("p"), project: Project::default() };
        (folder, opened)
    }

    #[test]
    fn globs_are_of_paths() {
        let (_folder, opened) = tree();
        let found = |text: &str| -> Vec<String> {
            let files = opened.files(&written(text)).unwrap();
            files.iter().map(|path| slashed(path.strip_prefix(&opened.folder).unwrap())).collect()
        };
        assert_eq!(found("a.v4"), ["a.v4"]);
        assert_eq!(found("./sites/*.v4"), ["sites/.hidden.v4", "sites/b.v4"]);
        assert_eq!(found("**/*.v4"), ["[x].v4", "a.v4", "sites/.hidden.v4", "sites/b.v4", "sites/deep/c.v4"]);
        assert_eq!(found("[x].v4"), ["[x].v4"], "a file of that very name is meant");
    }

    #[test]
    fn nothing_outside_is_named() {
        let (folder, opened) = tree();
        let wrong = |text: &str| opened.files(&written(text)).unwrap_err().message;
        for text in ["../out.v4", "sites/../../out.v4", "/etc/passwd", "../*.v4"] {
            assert!(wrong(text).contains("leads out"), "{text}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("out.v4"), opened.folder.join("link.v4")).unwrap();
            std::os::unix::fs::symlink("a.v4", opened.folder.join("inner.v4")).unwrap();
            assert!(wrong("link.v4").contains("leads out") && wrong("*.v4").contains("leads out"));
            assert!(opened.files(&written("inner.v4")).is_ok());
        }
        assert!(wrong("none.v4").contains("cannot read"));
        assert!(wrong("none/*.v4").contains("matches no file") && wrong("x*").contains("matches no file"));
        assert!(wrong("sites").contains("is a folder"));
        drop(folder);
    }

    #[test]
    fn paths_are_told_from_a_folder() {
        let (folder, opened) = tree();
        let told = |from: &Path, file: &Path| relative(from, &file.display().to_string());
        assert_eq!(told(&opened.folder, &folder.path().join("p/sites/../a.v4")), "a.v4");
        assert_eq!(told(&opened.folder, &folder.path().join("out.v4")), "../out.v4");
        assert_eq!(told(&opened.folder.join("sites"), &folder.path().join("out.v4")), "../../out.v4");
        assert_eq!(relative(&opened.folder, "<stdin>"), "<stdin>");
    }
}

//! Files of git revisions, read by the program `git`.
//!
//! Only what reads is called: `rev-parse`, `ls-tree` and `cat-file`. A repository can name programs in its own
//! configuration (hooks, fsmonitor, textconv); none of these commands runs them, and they are switched off all the same.
//! Nothing is fetched, and no shell is involved.

use crate::format::MAX_TEXT;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The longest list of files that is read, in bytes.
const MAX_LISTING: u64 = 256 << 20;
/// The most that all files of a revision may hold together, in bytes.
const MAX_TOTAL: u64 = 4 << 30;
/// The longest header that `cat-file` may print before a file, in bytes.
const MAX_HEADER: u64 = 256;

/// What a repository could have set to run a program, to show other content, or to go to the network.
const SAFE: [&str; 12] = [
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.pager=cat",
];

/// The repository around the working directory.
pub(super) struct Repository {
    root: PathBuf,
}

/// A commit, by the name that the user gave it.
pub(super) struct Commit {
    pub name: String,
    id: String,
}

/// A file of a commit.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// From the root of the repository, with slashes.
    pub path: String,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A file, by the id of its content.
    File(String),
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl Repository {
    /// The repository that the working directory is in.
    pub fn here() -> Result<Repository, String> {
        let root = text(&["rev-parse", "--show-toplevel"])?
            .map_err(|why| format!("the working directory is in no git work tree, so there are no revisions: {why}"))?;
        Ok(Repository { root: PathBuf::from(root) })
    }

    /// The commit of a revision: a branch, a tag, an id, `HEAD~1`.
    pub fn commit(&self, revision: &str) -> Result<Commit, String> {
        if revision.starts_with('-') {
            return Err(format!("`{revision}` is not a revision: none begins with `-`"));
        }
        if revision.is_empty() {
            return Err("a revision is missing".to_owned());
        }
        let peeled = format!("{revision}^{{commit}}");
        let found = text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled])?;
        let id = found.ok().filter(|id| is_id(id));
        let id = id.ok_or_else(|| format!("git knows no revision `{revision}`{}", self.hint()))?;
        Ok(Commit { name: revision.to_owned(), id })
    }

    /// A revision may be missing only because it was not fetched.
    fn hint(&self) -> &'static str {
        match text(&["rev-parse", "--is-shallow-repository"]) {
            Ok(Ok(answer)) if answer == "true" => {
                "; this clone is shallow: fetch the revision first, or check out with the full history (`fetch-depth: 0` \
                 of actions/checkout, `GIT_DEPTH: 0` of GitLab)"
            }
            _ => "",
        }
    }

    /// A path as the repository knows it: from its root, with slashes, and empty for the root itself.
    pub fn relative(&self, path: &Path) -> Result<String, String> {
        let here = std::env::current_dir().map_err(|error| format!("there is no working directory: {error}"))?;
        let here = std::fs::canonicalize(&here).unwrap_or(here);
        let root = std::fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        let outside = || format!("`{}` is outside of the repository `{}`", path.display(), root.display());
        let whole = without_dots(&here.join(path)).ok_or_else(outside)?;
        let inside = whole.strip_prefix(&root).map(Path::to_owned).or_else(|_| {
            // An absolute path may lead to the repository by a link.
            let real = std::fs::canonicalize(&whole).map_err(|_| outside())?;
            real.strip_prefix(&root).map(Path::to_owned).map_err(|_| outside())
        })?;
        let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Ok(parts.join("/"))
    }

    /// All files of a commit.
    pub fn entries(&self, commit: &Commit) -> Result<Vec<Entry>, String> {
        Ok(listing(&commit.id)?.split(|byte| *byte == 0).filter_map(entry).collect())
    }
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The path without `.` and `..`; nothing when it climbs above the root of the file system.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if !out.pop() => return None,
            Component::ParentDir => {}
            part => out.push(part),
        }
    }
    Some(out)
}

/// One record of `ls-tree -z`: `MODE TYPE ID<tab>PATH`. Names may be any bytes.
fn entry(record: &[u8]) -> Option<Entry> {
    let tab = record.iter().position(|byte| *byte == b'\t')?;
    let (head, path) = (record.get(..tab)?, record.get(tab + 1..)?);
    let head = std::str::from_utf8(head).ok()?;
    let mut words = head.split(' ');
    let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
    let kind = match mode {
        "120000" => EntryKind::Link,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File(id.to_owned()),
    };
    Some(Entry { path: String::from_utf8_lossy(path).into_owned(), kind })
}

fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(SAFE)
        .args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn cannot_run(error: &std::io::Error) -> String {
    if error.kind() == ErrorKind::NotFound {
        return "`git` was not found: it is needed to read revisions; files and folders are compared without it"
            .to_owned();
    }
    format!("`git` cannot be run: {error}")
}

/// What a command prints, without the line end; else what it says went wrong.
fn text(arguments: &[&str]) -> Result<Result<String, String>, String> {
    let output = git(arguments).output().map_err(|error| cannot_run(&error))?;
    let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned();
    Ok(if output.status.success() { Ok(printed(&output.stdout)) } else { Err(printed(&output.stderr)) })
}

fn listing(commit: &str) -> Result<Vec<u8>, String> {
    let mut child = git(&["ls-tree", "-r", "-z", "--full-tree", commit])
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| cannot_run(&e))?;
    let mut bytes = Vec::new();
    let read = child.stdout.take().map(|out| out.take(MAX_LISTING + 1).read_to_end(&mut bytes));
    if bytes.len() as u64 > MAX_LISTING {
        stop(child);
        return Err(format!("the list of files of `{commit}` is longer than {MAX_LISTING} bytes"));
    }
    let ended = child.wait();
    match (read, ended) {
        (Some(Ok(_)), Ok(status)) if status.success() => Ok(bytes),
        _ => Err(format!("git cannot list the files of `{commit}`")),
    }
}

fn stop(mut child: Child) {
    // It may have ended by itself; in either case it is not waited for longer than it takes to end.
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads contents, one after the other.
pub(super) struct Contents {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    total: u64,
}

impl Contents {
    /// Starts to read.
    pub fn open() -> Result<Contents, String> {
        let mut command = git(&["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|e| cannot_run(&e))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => {
                Ok(Contents { child, questions, answers: BufReader::new(answers), total: 0 })
            }
            _ => Err("`git` cannot be spoken to".to_owned()),
        }
    }

    /// The content of an id; a file over [`MAX_TEXT`] is an error.
    pub fn read(&mut self, path: &str, id: &str) -> Result<Vec<u8>, String> {
        self.asked(id).map_err(|why| format!("git cannot read `{path}`: {why}"))
    }

    fn asked(&mut self, id: &str) -> Result<Vec<u8>, String> {
        let silent = |_| "it stopped answering".to_owned();
        writeln!(self.questions, "{id}").and_then(|()| self.questions.flush()).map_err(silent)?;
        let mut header = String::new();
        (&mut self.answers).take(MAX_HEADER).read_line(&mut header).map_err(silent)?;
        let size: u64 = match header.trim_end().rsplit_once(' ') {
            Some((known, size)) if known.ends_with(" blob") => size.parse().map_err(|_| "its answer is not known")?,
            Some((_, why)) => return Err(format!("the content is {why}")),
            None => return Err("it stopped answering".to_owned()),
        };
        if size > MAX_TEXT as u64 {
            return Err(format!("it is larger than {MAX_TEXT} bytes"));
        }
        self.total += size;
        if self.total > MAX_TOTAL {
            return Err(format!("the files are larger than {MAX_TOTAL} bytes together; name fewer"));
        }
        let mut bytes = Vec::new();
        (&mut self.answers).take(size + 1).read_to_end(&mut bytes).map_err(silent)?;
        // A line end follows the content.
        if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err("its answer was cut short".to_owned());
        }
        Ok(bytes)
    }
}

impl Drop for Contents {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_any_bytes_in_their_names() {
        let file = entry(b"100644 blob 0123\ta\n\x1b\tb.v4").unwrap();
        assert_eq!((file.path.as_str(), file.kind), ("a\n\u{1b}\tb.v4", EntryKind::File("0123".to_owned())));
        assert_eq!(entry(b"120000 blob 0\tlink").unwrap().kind, EntryKind::Link);
        assert_eq!(entry(b"160000 commit 0\tsub").unwrap().kind, EntryKind::Submodule);
        assert!(entry(b"").is_none() && entry(b"100644 blob").is_none() && entry(b"\tx").is_none());
        assert_eq!(entry(b"100644 blob 0\t\xff.v4").unwrap().path, "\u{fffd}.v4");
    }

    #[test]
    fn paths_lose_their_dots() {
        let resolved = |path: &str| without_dots(Path::new(path));
        assert_eq!(resolved("/a/./b/../c"), Some("/a/c".into()));
        assert_eq!(resolved("/../a"), None);
    }
}

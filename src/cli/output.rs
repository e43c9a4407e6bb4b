//! Where results go: standard output, files, and how they are rendered.

use crate::report::{Detail, OUTPUTS, Output, Report, Style};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is printed, and what is written.
#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// How the result is shown
    #[arg(long, value_name = "NAME", value_parser = names(), default_value = "human")]
    output: String,
    /// Write the result to a file instead of standard output; with NAME=, another output beside it (repeat for several)
    #[arg(long, value_name = "[NAME=]FILE")]
    output_file: Vec<OutputFile>,
    /// Say only what is wrong
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Cut no list short
    #[arg(short, long)]
    verbose: bool,
}

/// A file for a result; without an output of its own it is for the one that `--output` names.
#[derive(Debug, Clone)]
struct OutputFile {
    output: Option<&'static Output>,
    path: PathBuf,
}

impl FromStr for OutputFile {
    type Err = String;

    fn from_str(text: &str) -> Result<OutputFile, String> {
        let named = text.split_once('=').and_then(|(name, path)| Some((Output::named(name)?, path)));
        let (output, path) = named.map_or((None, text), |(output, path)| (Some(output), path));
        if path.is_empty() {
            return Err("a file name is missing".to_owned());
        }
        Ok(OutputFile { output, path: path.into() })
    }
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(OUTPUTS.iter().map(|output| PossibleValue::new(output.name).help(output.about)))
}

impl OutputArguments {
    /// Writes the files that are asked for; returns what is left for standard output.
    pub(super) fn deliver(&self, report: &Report<'_>) -> Result<String, String> {
        let shown = Output::named(&self.output).ok_or("there is no such output")?;
        let instead = self.output_file.iter().filter(|file| file.output.is_none()).count();
        if instead > 1 {
            return Err("`--output-file` names several files for one output: write `NAME=FILE`".to_owned());
        }
        let plain = self.style(false);
        for file in &self.output_file {
            let text = (file.output.unwrap_or(shown).render)(report, &plain);
            replace(&file.path, text.as_bytes()).map_err(|e| cannot_write(&file.path, &e))?;
        }
        self.summarize(report, shown, &plain)?;
        if instead == 1 {
            return Ok(String::new());
        }
        Ok((shown.render)(report, &self.style(super::use_color())))
    }

    /// A GitHub workflow shows a page beside the annotations, when the runner names a file for it.
    fn summarize(&self, report: &Report<'_>, shown: &Output, style: &Style) -> Result<(), String> {
        let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| shown.name == "github" && !path.is_empty());
        let (Some(path), Some(page)) = (path.map(PathBuf::from), Output::named("markdown")) else { return Ok(()) };
        let mut options = std::fs::OpenOptions::new();
        let written = options.append(true).create(true).open(&path);
        let written = written.and_then(|mut file| file.write_all((page.render)(report, style).as_bytes()));
        written.map_err(|e| cannot_write(&path, &e))
    }

    fn style(&self, color: bool) -> Style {
        let directory = std::env::current_dir().unwrap_or_default();
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        };
        Style { color, width: width(), detail, root: root_of(&directory), directory }
    }
}

pub(super) fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write `{}`: {error}", path.display())
}

/// The nearest folder upwards that git keeps a repository in, else the folder itself.
pub(super) fn root_of(directory: &Path) -> PathBuf {
    let root = directory.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(directory).to_owned()
}

/// Running text is neither squeezed nor stretched beyond what reads well.
fn width() -> usize {
    let columns = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal());
    columns.map_or(100, |(width, _)| usize::from(width.0).clamp(60, 120))
}

/// Writes a file so that a reader finds the old content or the new one, whatever happens. What is no regular file, as
/// a pipe, is written to.
pub(super) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, content);
    }
    // A link stays a link: what it leads to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = with_usual_permissions(&target).tempfile_in(folder)?;
    new.write_all(content)?;
    new.as_file().sync_all()?;
    new.persist(&target).map(|_| ()).map_err(|failed| failed.error)
}

/// Temporary files are private by default; the result is as readable as the file before it, or as any new file.
fn with_usual_permissions(target: &Path) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let before = std::fs::metadata(target).map(|found| found.permissions());
        builder.permissions(before.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666)));
    }
    #[cfg(not(unix))]
    let _ = target;
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_a_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        replace(&file, b"one").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
        assert!(replace(&folder.path().join("no/such/folder"), b"x").is_err());
        assert!(replace(folder.path(), b"x").is_err());
    }

    #[test]
    fn a_name_before_the_file_is_an_output_only_if_there_is_one() {
        let read = |text: &str| text.parse::<OutputFile>().map(|f| (f.output.map(|o| o.name), f.path));
        assert_eq!(read("sarif=a.sarif"), Ok((Some("sarif"), "a.sarif".into())));
        assert_eq!(read("x=y.txt"), Ok((None, "x=y.txt".into())));
        assert_eq!(read("a.txt"), Ok((None, "a.txt".into())));
        assert!(read("json=").is_err() && read("").is_err());
    }
}

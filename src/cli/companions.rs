//! Files that belong to a rule set: definitions, and what it includes.

use super::inputs::{Inputs, unusable};
use super::{ReadingArguments, read_text};
use crate::format::{Companion, Format, ReadOptions, aerleon};
use crate::source::{SourceId, Sources};
use std::path::{Component, Path, PathBuf};

/// The YAML files of a folder, in the order of their names.
pub(super) fn definitions(folder: &Path, sources: &mut Sources) -> Result<Vec<Companion>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|error| error.to_string())?;
    paths.retain(|path| path.is_file() && is_definition(path));
    paths.sort();
    if paths.is_empty() {
        return Err("it holds no definitions in YAML (*.yaml)".to_owned());
    }
    paths.iter().map(|path| companion(path, path.display().to_string(), sources)).collect()
}

/// Is it the name of a file with definitions?
pub(super) fn is_definition(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yaml" || end == "yml")
}

fn companion(path: &PathBuf, name: String, sources: &mut Sources) -> Result<Companion, String> {
    let text = read_text(path)?;
    let source = sources.add(path.display().to_string(), text.as_str());
    Ok(Companion { name, source, text: text.into() })
}

/// The options with all files that a policy includes, and those that these include.
pub(super) fn with_includes(
    options: &ReadOptions,
    format: &Format,
    path: &Path,
    source: SourceId,
    arguments: &ReadingArguments,
    inputs: &mut Inputs,
) -> ReadOptions {
    let mut options = options.clone();
    if format.name != aerleon::FORMAT.name {
        return options;
    }
    let folders = folders(path, arguments);
    let mut level = aerleon::includes(inputs.sources.text(source));
    for _ in 0..aerleon::MAX_INCLUDES {
        let mut next = Vec::new();
        for name in level {
            if options.companions.includes.iter().any(|known| known.name == name) {
                continue;
            }
            let Some(path) = folders.iter().find_map(|folder| below(folder, &name)) else { continue };
            match companion(&path, name, &mut inputs.sources) {
                Ok(read) => {
                    next.extend(aerleon::includes(&read.text));
                    options.companions.includes.push(read);
                }
                Err(why) => unusable(inputs, &path.display().to_string(), &why),
            }
        }
        level = next;
    }
    options
}

/// Where included files are looked for: Aerleon resolves their names against the folder of all policies, which is often
/// the one above the policy's own.
fn folders(file: &Path, arguments: &ReadingArguments) -> Vec<PathBuf> {
    if let Some(folder) = &arguments.includes {
        return vec![folder.clone()];
    }
    if file.as_os_str() == "-" {
        return Vec::new();
    }
    let path = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    path.ancestors().skip(1).take(2).map(Path::to_owned).collect()
}

/// Does a name not lead out of the folder in which it is looked for?
pub(super) fn is_plain(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// The file of a name, if it lies below the folder; names do not lead out of it.
fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = folder.join(name);
    let real = std::fs::canonicalize(&path).ok().filter(|real| is_plain(name) && real.is_file())?;
    real.starts_with(std::fs::canonicalize(folder).ok()?).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_files_lie_below_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("policies")).unwrap();
        std::fs::write(folder.path().join("secret.yaml"), "terms: []").unwrap();
        std::fs::write(folder.path().join("policies/common.yaml"), "terms: []").unwrap();
        let policies = folder.path().join("policies");
        assert!(below(&policies, "common.yaml").is_some() && below(&policies, "./common.yaml").is_some());
        assert!(below(folder.path(), "policies/common.yaml").is_some());
        let full = folder.path().join("secret.yaml").display().to_string();
        for name in ["../secret.yaml", "policies", "none.yaml", full.as_str()] {
            assert_eq!(below(&policies, name), None, "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.yaml"), policies.join("link.yaml")).unwrap();
            assert_eq!(below(&policies, "link.yaml"), None);
        }
    }
}

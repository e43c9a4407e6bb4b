//! One filter: what its header says for the target.

use super::options::Options;
use super::target::{Kind, Target};
use super::term::Term;
use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::format::yaml::reader::{Read, Reader};
use crate::source::Span;
use crate::yaml::{Node, Scalar};

/// A filter of the target.
pub(super) struct Filter {
    /// The name of the list, filter or chain; `from ZONE to ZONE` for policies between zones.
    pub name: String,
    /// Where the header names it.
    pub span: Span,
    /// Where the filter begins.
    pub head: Span,
    pub options: Options,
    /// Why nothing is known of it, if so.
    pub unknown: Option<String>,
    pub terms: Vec<Term>,
}

impl Filter {
    /// What stands behind the target: a name and options.
    pub fn read(target: &Target, key: &Scalar<'_>, value: &Node<'_>, reader: &mut Reader<'_>) -> Filter {
        let words = words(value, "the options of a target");
        let span = if value.as_scalar().is_some() { value.head() } else { key.span };
        let read = reader.note(words).and_then(|words| {
            let options = Options::read(target, &words, key);
            reader.note(options)
        });
        let (options, unknown) = match read {
            Ok(options) => (options, None),
            Err(why) => (Options::default(), Some(why)),
        };
        let name = if options.name.is_empty() { target.name.clone() } else { options.name.clone() };
        Filter { name, span, head: span, options, unknown, terms: Vec::new() }
    }
}

/// The words of a value, which may be a text with several, or a list.
pub(super) fn words<'s>(node: &'s Node<'_>, what: &str) -> Result<Vec<Scalar<'s>>, Finding> {
    let mut words = Vec::new();
    for item in node.one_or_many() {
        words.extend(item.expect_scalar(what)?.words());
    }
    Ok(words)
}

/// The filters that are judged together: all policies between zones, all parts of one list or chain.
pub(super) fn chosen(
    all: Vec<Filter>,
    target: &Target,
    options: &ReadOptions,
    reader: &mut Reader<'_>,
) -> Read<Vec<Filter>> {
    if target.kind == Kind::Zones || target.kind == Kind::Unknown {
        return Ok(all);
    }
    let mut names: Vec<&str> = Vec::new();
    for filter in &all {
        if !names.contains(&filter.name.as_str()) {
            names.push(&filter.name);
        }
    }
    let forward = || (target.kind == Kind::Chains).then_some("FORWARD").filter(|name| names.contains(name));
    let wanted = match (&options.acl, names.as_slice()) {
        (Some(wanted), _) => wanted.clone(),
        (None, [only]) => (*only).to_owned(),
        (None, [first, ..]) => match forward() {
            Some(name) => name.to_owned(),
            None => return reader.fail(several(&names, first, target, &all)),
        },
        (None, []) => String::new(),
    };
    let first = all.first().map(|filter| filter.span);
    let known = names.join("`, `");
    let chosen: Vec<Filter> = all.into_iter().filter(|filter| filter.name == wanted).collect();
    match first.filter(|_| chosen.is_empty()) {
        None => Ok(chosen),
        Some(at) => {
            let message = format!("the policy has no filter `{wanted}` for the target `{}`", target.name);
            reader.fail(Finding::new(Code::NoRuleBase, message).at(at, "").help(format!("it has `{known}`")))
        }
    }
}

fn several(names: &[&str], first: &str, target: &Target, all: &[Filter]) -> Finding {
    let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = format!("the policy has several filters for the target `{}`: {list}", target.name);
    let finding = Finding::new(Code::NoRuleBase, message);
    let finding = all.iter().take(5).fold(finding, |finding, filter| finding.at(filter.span, ""));
    finding.help(format!("`--acl {first}` judges that one alone"))
}

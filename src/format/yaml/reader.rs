//! What all parts of both schemas share: findings are noted and reading goes on, so that a file is told everything
//! at once.

use super::address::Addresses;
use super::names::Names;
use super::place::Zones;
use crate::finding::{Code, Finding};
use crate::space::Cube;
use crate::yaml::{Node, Scalar};
use std::borrow::Cow;

/// A part that was read, or why it could not be; the finding is noted already.
pub(in crate::format) type Read<T> = Result<T, String>;

/// What a value is for, put into words only when something is wrong with it.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct What<'w> {
    name: &'w str,
    is_key: bool,
    is_item: bool,
}

impl<'w> What<'w> {
    /// Words as they are.
    pub fn plain(name: &'w str) -> What<'w> {
        What { name, is_key: false, is_item: false }
    }

    /// The value of a key.
    pub fn key(name: &'w str) -> What<'w> {
        What { name, is_key: true, is_item: false }
    }

    /// An item of it.
    pub fn item(self) -> What<'w> {
        What { is_item: true, ..self }
    }
}

impl std::fmt::Display for What<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = if self.is_item { "an item of " } else { "" };
        if self.is_key { write!(f, "{of}`{}`", self.name) } else { write!(f, "{of}{}", self.name) }
    }
}

/// Names are compared with mistyped ones as long as there are no more findings than these: comparing costs time,
/// and nobody reads so many.
const SUGGESTIONS: usize = 100;

/// The definitions of a text, and what was found.
pub(in crate::format) struct Reader<'n> {
    pub findings: Vec<Finding>,
    pub networks: Names<'n, Addresses>,
    pub services: Names<'n, Vec<Cube>>,
    pub zones: Zones,
    /// Is it a flat list, where words may be in capitals and lists in one text with commas?
    pub lenient: bool,
    /// Did an IPv6 address occur?
    pub saw_v6: bool,
}

impl<'n> Reader<'n> {
    /// A reader without definitions.
    pub fn new(lenient: bool) -> Reader<'n> {
        Reader {
            findings: Vec::new(),
            networks: Names::default(),
            services: Names::default(),
            zones: Zones::default(),
            lenient,
            saw_v6: false,
        }
    }

    /// Another reader with the same definitions, and nothing found.
    pub fn fork(&self) -> Reader<'n> {
        Reader {
            findings: Vec::new(),
            networks: self.networks.clone(),
            services: self.services.clone(),
            zones: self.zones.clone(),
            lenient: self.lenient,
            saw_v6: false,
        }
    }

    /// Takes over what another reader found.
    pub fn join(&mut self, mut fork: Reader<'n>) {
        self.findings.append(&mut fork.findings);
        self.saw_v6 |= fork.saw_v6;
    }

    /// Notes a finding; its message is the reason.
    pub fn fail<T>(&mut self, finding: Finding) -> Read<T> {
        let why = finding.message.clone();
        self.findings.push(finding);
        Err(why)
    }

    /// Notes the finding of a failed step.
    pub fn note<T>(&mut self, result: Result<T, Finding>) -> Read<T> {
        result.or_else(|finding| self.fail(finding))
    }

    /// Notes all findings; the first is the reason.
    pub fn all<T>(&mut self, results: Vec<Result<T, Finding>>) -> Read<Vec<T>> {
        let mut good = Vec::with_capacity(results.len());
        let mut state = Ok(());
        for result in results {
            match self.note(result) {
                Ok(value) => good.push(value),
                Err(why) => state = state.and(Err(why)),
            }
        }
        state.map(|()| good)
    }

    /// `true` or `false`; `default` where the key is missing.
    pub fn flag(&mut self, node: Option<&Node>, key: &str, default: bool) -> Read<bool> {
        let Some(node) = node else { return Ok(default) };
        let scalar = self.note(node.expect_scalar(&format!("`{key}`")))?;
        match scalar.text.as_ref() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => self.fail(scalar.invalid("`true` or `false`")),
        }
    }

    /// A text, empty where the key is missing.
    pub fn text(&mut self, node: Option<&Node>, key: &str) -> Read<String> {
        let Some(node) = node else { return Ok(String::new()) };
        self.note(node.expect_scalar(&format!("`{key}`"))).map(|scalar| scalar.text.trim().to_owned())
    }

    /// Is it the word for no constraint?
    pub fn is_any(&self, scalar: &Scalar) -> bool {
        self.word(scalar) == "any"
    }

    /// The text of a keyword: as written, but in a flat list without regard to case.
    pub fn word<'s>(&self, scalar: &'s Scalar) -> Cow<'s, str> {
        if self.lenient { scalar.text.trim().to_ascii_lowercase().into() } else { Cow::Borrowed(&scalar.text) }
    }

    /// The scalar itself, or in a flat list its parts between commas.
    pub fn split<'s>(&self, scalar: &'s Scalar) -> Vec<Scalar<'s>> {
        let part = |text: &'s str| Scalar { text: Cow::Borrowed(text), span: scalar.span, quoted: scalar.quoted };
        if self.lenient {
            scalar.text.split(',').map(|text| part(text.trim())).collect()
        } else {
            vec![part(&scalar.text)]
        }
    }

    /// Notes that a name is not defined, with the nearest one that is.
    pub fn undefined<'k, T>(
        &mut self,
        what: &str,
        scalar: &Scalar,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Read<T> {
        let finding = Finding::new(Code::UndefinedName, format!("the {what} `{}` is not defined", scalar.text));
        let finding = finding.at(scalar.span, "used here");
        let few = self.findings.len() < SUGGESTIONS;
        let near = if few { crate::yaml::nearest(&scalar.text, known) } else { None };
        self.fail(match near {
            Some(name) => finding.help(format!("did you mean `{name}`?")),
            None => finding,
        })
    }
}

//! Where a file describes access lists and object groups.

use crate::format::yaml::recognise::{first_line, has_key, is_key};
use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar};
use memchr::memmem;

/// Does the text speak of the modules, or hold their results?
pub(super) fn recognises(text: &str) -> bool {
    let Some((first, _)) = first_line(text) else { return false };
    let shape = first.starts_with(['{', '[', '-']) || is_key(first);
    let holds = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let module = ["asa_acls", "asa_ogs"].iter().any(|name| holds(name) && has_key_of(text, name));
    let lists = || holds("aces") && has_key(text, "acls") && has_key(text, "aces");
    let groups = || holds("object_groups") && has_key(text, "object_groups") && has_key(text, "object_type");
    shape && (module || lists() || groups())
}

/// A key that is the module's name, in short or in full.
fn has_key_of(text: &str, module: &str) -> bool {
    has_key(text, module) || has_key(text, &format!("cisco.asa.{module}"))
}

/// What a file says of the device.
#[derive(Default)]
pub(super) struct Found<'n> {
    pub lists: Vec<Description<'n>>,
    /// Mappings with `object_type` and `object_groups`.
    pub groups: Vec<&'n Mapping<'n>>,
    /// `state: deleted` of a task.
    pub deletes: Option<Span>,
    /// A task without a configuration that could be read, and why.
    pub empty: Option<(Span, &'static str)>,
}

/// A list of access lists.
pub(super) struct Description<'n> {
    pub acls: &'n [Node<'n>],
    /// Does it take the place of everything else?
    pub overrides: bool,
}

/// Looks through the whole file.
pub(super) fn descriptions<'n>(root: &'n Node<'n>) -> Found<'n> {
    let mut found = Found::default();
    found.walk(root);
    found
}

impl<'n> Found<'n> {
    fn walk(&mut self, node: &'n Node<'n>) {
        match node {
            Node::Null(_) | Node::Scalar(_) => {}
            Node::Sequence(items, _) => items.iter().for_each(|item| self.walk(item)),
            Node::Mapping(map) if map.get("object_type").is_some() && map.get("object_groups").is_some() => {
                self.group(map);
            }
            Node::Mapping(map) => map.entries.iter().for_each(|(key, value)| self.entry(key, value)),
        }
    }

    fn entry(&mut self, key: &'n Scalar<'n>, value: &'n Node<'n>) {
        let short = key.text.rsplit('.').next().unwrap_or("");
        match (short, value) {
            ("asa_acls" | "asa_ogs", Node::Mapping(task)) => self.task(short, key, task),
            ("acls", Node::Sequence(items, _)) if are_lists(items) => self.lists(items, false),
            _ => self.walk(value),
        }
    }

    fn task(&mut self, module: &str, key: &Scalar<'_>, task: &'n Mapping<'n>) {
        let state = task.get("state").and_then(Node::as_scalar);
        let name = state.map_or("merged", |state| state.text.as_ref());
        let at = state.map_or(key.span, |state| state.span);
        if name == "deleted" {
            self.deletes.get_or_insert(at);
            return;
        }
        let why = match (name, task.get("config")) {
            ("gathered", _) => "it asks the device and holds no result",
            ("parsed", _) => "it holds a running configuration, which fwproof reads as it is",
            (_, Some(Node::Scalar(_))) => "its `config` is a template",
            (_, Some(config)) => match (module, config.get("acls"), config) {
                ("asa_acls", Some(Node::Sequence(items, _)), _) => return self.lists(items, name == "overridden"),
                ("asa_ogs", _, Node::Sequence(..)) => return self.walk(config),
                _ => "its `config` holds no list",
            },
            _ => "it has no `config`",
        };
        self.empty.get_or_insert((at, why));
    }

    /// An alias repeats what is there already.
    fn lists(&mut self, acls: &'n [Node<'n>], overrides: bool) {
        let head = |acls: &[Node<'_>]| acls.first().map(Node::span);
        if !self.lists.iter().any(|known| head(known.acls) == head(acls)) {
            self.lists.push(Description { acls, overrides });
        }
    }

    fn group(&mut self, map: &'n Mapping<'n>) {
        if !self.groups.iter().any(|known| known.span == map.span) {
            self.groups.push(map);
        }
    }
}

fn are_lists(items: &[Node<'_>]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.get("name").is_some())
}

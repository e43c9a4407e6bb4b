//! One access list as commands.

use super::find::Found;
use super::words::{Word, Writer};
use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::format::yaml::reader::Read;
use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar, nearest};

/// The access list that is judged.
pub(super) struct List<'n> {
    pub name: String,
    /// Where it is named.
    pub span: Span,
    aces: &'n [Node<'n>],
}

/// The access list that the user names, or the only one.
pub(super) fn chosen<'n>(found: &Found<'n>, options: &ReadOptions) -> Result<List<'n>, Finding> {
    if let Some(at) = found.deletes {
        let message = "the playbook deletes what is on the device, so it describes no policy";
        return Err(none(message).at(at, "deleted here").help(GATHER));
    }
    let mut lists: Vec<List<'n>> = Vec::new();
    for acl in found.lists.iter().flat_map(|description| description.acls) {
        let list = list(acl)?;
        if let Some(first) = lists.iter().find(|known| known.name == list.name) {
            let message =
                format!("the access list `{}` is described twice, and nothing says which one holds", list.name);
            return Err(none(&message).at(list.span, "here again").at(first.span, "here first").help(GATHER));
        }
        lists.push(list);
    }
    if found.lists.len() > 1 && found.lists.iter().any(|description| description.overrides) {
        let message = "several tasks describe access lists, and one of them takes the place of all others";
        let finding = lists.iter().take(2).fold(none(message), |finding, list| finding.at(list.span, ""));
        return Err(finding.help(GATHER));
    }
    let names: Vec<String> = lists.iter().map(|list| list.name.clone()).collect();
    let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (&options.acl, lists.len()) {
        (_, 0) => Err(nothing(found)),
        (None, 1) => lists.pop().ok_or_else(|| nothing(found)),
        (None, _) => {
            let finding = none(&format!("the file describes several access lists: {known}"));
            let finding = lists.iter().take(5).fold(finding, |finding, list| finding.at(list.span, ""));
            let first = names.first().map_or("NAME", String::as_str);
            Err(finding.help(format!("`--acl {first}` judges that one")))
        }
        (Some(wanted), _) => lists.into_iter().find(|list| list.name == *wanted).ok_or_else(|| {
            let finding = none(&format!("the file describes no access list `{wanted}`"));
            match nearest(wanted, names.iter().map(String::as_str)) {
                Some(near) => finding.help(format!("did you mean `--acl {near}`?")),
                None => finding.help(format!("it describes {known}")),
            }
        }),
    }
}

const GATHER: &str = "gather the facts afterwards (cisco.asa.asa_facts with `gather_network_resources: [acls, ogs]`), \
                      and check what they hold";

fn none(message: &str) -> Finding {
    Finding::new(Code::NoRuleBase, message)
}

fn nothing(found: &Found<'_>) -> Finding {
    if let Some(group) = found.groups.first().filter(|_| found.empty.is_none()) {
        let message = "the file describes object groups and no access list, so nothing says what passes";
        return none(message)
            .at(group.head(), "the first groups")
            .help("put the access lists beside them: facts of both");
    }
    let finding = none("the file describes no access list");
    match found.empty {
        Some((at, why)) => finding.at(at, why).help(GATHER),
        None => finding.help(GATHER),
    }
}

fn list<'n>(acl: &'n Node<'n>) -> Result<List<'n>, Finding> {
    let map = acl.expect_mapping("an access list")?;
    let unknown = map.unknown_keys(&["name", "acl_type", "aces", "rename"]);
    if let Some(finding) = unknown.into_iter().next() {
        return Err(Finding { code: Code::NoRuleBase, ..finding });
    }
    let name = map.require("name", "an access list")?.expect_scalar("`name`")?;
    if name.text.is_empty() || name.text.contains(char::is_whitespace) {
        return Err(name.invalid("one word"));
    }
    let kind = map.get("acl_type").and_then(Node::as_scalar).filter(|kind| kind.text != "extended");
    if let Some(kind) = kind {
        let message = format!(
            "the access list `{}` is of the type `{}`, which never decides about transit",
            name.text, kind.text
        );
        return Err(none(&message).at(kind.span, ""));
    }
    let aces = map.get("aces").map_or(Ok(&[][..]), |node| node.expect_sequence("`aces`"))?;
    Ok(List { name: name.text.to_string(), span: name.span, aces })
}

/// Writes its entries.
pub(super) fn write(list: &List<'_>, writer: &mut Writer<'_>) {
    for ace in list.aces {
        let map = match writer.reader.note(ace.expect_mapping("an entry")) {
            Ok(map) => map,
            Err(why) => {
                unreadable(list, ace.head(), why, writer);
                continue;
            }
        };
        let head = writer.head(map);
        match entry(map, writer) {
            Ok(words) => {
                writer.line(Some(head));
                begin(list, writer);
                writer.words(&words);
            }
            Err(why) => unreadable(list, head, why, writer),
        }
    }
}

fn begin(list: &List<'_>, writer: &mut Writer<'_>) {
    writer.word("access-list");
    writer.out.piece(&list.name, Some(list.span));
}

/// An entry that may do anything, at its place.
fn unreadable(list: &List<'_>, head: Span, why: String, writer: &mut Writer<'_>) {
    writer.unreadable.push((head, why));
    writer.line(Some(head));
    begin(list, writer);
    writer.word("extended unreadable");
}

const KEYS: &[&str] = &[
    "grant",
    "line",
    "remark",
    "protocol",
    "protocol_options",
    "source",
    "destination",
    "log",
    "inactive",
    "time_range",
];

fn entry(map: &Mapping<'_>, writer: &mut Writer<'_>) -> Read<Vec<Word>> {
    let own = |word: &str| (word.to_owned(), None);
    let known = writer.known(map, KEYS);
    let mut words = Vec::new();
    if let Some((_, node)) = given(map, "line") {
        words.extend([own("line"), writer.value(node, "`line`")?]);
    }
    if given(map, "remark").is_some() {
        words.push(own("remark"));
        return known.map(|()| words);
    }
    words.push(own("extended"));
    let grant = writer.reader.note(map.require("grant", "an entry"));
    let protocol = protocol(map, writer);
    let source = endpoint(map, "source", writer);
    let destination = endpoint(map, "destination", writer);
    known?;
    let grant = writer.value(grant?, "`grant`")?;
    let (protocol, icmp_type) = protocol?;
    words.extend([grant, protocol]);
    words.extend(source?);
    words.extend(destination?);
    words.extend(icmp_type);
    if let Some((key, node)) = given(map, "log") {
        words.extend([("log".to_owned(), Some(key.span)), writer.value(node, "`log`")?]);
    }
    if let Some((key, node)) = given(map, "time_range") {
        words.extend([("time-range".to_owned(), Some(key.span)), writer.value(node, "`time_range`")?]);
    }
    if writer.is_on(map, "inactive")? {
        words.push(own("inactive"));
    }
    Ok(words)
}

/// A key that has a value.
fn given<'m>(map: &'m Mapping<'m>, key: &str) -> Option<(&'m Scalar<'m>, &'m Node<'m>)> {
    map.entry(key).filter(|(_, value)| !matches!(value, Node::Null(_))).map(|(key, value)| (key, value))
}

/// The protocol, and the type of ICMP that stands behind the destination.
fn protocol(map: &Mapping<'_>, writer: &mut Writer<'_>) -> Read<(Word, Option<Word>)> {
    let Some((_, node)) = given(map, "protocol_options") else {
        let node = writer.reader.note(map.require("protocol", "an entry"))?;
        return Ok((writer.value(node, "`protocol`")?, None));
    };
    let options = writer.reader.note(node.expect_mapping("`protocol_options`"))?;
    let mut on = Vec::new();
    for (key, value) in &options.entries {
        let off = match value {
            Node::Null(_) => true,
            Node::Scalar(_) if key.text != "protocol_number" => !writer.is_on(options, &key.text)?,
            _ => false,
        };
        if !off {
            on.push((key, value));
        }
    }
    let [(key, value)] = on.as_slice() else {
        return writer.reader.fail(node.expected("`protocol_options`", "one protocol"));
    };
    let protocol = match key.text.as_ref() {
        "protocol_number" => writer.value(value, "`protocol_number`")?,
        name => (name.to_owned(), Some(key.span)),
    };
    if let Some((_, said)) = given(map, "protocol").filter(|_| key.text != "protocol_number") {
        let (word, at) = writer.value(said, "`protocol`")?;
        if word != protocol.0 {
            let message = format!("`protocol` says `{word}`, and `protocol_options` says `{}`", protocol.0);
            let finding = Finding::new(Code::InvalidValue, message).at(key.span, "");
            return writer.reader.fail(at.into_iter().fold(finding, |finding, at| finding.at(at, "")));
        }
    }
    let icmp_type = match value {
        Node::Mapping(types) => icmp_type(types, value, writer)?,
        _ => None,
    };
    Ok((protocol, icmp_type))
}

fn icmp_type(types: &Mapping<'_>, node: &Node<'_>, writer: &mut Writer<'_>) -> Read<Option<Word>> {
    let mut on = Vec::new();
    for (key, _) in &types.entries {
        if writer.is_on(types, &key.text)? {
            on.push((key.text.replace('_', "-"), Some(key.span)));
        }
    }
    match on.len() {
        0 | 1 => Ok(on.pop()),
        _ => writer.reader.fail(node.expected("ICMP", "one type")),
    }
}

const ENDS: &[(&str, &str)] = &[
    ("any", "any"),
    ("any4", "any4"),
    ("any6", "any6"),
    ("address", ""),
    ("host", "host"),
    ("interface", "interface"),
    ("object_group", "object-group"),
    ("object_group_network", "object-group"),
];

/// A source or a destination with its ports.
fn endpoint(map: &Mapping<'_>, key: &str, writer: &mut Writer<'_>) -> Read<Vec<Word>> {
    let node = writer.reader.note(map.require(key, "an entry"))?;
    let end = writer.reader.note(node.expect_mapping(&format!("`{key}`")))?;
    let keys: Vec<&str> = ENDS.iter().map(|row| row.0).chain(["netmask", "port_protocol"]).collect();
    writer.known(end, &keys)?;
    let mut words = Vec::new();
    let mut kinds = 0;
    for (name, command) in ENDS {
        let Some((at, value)) = given(end, name) else { continue };
        if name.starts_with("any") {
            if !writer.is_on(end, name)? {
                continue;
            }
            words.push(((*command).to_owned(), Some(at.span)));
        } else {
            words.extend((!command.is_empty()).then(|| ((*command).to_owned(), Some(at.span))));
            words.push(writer.value(value, &format!("`{name}`"))?);
        }
        kinds += 1;
    }
    if kinds != 1 {
        let what = "one of `any`, `any4`, `any6`, `address`, `host`, `interface` and `object_group`";
        return writer.reader.fail(node.expected(&format!("`{key}`"), what));
    }
    if let Some((_, mask)) = given(end, "netmask") {
        words.push(writer.value(mask, "`netmask`")?);
    }
    if let Some((_, ports)) = given(end, "port_protocol") {
        words.extend(writer.ports(ports)?);
    }
    Ok(words)
}

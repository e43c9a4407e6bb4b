//! Object groups as commands.

use super::words::{Word, Writer};
use crate::format::yaml::reader::Read;
use crate::yaml::{Mapping, Node};

/// Writes the groups of one type.
pub(super) fn write(block: &Mapping<'_>, writer: &mut Writer<'_>) {
    writer.known(block, &["object_type", "object_groups"]).ok();
    let Some(kind) = block.get("object_type").and_then(|node| writer.value(node, "`object_type`").ok()) else { return };
    for item in block.get("object_groups").map_or(&[][..], Node::one_or_many) {
        let Ok(map) = writer.reader.note(item.expect_mapping("an object group")) else { continue };
        group(&kind, map, writer).ok();
    }
}

const KEYS: &[&str] = &[
    "name",
    "description",
    "group_object",
    "icmp_type",
    "network_object",
    "port_object",
    "protocol",
    "protocol_object",
    "security_group",
    "service_object",
    "services_object",
    "user_object",
];

fn group(kind: &Word, map: &Mapping<'_>, writer: &mut Writer<'_>) -> Read<()> {
    let name = writer.reader.note(map.require("name", "an object group"))?;
    let name = writer.value(name, "`name`")?;
    let typed = match map.get("protocol") {
        Some(node) if !matches!(node, Node::Null(_)) => Some(writer.value(node, "`protocol`")?),
        _ => None,
    };
    let head = writer.head(map);
    writer.line(Some(head));
    writer.word("object-group");
    writer.words(&[kind.clone(), name]);
    writer.words(typed.as_slice());
    let known = writer.known(map, KEYS);
    let members = members(map, writer);
    if let Err(why) = known.and(members) {
        // A member that is not understood: what the group holds besides is not known.
        writer.unreadable.push((head, why));
        writer.line(Some(head));
        writer.word(" unreadable");
    }
    Ok(())
}

/// Keys with lists of words, each of which is one command: where they stand, what they are called, and the command.
const LISTS: &[(&str, &str, &str)] = &[
    ("network_object", "host", "network-object host"),
    ("network_object", "address", "network-object"),
    ("network_object", "ipv6_address", "network-object"),
    ("network_object", "object", "network-object object"),
    ("icmp_type", "icmp_object", "icmp-object"),
    ("protocol_object", "protocol", "protocol-object"),
    ("service_object", "protocol", "service-object"),
    ("service_object", "object", "service-object object"),
    ("security_group", "sec_name", "security-group name"),
    ("security_group", "tag", "security-group tag"),
];

fn members(map: &Mapping<'_>, writer: &mut Writer<'_>) -> Read<()> {
    for (outer, _, _) in LISTS {
        if let Some(node) = map.get(outer).filter(|node| !matches!(node, Node::Null(_))) {
            let inner = writer.reader.note(node.expect_mapping(&format!("`{outer}`")))?;
            let keys: Vec<&str> = LISTS.iter().filter(|row| row.0 == *outer).map(|row| row.1).collect();
            writer.known(inner, &keys)?;
        }
    }
    for (outer, inner, command) in LISTS {
        for item in map.get(outer).and_then(|node| node.get(inner)).map_or(&[][..], Node::one_or_many) {
            let scalar = writer.reader.note(item.expect_scalar(&format!("`{inner}`")))?;
            // `192.0.2.0 255.255.255.0` is one value of two words.
            let words: Vec<Word> =
                scalar.words().into_iter().map(|word| (word.text.into_owned(), Some(word.span))).collect();
            if words.is_empty() || words.len() > 2 {
                return writer.reader.fail(scalar.invalid("one member"));
            }
            member(scalar.span, command, &words, writer);
        }
    }
    for item in map.get("group_object").map_or(&[][..], Node::one_or_many) {
        let word = writer.value(item, "`group_object`")?;
        member(item.head(), "group-object", &[word], writer);
    }
    for item in map.get("port_object").map_or(&[][..], Node::one_or_many) {
        let words = writer.ports(item)?;
        member(item.head(), "port-object", &words, writer);
    }
    for item in map.get("services_object").map_or(&[][..], Node::one_or_many) {
        service(item, writer)?;
    }
    users(map, writer)
}

fn member(at: crate::source::Span, command: &str, words: &[Word], writer: &mut Writer<'_>) {
    writer.line(Some(at));
    writer.word(&format!(" {command}"));
    writer.words(words);
}

fn service(item: &Node<'_>, writer: &mut Writer<'_>) -> Read<()> {
    let map = writer.reader.note(item.expect_mapping("an item of `services_object`"))?;
    writer.known(map, &["protocol", "object", "source_port", "destination_port"])?;
    let mut words = Vec::new();
    if let Some(node) = map.get("object") {
        words.extend([("object".to_owned(), None), writer.value(node, "`object`")?]);
    }
    if let Some(node) = map.get("protocol") {
        words.push(writer.value(node, "`protocol`")?);
    }
    for (key, command) in [("source_port", "source"), ("destination_port", "destination")] {
        if let Some(node) = map.get(key).filter(|node| !matches!(node, Node::Null(_))) {
            words.push((command.to_owned(), None));
            words.extend(writer.ports(node)?);
        }
    }
    member(item.head(), "service-object", &words, writer);
    Ok(())
}

/// Who users are is not in the text: the ASA reader leaves such groups open, whatever stands in them.
fn users(map: &Mapping<'_>, writer: &mut Writer<'_>) -> Read<()> {
    let Some(node) = map.get("user_object") else { return Ok(()) };
    let users = writer.reader.note(node.expect_mapping("`user_object`"))?;
    writer.known(users, &["user", "user_group"])?;
    for (kind, command) in [("user", "user"), ("user_group", "user-group")] {
        for item in users.get(kind).map_or(&[][..], Node::one_or_many) {
            let user = writer.reader.note(item.expect_mapping("a user"))?;
            let domain = writer.reader.note(user.require("domain", "a user"))?;
            let name = writer.reader.note(user.require("name", "a user"))?;
            let (domain, name) = (writer.value(domain, "`domain`")?, writer.value(name, "`name`")?);
            member(item.head(), command, &[(format!("{}\\{}", domain.0, name.0), name.1)], writer);
        }
    }
    Ok(())
}

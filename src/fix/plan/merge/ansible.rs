//! Members for the object groups that Ansible describes.

use crate::fix::ansible::range;
use crate::fix::items::{Keys, List, Shape, Slot, tree, written};
use crate::fix::{Edit, Pass};
use crate::yaml::Node;
use ipnet::IpNet;

/// Groups that the product's addresses or its ports could join.
pub(super) fn groups(text: &str, pass: &Pass) -> Vec<Vec<Edit>> {
    let Some(tree) = tree(text) else { return Vec::new() };
    let mut all = Vec::new();
    walk(&tree, &mut |group| {
        if let Some(networks) = group.get("network_object") {
            let sides = [&pass.destinations, &pass.sources];
            all.extend(sides.iter().filter_map(|side| addresses(text, networks, side)));
        }
        all.extend(group.get("port_object").and_then(|list| ports(text, list, pass)).map(|edit| vec![edit]));
    });
    all
}

fn walk<'n, 't>(node: &'n Node<'t>, visit: &mut dyn FnMut(&'n Node<'t>)) {
    match node {
        Node::Null(_) | Node::Scalar(_) => {}
        Node::Sequence(items, _) => items.iter().for_each(|item| walk(item, visit)),
        Node::Mapping(map) => {
            visit(node);
            map.entries.iter().for_each(|(_, value)| walk(value, visit));
        }
    }
}

/// Each address in the list of its kind; nothing where one of the lists is not there.
fn addresses(text: &str, networks: &Node<'_>, side: &[IpNet]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for kind in ["host", "address", "ipv6_address"] {
        let mine: Vec<String> = side.iter().map(member).filter(|of| of.0 == kind).map(|of| of.1).collect();
        if mine.is_empty() {
            continue;
        }
        let items = networks.get(kind)?.as_sequence()?;
        let known = |member: &String| items.iter().filter_map(Node::as_scalar).any(|item| item.text == *member);
        let new: Vec<String> = mine.into_iter().filter(|member| !known(member)).collect();
        edits.extend(added(text, items, |list| {
            let sign = list.quote(list.last());
            new.iter().map(|member| format!("{sign}{member}{sign}")).collect()
        })?);
    }
    (!edits.is_empty()).then_some(edits)
}

/// The list that holds an address, and the address as that has it.
fn member(net: &IpNet) -> (&'static str, String) {
    match net {
        _ if net.prefix_len() == net.max_prefix_len() => ("host", net.addr().to_string()),
        IpNet::V4(net) => ("address", format!("{} {}", net.network(), net.netmask())),
        IpNet::V6(net) => ("ipv6_address", net.to_string()),
    }
}

fn ports(text: &str, list: &Node<'_>, pass: &Pass) -> Option<Edit> {
    let new: Vec<Keys> = pass.ports.iter().map(range).collect();
    let edits = added(text, list.as_sequence()?, |list| {
        let style = list.style(list.last(), Shape::OneLine);
        new.iter().map(|keys| written(keys, style)).collect()
    })?;
    edits.into_iter().next()
}

/// New items below the last one.
fn added(text: &str, items: &[Node<'_>], new: impl Fn(&List<'_>) -> Vec<String>) -> Option<Vec<Edit>> {
    let list = List::of(text, items)?;
    let new = new(&list);
    if new.is_empty() { None } else { Some(list.with(Slot::Below(list.last()), &new, "in the group")?.edits) }
}

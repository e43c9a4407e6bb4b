//! The exemption of required DNS from inspection, which moves no packet: it is proved by the finding's disappearance, and
//! by what is inspected after it.

use super::Task;
use super::ground::Ground;
use super::outside::{Compared, compare};
use crate::fix::lines::{Line, line_holding, lines};
use crate::fix::{Edit, apply, asa_term};
use crate::policy::{Inspection, TCP, UDP};
use crate::space::{Family, Field, IntervalSet, PacketSet, prefixes};

/// More classes than this are not mended.
const MAX_CLASSES: usize = 8;
const DNS: u128 = 53;

/// The ground with the exemption, where one is asked for and can be written.
pub(super) fn taken_out(task: &Task<'_>, start: &Ground, ground: Ground) -> Ground {
    let mut ground = ground;
    for _ in 0..MAX_CLASSES {
        let Some((file, edits)) = first_class(task, &ground) else { break };
        let mended = |(index, text): (usize, &String)| if index == file { apply(text, &edits) } else { text.clone() };
        let texts = ground.texts.iter().enumerate().map(mended).collect();
        let Some(next) = ground.changed(task, texts).filter(|next| is_proved(task, start, &ground, next)) else {
            break;
        };
        ground = next;
    }
    ground
}

/// Does less of the required DNS stay inspected, and all other DNS, and does every packet fare as before?
fn is_proved(task: &Task<'_>, start: &Ground, before: &Ground, after: &Ground) -> bool {
    let fewer = Family::BOTH.into_iter().any(|family| {
        let left = inspected(after, family).intersect(&required(task, after, family));
        !inspected(before, family).intersect(&required(task, before, family)).is_subset(&left)
    });
    fewer
        && after.reads_like(start)
        && keeps_others(task, start, after)
        && matches!(compare(task, before, after), Compared::Same(beside) if beside.is_nothing())
}

/// Is no more of the required DNS inspected than after the exemption, and all that nobody requires as ever?
pub(super) fn as_wanted(task: &Task<'_>, start: &Ground, exempted: &Ground, ground: &Ground) -> bool {
    !task.exempt_dns
        || Family::BOTH.into_iter().all(|family| {
            let left = |ground: &Ground| inspected(ground, family).intersect(&required(task, ground, family));
            left(ground).is_subset(&left(exempted))
        }) && keeps_others(task, start, ground)
}

/// Is all DNS inspected that was, but for that with the required servers?
fn keeps_others(task: &Task<'_>, start: &Ground, ground: &Ground) -> bool {
    Family::BOTH.into_iter().all(|family| {
        let servers = required(task, start, family).projected(&[Field::Dst, Field::Proto, Field::DstPort]);
        inspected(start, family).subtract(&servers).is_subset(&inspected(ground, family))
    })
}

/// The required DNS on the port that is inspected.
fn required(task: &Task<'_>, ground: &Ground, family: Family) -> PacketSet {
    let mut all = PacketSet::empty(family);
    if task.exempt_dns {
        for packets in ground.dns(task).filter(|packets| packets.family() == family) {
            all.add_all(&packets.clone().with(Field::DstPort, &IntervalSet::single(DNS)));
        }
    }
    all
}

fn inspected(ground: &Ground, family: Family) -> PacketSet {
    let classes = ground.base(family).map(|base| base.topology.inspected.as_slice()).unwrap_or_default();
    classes.iter().fold(PacketSet::empty(family), |all, class| all.union(&class.packets))
}

/// The file of the first class that inspects required DNS, and what takes that out of it.
fn first_class(task: &Task<'_>, ground: &Ground) -> Option<(usize, Vec<Edit>)> {
    ground.bases.iter().find_map(|(file, base)| {
        let wanted = required(task, ground, base.policy.family);
        let text = ground.texts.get(*file)?;
        let each = base.topology.inspected.iter();
        let taking =
            each.filter_map(|class| Some((class, wanted.intersect(&class.packets))).filter(|c| !c.1.is_empty()));
        taking.into_iter().find_map(|(class, taken)| Some((*file, edits(text, class, &taken)?)))
    })
}

fn edits(text: &str, class: &Inspection, taken: &PacketSet) -> Option<Vec<Edit>> {
    match &class.list {
        Some(list) => {
            let first = lines(text).find(|l| is_entry_of(*l, list))?;
            Some(vec![Edit::lines(first.start, &denials(list, taken))])
        }
        None => own_class(text, class, taken),
    }
}

fn is_entry_of(line: Line<'_>, list: &str) -> bool {
    let mut words = line.words();
    words.next() == Some("access-list") && words.next() == Some(list) && words.next() != Some("remark")
}

/// In the list of an inspecting class, `deny` exempts.
fn denials(list: &str, taken: &PacketSet) -> Vec<String> {
    let any = if taken.family() == Family::V4 { "any4" } else { "any6" };
    let of = |proto: u8, name: &'static str| {
        let servers = taken.clone().with(Field::Proto, &IntervalSet::single(proto.into())).values(Field::Dst);
        prefixes(taken.family(), &servers).into_iter().map(move |to| (name, asa_term(&to)))
    };
    let terms = of(UDP, "udp").chain(of(TCP, "tcp"));
    terms.map(|(name, to)| format!("access-list {list} extended deny {name} {any} {to} eq domain")).collect()
}

/// A class of its own for DNS, whose list exempts the servers: `inspect dns` moves there.
fn own_class(text: &str, class: &Inspection, taken: &PacketSet) -> Option<Vec<Edit>> {
    let inspect = line_holding(text, class.span.start as usize)?;
    let policy = lines(text).take_while(|l| l.start < inspect.start).filter(|l| l.indent() == 0).last()?;
    let name = free_name(text)?;
    let mut above = denials(&name, taken);
    let protocols = class.packets.values(Field::Proto);
    let named = [(UDP, "udp"), (TCP, "tcp")].into_iter().filter(|(proto, _)| protocols.contains((*proto).into()));
    above.extend(named.map(|(_, proto)| format!("access-list {name} extended permit {proto} any any eq domain")));
    above.extend([format!("class-map {name}"), format!(" match access-list {name}")]);
    let end = lines(text).skip_while(|l| l.start <= inspect.start).find(|l| l.indent() == 0);
    let end = end.map_or(text.len(), |line| line.start);
    let below = [format!(" class {name}"), format!("  {}", inspect.text.trim())];
    Some(vec![
        Edit::lines(policy.start, &above),
        Edit { at: inspect.start, remove: inspect.next - inspect.start, insert: String::new() },
        Edit::lines(end, &below),
    ])
}

/// A name that the text does not have yet.
fn free_name(text: &str) -> Option<String> {
    let names = std::iter::once("DNS-INSPECT".to_owned()).chain((2..100).map(|n| format!("DNS-INSPECT-{n}")));
    names.into_iter().find(|name| !text.split_ascii_whitespace().any(|word| word == name))
}

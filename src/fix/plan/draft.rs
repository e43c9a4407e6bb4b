//! What could be written for a loss, the best first.

use super::ground::Ground;
use super::loss::Lost;
use super::{Task, aerleon, ansible, asa, ios, iptables, merge, rule_lines, yaml};
use crate::fix::{Edit, Pass, apply, pass};
use crate::policy::{Leg, Policy};
use crate::space::{Field, PacketSet};
use crate::verify::Verdict;

/// Edits, each with the place of its text.
pub(super) type Edits = Vec<(usize, Edit)>;

/// A change that may let packets pass.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub edits: Edits,
    /// The packets that it is for.
    pub packets: PacketSet,
}

impl Draft {
    /// The texts with the edits made.
    pub fn applied(&self, texts: &[String]) -> Vec<String> {
        let of = |index: usize| self.edits.iter().filter(move |e| e.0 == index).map(|e| &e.1);
        texts.iter().enumerate().map(|(index, text)| apply(text, of(index))).collect()
    }
}

/// What a planner needs.
pub(super) struct Place<'a> {
    pub task: &'a Task<'a>,
    pub ground: &'a Ground,
    pub lost: &'a Lost,
    pub policy: &'a Policy,
    pub text: &'a str,
}

/// Alternatives of edits for the same products, the best first.
enum Write {
    /// Of the file that loses the packets.
    Here(fn(&Place<'_>, &[Pass]) -> Vec<Vec<Edit>>),
    /// Of that file and those beside it.
    Around(fn(&Place<'_>, &[Pass]) -> Vec<Edits>),
}

/// How a format says what has to pass.
struct Planner {
    format: &'static str,
    /// What tells packets apart beside addresses, protocol and destination ports, from wide to narrow.
    beside: &'static [&'static [Field]],
    write: Write,
}

const PORTS: &[Field] = &[Field::SrcPort];
const WAYS: &[&[Field]] = &[
    &[],
    PORTS,
    &[Field::OutIface],
    &[Field::InIface],
    &[Field::InIface, Field::OutIface],
    &[Field::SrcPort, Field::OutIface],
    &[Field::SrcPort, Field::InIface],
    &[Field::SrcPort, Field::InIface, Field::OutIface],
];

const PLANNERS: &[Planner] = &[
    Planner { format: "iptables", beside: WAYS, write: Write::Here(iptables::write) },
    Planner { format: "asa", beside: &[&[], PORTS], write: Write::Here(asa::write) },
    Planner { format: "ios", beside: &[&[], PORTS], write: Write::Here(ios::write) },
    Planner { format: "aerleon", beside: WAYS, write: Write::Around(aerleon::write) },
    Planner { format: "ansible", beside: &[&[], PORTS], write: Write::Here(ansible::write) },
    Planner { format: "iptables-yaml", beside: WAYS, write: Write::Here(rule_lines::write) },
    Planner { format: "yaml", beside: WAYS, write: Write::Here(yaml::native) },
    Planner { format: "yaml-list", beside: &[&[], PORTS], write: Write::Here(yaml::list) },
];

/// The drafts for a loss; nothing where the format has no writer.
pub(super) fn drafts(task: &Task<'_>, ground: &Ground, lost: &Lost) -> Option<Vec<Draft>> {
    let format = task.files.get(lost.file)?.format;
    let planner = PLANNERS.iter().find(|p| p.format == format)?;
    let base = ground.base(lost.packets.family())?;
    let text = ground.texts.get(lost.file)?;
    let place = Place { task, ground, lost, policy: &base.policy, text };
    // What is required beside it and passes already may make for fewer lines.
    let around = ground.wanted_in(&lost.packets.projected(&[Field::Proto, Field::Dst, Field::DstPort]));
    let mut drafts = switched_on(&place, format);
    if lost.leg == Leg::Opening && lost.verdict == Verdict::Denied {
        drafts.extend(merge::drafts(task, ground, &place, format));
    }
    let mut known: Vec<Edits> = Vec::new();
    for (beside, packets) in planner.beside.iter().flat_map(|beside| [(beside, &lost.packets), (beside, &around)]) {
        let Some(passes) = pass::exact(packets, &base.policy.interfaces, beside) else { continue };
        for edits in planner.write.alternatives(&place, &passes) {
            if !edits.is_empty() && !known.contains(&edits) {
                known.push(edits);
            }
        }
    }
    known.sort_by_key(|edits| edits.iter().map(|(_, edit)| edit.insert.lines().count()).sum::<usize>());
    let lines = known.into_iter().map(|edits| Draft { edits, packets: lost.packets.clone() });
    drafts.extend(lines);
    Some(drafts)
}

impl Write {
    fn alternatives(&self, place: &Place<'_>, passes: &[Pass]) -> Vec<Edits> {
        match self {
            Write::Here(write) => write(place, passes).into_iter().map(|edits| place.here(edits)).collect(),
            Write::Around(write) => write(place, passes),
        }
    }
}

impl Place<'_> {
    /// The only alternative, where requests are denied: for the rest the format has no lines.
    pub fn for_requests(&self, edits: impl FnOnce() -> Option<Vec<Edit>>) -> Vec<Vec<Edit>> {
        let (leg, verdict) = (self.lost.leg, self.lost.verdict);
        if leg == Leg::Opening && verdict != Verdict::Intercepted { edits().into_iter().collect() } else { Vec::new() }
    }

    /// A draft for this file.
    pub fn draft(&self, edits: Vec<Edit>, packets: PacketSet) -> Draft {
        Draft { edits: self.here(edits), packets }
    }

    /// Edits of this file.
    fn here(&self, edits: Vec<Edit>) -> Edits {
        edits.into_iter().map(|edit| (self.lost.file, edit)).collect()
    }
}

/// Permits that are there but switched off: all of them; those that are not needed are switched off again in the end.
fn switched_on(place: &Place<'_>, format: &str) -> Vec<Draft> {
    if place.lost.leg != Leg::Opening || place.lost.verdict != Verdict::Denied {
        return Vec::new();
    }
    let each = crate::fix::revive::switches(format, place.text);
    each.into_iter().map(|edit| place.draft(vec![edit], place.lost.packets.clone())).collect()
}

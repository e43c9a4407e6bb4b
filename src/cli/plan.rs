//! What `check` and `trace` do before anything is judged: requirements, and the site of each rule base.

use super::SiteArguments;
use super::inputs::Loaded;
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::ingress::{Catalogue, Product, Resolution, web_gateway_at};
use crate::policy::{Hook, IfaceId, Interfaces, Statement};
use crate::requirement::{Requirement, Selected, Selection, requirements};
use crate::source::{Sources, Span};
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::{Site, addresses, required_packets};
use std::net::IpAddr;
use std::path::PathBuf;

/// Private addresses, taken as the clients when nothing says who they are (RFC 1918, RFC 4193).
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// The date of a run as `YYYY-MM-DD`: of SOURCE_DATE_EPOCH (seconds since 1970), else of the clock.
pub(super) fn date_of_run(source_date_epoch: Option<&str>) -> String {
    let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let seconds = source_date_epoch.and_then(|s| s.trim().parse().ok()).unwrap_or_else(clock);
    let (year, month, day) = civil_date(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day counted from 1970-01-01 (proleptic Gregorian calendar).
fn civil_date(day: u64) -> (u64, u64, u64) {
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let mut rest = day.min(3_000_000);
    let mut year = 1970;
    while rest >= if leap(year) { 366 } else { 365 } {
        rest -= if leap(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

/// What flags change about the catalogues.
pub(super) struct Changes<'a> {
    /// The one address at which the web gateway is judged.
    pub swg_address: Option<IpAddr>,
    /// The names that the user resolved.
    pub resolutions: &'a [Resolution],
}

impl Changes<'_> {
    fn apply(&self, catalogues: &[&Catalogue], product: Product) -> Result<Vec<Catalogue>, String> {
        let resolved: Vec<Catalogue> = catalogues.iter().map(|c| c.resolved(self.resolutions)).collect();
        let Some(address) = self.swg_address.map(|address| address.to_canonical()) else { return Ok(resolved) };
        let none = || format!("there is no web gateway (service `swg`) of {} to judge at {address}", product.name());
        web_gateway_at(&resolved.iter().collect::<Vec<_>>(), product, address).ok_or_else(none)
    }
}

/// The requirements of a run.
pub(super) fn select(
    sources: &mut Sources,
    files: &[PathBuf],
    without_ours: bool,
    selection: &Selection,
    changes: &Changes<'_>,
) -> Result<(Selected, bool), String> {
    let mut own = Vec::new();
    let mut findings = Vec::new();
    for path in files {
        let text = super::read_text(path)?;
        let source = sources.add(path.display().to_string(), text);
        match Catalogue::read(source, sources.text(source)) {
            Ok(catalogue) => own.push(catalogue),
            Err(errors) => findings.extend(errors),
        }
    }
    let shipped = (!without_ours).then(Catalogue::shipped);
    let catalogues: Vec<&Catalogue> = shipped.into_iter().chain(&own).collect();
    let changed = changes.apply(&catalogues, selection.product)?;
    let mut selected = requirements(&changed.iter().collect::<Vec<_>>(), selection);
    let failed =
        !findings.is_empty() || selected.findings.iter().any(|f| f.severity == crate::finding::Severity::Error);
    selected.findings.splice(0..0, findings);
    Ok((selected, failed))
}

/// Where the conversations of a rule base come from, with what had to be assumed.
pub(super) struct Placed {
    pub site: Site,
    pub assumed: Vec<Statement>,
}

/// The site of a rule base: flags first, then what the text says, then private addresses.
pub(super) fn place(
    arguments: &SiteArguments,
    loaded: &Loaded,
    base: &RuleBase,
    wanted: &[&Requirement],
) -> Result<Placed, Finding> {
    let family = base.policy.family;
    let mut assumed = base.topology.statements.clone();
    let required = all_required(wanted, family);
    let clients = clients(arguments, loaded, base, &required, &mut assumed);
    assumed.extend(sent_elsewhere(base, &required));
    let in_ifaces = interfaces(&arguments.in_interface, loaded, base)?;
    let out_ifaces = interfaces(&arguments.out_interface, loaded, base)?;
    if in_ifaces.is_empty() {
        assumed.extend(base.topology.entering.iter().chain(&base.topology.not_judged).cloned());
    }
    if out_ifaces.is_empty() {
        assumed.extend(base.topology.leaving.iter().cloned());
    }
    let unnamed = |ids: &[IfaceId]| ids.contains(&Interfaces::OTHER);
    if unnamed(&in_ifaces) || unnamed(&out_ifaces) {
        let text = format!("an interface that was named with a flag is in no {family} rule of `{}`", loaded.name);
        assumed.push(Statement { text, spans: Vec::new() });
    }
    Ok(Placed { site: Site { clients, in_ifaces, out_ifaces }, assumed })
}

/// The dump does not list the firewall's addresses; those that it translates sources to are known, and loopback.
fn sent_elsewhere(base: &RuleBase, required: &PacketSet) -> Option<Statement> {
    let spans = base.policy.sent_elsewhere(required);
    let judged = match base.policy.hook {
        Hook::Forward => "FORWARD is asked about it, and not INPUT",
        Hook::Output => "it does not come in again by INPUT",
    };
    let text = format!("a required flow that DNAT sends elsewhere does not go to the firewall itself: {judged}");
    (!spans.is_empty()).then_some(Statement { text, spans })
}

/// The clients that a rule base names, with the lines that do.
pub(super) fn named_clients(base: &RuleBase, required: &PacketSet) -> Option<(IntervalSet, Vec<Span>)> {
    let found = match &base.topology.clients {
        Some(clients) => Some((clients.clone(), Vec::new())),
        None => base.policy.default_clients(required),
    };
    found.filter(|(clients, _)| !clients.is_empty())
}

/// The first packets that any of the requirements asks for.
pub(super) fn all_required(wanted: &[&Requirement], family: Family) -> PacketSet {
    let each: Vec<PacketSet> = wanted.iter().map(|r| required_packets(r, family)).collect();
    PacketSet::joined(family, Field::Dst, each.iter().flat_map(PacketSet::cubes).cloned())
}

fn clients(
    arguments: &SiteArguments,
    loaded: &Loaded,
    base: &RuleBase,
    required: &PacketSet,
    assumed: &mut Vec<Statement>,
) -> IntervalSet {
    let (family, own) = (base.policy.family, base.policy.hook == Hook::Output);
    if !arguments.from.is_empty() {
        return addresses(family, &arguments.from);
    }
    let found = named_clients(base, required);
    let said = |set: &IntervalSet| {
        crate::space::prefixes(family, set).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    if let Some((clients, spans)) = found {
        let whose = if own { "the addresses of the machine of" } else { "the clients of" };
        let text = format!("{whose} `{}` are taken to be {} (--from names others)", loaded.name, said(&clients));
        assumed.push(Statement { text, spans });
        return clients;
    }
    let private: Vec<ipnet::IpNet> = PRIVATE.iter().filter_map(|p| p.parse().ok()).collect();
    let clients = addresses(family, &private);
    let what =
        if own { format!("which {family} addresses the machine has") } else { format!("who the {family} clients are") };
    let text = format!(
        "`{}` does not say {what}: all private addresses are judged, {} (--from names others)",
        loaded.name,
        said(&clients)
    );
    assumed.push(Statement { text, spans: Vec::new() });
    clients
}

/// The classes of interfaces named by flags. Where the text lists all interfaces, the one that is named must be there.
fn interfaces(names: &[String], loaded: &Loaded, base: &RuleBase) -> Result<Vec<IfaceId>, Finding> {
    let known = &base.policy.interfaces;
    let has_others = base.topology.entries.iter().any(|d| d.iface == Interfaces::OTHER);
    let lists_all = loaded.format.lists_interfaces && !has_others;
    let class = |name: &String| {
        let id = known.class_of(name);
        if id == Interfaces::OTHER && lists_all {
            let near = crate::yaml::nearest(name, known.classes().map(|c| c.1));
            let names = known.classes().map(|c| c.1).collect::<Vec<_>>().join(", ");
            let help = near.map_or_else(|| format!("its interfaces are {names}"), |n| format!("did you mean `{n}`?"));
            let message = format!("`{}` has no interface `{name}`", loaded.name);
            return Err(Finding::new(Code::InvalidValue, message).help(help));
        }
        Ok(id)
    };
    names.iter().map(class).collect()
}

/// The families that a requirement has destinations in.
pub(super) fn families_of(requirement: &Requirement) -> impl Iterator<Item = Family> + '_ {
    Family::BOTH.into_iter().filter(|family| !addresses(*family, &requirement.destinations).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_from_source_date_epoch() {
        assert_eq!(date_of_run(Some("0")), "1970-01-01");
        assert_eq!(date_of_run(Some("951782400")), "2000-02-29");
        assert_eq!(date_of_run(Some("1767225600")), "2026-01-01");
        assert_eq!(date_of_run(Some("1798761599")), "2026-12-31");
    }
}

//! What comes out of VPN tunnels, at its places among the stages.

use super::Lowering;
use crate::format::asa::config::{Binding, Place};
use crate::format::asa::vpn::{Filter, Remote};
use crate::policy::{Action, ChainEnd, ChainId, Denial, Rule};
use crate::space::{Cube, Field, IntervalSet};
use std::collections::HashMap;

impl<'a> Lowering<'_, 'a> {
    /// What comes out of the tunnels of some addresses.
    fn tunnelled(&self, remote: &Remote<'a>) -> Option<Cube> {
        let ids = remote.doors.iter().map(|door| u128::from(self.plan.interfaces.class_of(door)));
        let by = IntervalSet::from_ranges(ids.map(|id| (id, id)));
        let cube = Cube::full().with(self.family, Field::InIface, &by);
        cube.and_then(|c| c.with(self.family, Field::Src, &remote.addresses))
    }

    /// What the lists of interfaces are not asked about: all of it, or with `no sysopt connection permit-vpn` what has a
    /// `vpn-filter` that takes the place of a list with `per-user-override` (Cisco ASA firewall CLI configuration guide 9.1,
    /// "Configuring Access Rules", `access-group`). Behind the translations of before 8.3 sources are others.
    pub(super) fn decrypted(&self) -> Vec<Rule> {
        let asks = self.plan.config.filters_vpn.is_some();
        let is_spared = |remote: &Remote<'a>| {
            let overridden = |door: &&str| self.binding(Place::In(door)).is_some_and(|b| b.overridden);
            !asks || remote.filters.iter().all(Option::is_some) && remote.doors.iter().all(overridden)
        };
        let spared = self.plan.tunnels.of(self.family).iter().filter(|remote| is_spared(remote));
        spared.map(|r| self.rule(self.tunnelled(r), Action::Accept, r.line)).collect()
    }

    /// The lists that `vpn-filter` names, for what comes out of tunnels. Which of several a user has is not known.
    pub(super) fn vpn_filters(&mut self) -> Option<ChainId> {
        let plan = self.plan;
        let (mut rules, mut chains) = (Vec::new(), HashMap::new());
        for remote in plan.tunnels.of(self.family) {
            if remote.filters.len() > MOST_FILTERS {
                rules.push(self.rule(self.tunnelled(remote), Action::Unknown(WHOSE.to_owned()), remote.line));
                continue;
            }
            let last = remote.filters.len().saturating_sub(1);
            for (index, filter) in remote.filters.iter().enumerate() {
                let (action, line) = match *filter {
                    Some(filter) => {
                        let chain = *chains.entry(filter.line).or_insert_with(|| self.vpn_filter(filter));
                        (Action::Goto(chain), filter.line)
                    }
                    None => (Action::Accept, remote.line),
                };
                let mut rule = self.rule(self.tunnelled(remote), action, line);
                if index < last {
                    rule.matches.opaque.push(self.sink.condition(WHOSE, line));
                }
                rules.push(rule);
            }
        }
        let filters = rules.iter().any(|rule| rule.action != Action::Accept);
        filters.then(|| self.chain("vpn filters", rules, ChainEnd::Accept, ""))
    }

    fn vpn_filter(&mut self, Filter { acl, line }: Filter<'a>) -> ChainId {
        let binding = Binding { acl, place: Place::Global, overridden: false, line };
        self.bound(binding, "vpn-filter", ChainEnd::Deny(Denial::Silent))
    }
}

const WHOSE: &str = "which group policy a user has is not in the text";
/// More lists that may filter one user than this are not followed.
const MOST_FILTERS: usize = 8;

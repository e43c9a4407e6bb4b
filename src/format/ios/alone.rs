//! One access list on its own, for `--acl NAME`.

use super::config::Config;
use super::entry::Effect;
use super::lower::Lists;
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::format::asa::sink::Sink;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Denial, Doorway, Hook, Interfaces, Match, Policy, Rule, Sees, Stage,
    Statement, Topology,
};
use crate::space::{Family, Field, IntervalSet, PacketSet};

/// A rule base for each family that has a list of the name.
pub fn bases<'a>(name: &str, config: &Config<'a>, lists: &Lists<'a>, sink: &mut Sink<'a>) -> Vec<RuleBase> {
    let found: Vec<RuleBase> = Family::BOTH.into_iter().filter_map(|f| base(name, f, config, lists, sink)).collect();
    if found.is_empty() {
        let names: Vec<&str> = config.acls.all().map(|acl| acl.name).collect();
        let near = crate::yaml::nearest(name, names.iter().copied());
        let finding = Finding::new(Code::NoRuleBase, format!("the text has no access list `{name}`"));
        sink.find(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
    found
}

fn base<'a>(name: &str, family: Family, config: &Config<'a>, lists: &Lists<'a>, sink: &Sink<'a>) -> Option<RuleBase> {
    let acl = config.acls.get(family, name)?;
    let list = lists.get(&(family, acl.name))?;
    let span = sink.input.span(acl.name);
    // A list is asked in one direction only; nothing is known of the list that answers meet.
    let answers = PacketSet::full(family).with(Field::Direction, &IntervalSet::single(1));
    let back = Rule { matches: Match::exactly(answers), action: Action::Accept, span };
    let rules = list.iter().map(|rule| {
        let action = match &rule.effect {
            Effect::Permit | Effect::Reflect(_) => Action::Accept,
            Effect::Deny => Action::Deny(Denial::Silent),
            Effect::Nothing | Effect::Evaluate(_) => Action::Continue,
            Effect::Unknown(why) => Action::Unknown(why.clone()),
        };
        Rule { matches: rule.matches.clone(), action, span: rule.span }
    });
    let end = if acl.is_empty() && !acl.plain { ChainEnd::Accept } else { ChainEnd::Deny(Denial::Silent) };
    let chain = Chain { name: name.to_owned(), rules: std::iter::once(back).chain(rules).collect(), end, span };
    let policy = Policy {
        family,
        interfaces: Interfaces::new(),
        chains: vec![chain],
        forward: vec![Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true }],
        input: Vec::new(),
        output: Vec::new(),
        answers: Answers::Filtered,
        hook: Hook::Forward,
    };
    let doorway = Doorway { iface: Interfaces::OTHER, addresses: None, span: None };
    let text =
        format!("only the access list `{name}` is judged, for what clients send; the list that answers meet is not");
    let topology = Topology {
        entries: vec![doorway.clone()],
        exits: vec![doorway],
        hairpin: true,
        statements: vec![Statement { text, spans: vec![span] }],
        ..Topology::default()
    };
    Some(RuleBase { policy, topology })
}

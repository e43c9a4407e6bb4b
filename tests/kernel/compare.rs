//! One rule set: what fwproof says of each conversation against what the kernel did with it.

use super::client::CONNECTED;
use super::counters::{self, Counts, Exchanged, Opened};
use super::helper::{Job, REFUSED, TIMEOUT};
use super::lab::Lab;
use super::network::{Plan, bits};
use super::tally::{Seen, Tally};
use fwproof::format::{FORMATS, Input, ReadOptions, ipset};
use fwproof::policy::{
    Conversation, Decision, End, Hook, IfaceId, Interfaces, OpeningFate, Outcome, Policy, RuleRef, SYN, TCP, UDP,
};
use fwproof::source::Sources;
use fwproof::space::Family;
use std::collections::BTreeSet;

/// A rule set to be loaded, and asked about.
pub struct Case<'a> {
    pub name: &'a str,
    pub family: Family,
    pub text: &'a str,
    pub sets: &'a str,
}

impl Case<'_> {
    fn policy(&self, hook: Hook) -> Policy {
        let mut sets = ipset::Sets::default();
        if !self.sets.is_empty() {
            let (source, name, text) = (Sources::new().add("sets", self.sets), "sets", self.sets);
            ipset::read(Input { source, name, text }, &mut sets, &mut Vec::new()).unwrap();
        }
        let options = ReadOptions { sets: sets.into(), hook, ..ReadOptions::default() };
        let (source, name) = (Sources::new().add(self.name, self.text), self.name);
        let read = FORMATS.iter().find(|f| f.name == "iptables").unwrap().read;
        let mut reading = read(Input { source, name, text: self.text }, &options);
        reading.bases.retain(|b| b.policy.family == self.family);
        reading.bases.pop().unwrap_or_else(|| panic!("{name}: {:?}", reading.findings)).policy
    }

    /// The line of a rule.
    fn line(&self, policy: &Policy, at: RuleRef) -> String {
        let span = policy.span(at).map(|s| &self.text[s.start as usize..s.end as usize]).unwrap_or_default();
        let chain = policy.chain(at.chain).map_or("", |c| &c.name);
        format!("`{span}` ({chain}{})", if at.is_end() { ", its end" } else { "" })
    }
}

/// The interfaces of a conversation on the machine that has the rules.
fn ways(policy: &Policy, job: &Job) -> (IfaceId, IfaceId) {
    let class = |name| policy.interfaces.class_of(name);
    match policy.hook {
        Hook::Output => (Interfaces::NONE, class("eth0")),
        Hook::Forward => (class("lan0"), class(Plan::of(policy.family).way_out(job.to.ip()))),
    }
}

fn conversation_of(policy: &Policy, job: &Job) -> Conversation {
    let (in_iface, out_iface) = ways(policy, job);
    Conversation {
        family: policy.family,
        in_iface,
        out_iface,
        src: bits(job.from.ip()),
        dst: bits(job.to.ip()),
        proto: if job.tcp { TCP } else { UDP },
        sport: job.from.port(),
        dport: job.to.port(),
        icmp: 0,
        flags: if job.tcp { SYN } else { 0 },
    }
}

/// What fwproof says a client may see; everything when it does not know.
fn may_see(decision: &Decision, hook: Hook) -> BTreeSet<Seen> {
    let mut may = BTreeSet::new();
    for course in &decision.courses {
        match course.end {
            End::Complete => may.extend([Seen::Permitted]),
            End::Denied(_) => may.extend([Seen::Denied]),
            // What the machine says to itself is not followed any further.
            End::Elsewhere if hook == Hook::Output && course.opening == OpeningFate::Local => {
                may.extend([Seen::Intercepted, Seen::Denied]);
            }
            End::Elsewhere if course.opening == OpeningFate::Delivered => may.extend([Seen::Intercepted, Seen::Denied]),
            End::Elsewhere => may.extend([Seen::Intercepted]),
            End::Unknown => may.extend([Seen::Permitted, Seen::Intercepted, Seen::Denied]),
        }
    }
    may
}

fn seen(job: &Job, answer: &str) -> Seen {
    match answer {
        TIMEOUT => Seen::Denied,
        why if why.starts_with(REFUSED) => Seen::Denied,
        who if who == job.to.to_string() => Seen::Permitted,
        who if who.starts_with("cannot bind") => panic!("{who}: {job:?}"),
        _ => Seen::Intercepted,
    }
}

/// The same conversations from other ports. Where the source port matters to the rules, one that is treated alike.
fn anew(lab: &mut Lab, policy: &Policy, jobs: &[Job]) -> Vec<Job> {
    let decided = |job: &Job| policy.decide(&conversation_of(policy, job));
    let other = |job: &Job| {
        let mut next = job.clone();
        for _ in 0..20 {
            next.from.set_port(lab.fresh_port());
            if decided(&next) == decided(job) {
                break;
            }
        }
        next
    };
    jobs.iter().map(other).collect()
}

/// What the kernel did.
struct Held {
    /// Each conversation as it was held last, and what its client saw.
    ended: Vec<(Job, String)>,
    /// All that were opened before counters were read first.
    opened: Vec<Job>,
    /// Those of TCP that stood then.
    standing: Vec<Job>,
    /// Was something answered when it was asked the second time only? Then packets were late.
    late: bool,
    /// Counters after the opening, and after the exchange.
    saved: [String; 2],
}

/// Holds conversations. Those that time out are held once more before that counts.
fn hold(lab: &mut Lab, policy: &Policy, jobs: Vec<Job>) -> Held {
    let mut said = lab.open(&jobs);
    let mut opened = jobs.clone();
    let mut ended = jobs;
    let silent: Vec<usize> = (0..ended.len()).filter(|i| said[*i] == TIMEOUT).collect();
    let again = anew(lab, policy, &silent.iter().map(|i| ended[*i].clone()).collect::<Vec<_>>());
    let mut late = false;
    // Those that stand, in the order of their making.
    let mut standing: Vec<usize> = (0..ended.len()).filter(|i| said[*i] == CONNECTED).collect();
    if !again.is_empty() {
        opened.extend_from_slice(&again);
        let second = lab.open(&again);
        for ((at, job), answer) in silent.into_iter().zip(again).zip(second) {
            late |= answer != TIMEOUT;
            standing.extend((answer == CONNECTED).then_some(at));
            (ended[at], said[at]) = (job, answer);
        }
    }
    let after_opening = lab.save(policy.family);
    for (at, answer) in standing.iter().zip(lab.exchange()) {
        said[*at] = answer;
    }
    let after_exchange = lab.save(policy.family);
    let standing_jobs: Vec<Job> = standing.iter().map(|at| ended[*at].clone()).collect();
    standing.retain(|at| said[*at] == TIMEOUT);
    let again = anew(lab, policy, &standing.iter().map(|at| ended[*at].clone()).collect::<Vec<_>>());
    if !again.is_empty() {
        let second = lab.open(&again);
        let mut exchanged = lab.exchange().into_iter();
        for ((at, job), answer) in standing.into_iter().zip(again).zip(second) {
            said[at] = if answer == CONNECTED { exchanged.next().unwrap() } else { answer };
            ended[at] = job;
        }
    }
    lab.close();
    let ended = ended.into_iter().zip(said).collect();
    Held { ended, opened, standing: standing_jobs, late, saved: [after_opening, after_exchange] }
}

/// Loads the rule set, holds the conversations, and compares outcomes and counters.
pub fn compare(lab: &mut Lab, case: &Case<'_>, jobs: Vec<Job>, tally: &mut Tally) {
    let what = format!("{}, {:?}", case.name, lab.backend);
    if let Err(why) = lab.load(case.family, case.text) {
        tally.disagree(format!("\n== {what}: cannot be loaded: {why}\n{}\n", case.text));
        return;
    }
    let policy = case.policy(lab.hook);
    *tally.rule_sets.entry((lab.backend, case.family)).or_default() += 1;
    *tally.conversations.entry((lab.backend, case.family)).or_default() += jobs.len() as u64;
    let held = hold(lab, &policy, jobs);
    let mut wrong: Vec<String> =
        held.ended.iter().filter_map(|(job, answer)| outcome(case, &policy, job, answer, tally)).collect();
    // Of the machine's own packets some pass all chains, which is not followed to the end.
    if wrong.is_empty() && lab.hook == Hook::Forward {
        wrong.extend(counted(case, lab, &policy, &held, tally));
    }
    // One of a rule set is enough to read.
    if let Some(first) = wrong.first() {
        tally.disagree(format!("\n== {what}: {first}\n{}", case.text));
        tally.more(wrong.len() as u64 - 1);
    }
}

/// Holds one conversation against fwproof's word; what is wrong.
fn outcome(case: &Case<'_>, policy: &Policy, job: &Job, answer: &str, tally: &mut Tally) -> Option<String> {
    let conversation = conversation_of(policy, job);
    let decision = policy.decide(&conversation);
    let seen = seen(job, answer);
    *tally.seen.entry(seen).or_default() += 1;
    tally.undecided += u64::from(decision.outcome() == Outcome::Undecided);
    let courses = || decision.courses.iter().map(|c| format!("  {c:?} {:?}\n", c.at.map(|at| case.line(policy, at))));
    if !may_see(&decision, policy.hook).contains(&seen) {
        let outcome = decision.outcome();
        let courses: String = courses().collect();
        return Some(format!("{job:?}\nfwproof: {outcome:?}, the kernel: {seen:?} ({answer})\n{courses}"));
    }
    (!names_a_rule_on_the_way(policy, &conversation, &decision))
        .then(|| format!("{job:?}\nthe rule that decides is not on the way\n{}", courses().collect::<String>()))
}

/// Is the rule that is named as deciding one that the traced packets meet, and a denial the last of them?
fn names_a_rule_on_the_way(policy: &Policy, conversation: &Conversation, decision: &Decision) -> bool {
    let Some(course) = decision.courses.first().filter(|_| decision.courses.len() == 1) else { return true };
    let traced = policy.trace(conversation);
    let Some(at) = course.at else { return false };
    let met: Vec<RuleRef> = traced.iter().flat_map(|t| &t.met).map(|m| m.at).collect();
    match (course.end, policy.rule(at).map(|r| &r.action)) {
        (End::Denied(_), Some(fwproof::policy::Action::Deny(_)) | None) => met.last() == Some(&at),
        _ => met.contains(&at),
    }
}

/// Holds the kernel's counters against the rules that fwproof says are met; what is wrong.
fn counted(case: &Case<'_>, lab: &Lab, policy: &Policy, held: &Held, tally: &mut Tally) -> Option<String> {
    let read = |saved: &str| counters::read(policy, saved, lab.backend);
    let (after_opening, after_exchange) = match (read(&held.saved[0]), read(&held.saved[1])) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(why), _) | (_, Err(why)) => return Some(why),
    };
    let mut opened = Opened::default();
    held.opened.iter().for_each(|job| opened.add(policy, &conversation_of(policy, job)));
    if held.late || opened.is_open() {
        return None;
    }
    let (wrong, exact) = opened.compare(policy, &after_opening);
    if let Some(at) = wrong.first() {
        let (seen, least) = (after_opening[at], opened.least(*at));
        return Some(format!("{} counts {seen}, fwproof expects {least}", case.line(policy, *at)));
    }
    tally.counters += exact;
    tally.counted += u64::from(exact > 0);
    exchanged(case, policy, held, &counters::rise(&after_opening, &after_exchange))
}

fn exchanged(case: &Case<'_>, policy: &Policy, held: &Held, rise: &Counts) -> Option<String> {
    let mut exchanged = Exchanged::default();
    held.standing.iter().for_each(|job| exchanged.add(policy, &conversation_of(policy, job)));
    let at = *exchanged.compare(policy, rise).first()?;
    Some(format!("{} counts {} when data are exchanged, which is wrong", case.line(policy, at), rise[&at]))
}

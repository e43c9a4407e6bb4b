//! One rule set: what fwproof says of each conversation against what the kernel did with it.

use super::helper::{Job, REFUSED, TIMEOUT};
use super::lab::{Backend, Lab};
use fwproof::format::{FORMATS, Input, ReadOptions, ipset};
use fwproof::policy::{Conversation, End, Hook, IfaceId, Interfaces, OpeningFate, Outcome, Policy, SYN, TCP, UDP};
use fwproof::source::Sources;
use fwproof::space::Family;
use std::collections::{BTreeMap, BTreeSet};

/// What a client can see of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    Permitted,
    Intercepted,
    Denied,
}

/// What was seen over all rule sets.
#[derive(Default)]
pub struct Tally {
    rule_sets: BTreeMap<Backend, u64>,
    conversations: BTreeMap<Backend, u64>,
    seen: BTreeMap<Seen, u64>,
    undecided: u64,
    disagreeing: u64,
    disagreements: Vec<String>,
}

impl Tally {
    pub fn and(mut self, other: Tally) -> Tally {
        let add = |to: &mut BTreeMap<Backend, u64>, from: BTreeMap<Backend, u64>| {
            from.into_iter().for_each(|(k, n)| *to.entry(k).or_default() += n);
        };
        add(&mut self.rule_sets, other.rule_sets);
        add(&mut self.conversations, other.conversations);
        other.seen.into_iter().for_each(|(k, n)| *self.seen.entry(k).or_default() += n);
        self.undecided += other.undecided;
        self.disagreeing += other.disagreeing;
        self.disagreements.extend(other.disagreements);
        self
    }

    fn share(&self, n: u64) -> f64 {
        100.0 * n as f64 / self.seen.values().sum::<u64>().max(1) as f64
    }

    /// A test in which one outcome hardly occurs shows little.
    pub fn shares(&self) {
        for (seen, least) in [(Seen::Permitted, 20.0), (Seen::Denied, 20.0), (Seen::Intercepted, 5.0)] {
            let share = self.share(self.seen.get(&seen).copied().unwrap_or(0));
            assert!(share >= least, "{seen:?} is only {share:.1} %: {:?}", self.seen);
        }
    }

    /// Prints the numbers, and fails when there was a disagreement.
    pub fn finish(&self) {
        println!("rule sets {:?}, conversations {:?}", self.rule_sets, self.conversations);
        for (seen, n) in &self.seen {
            println!("  {seen:?}: {n} ({:.1} %)", self.share(*n));
        }
        println!("  undecided by fwproof: {} ({:.2} %)", self.undecided, self.share(self.undecided));
        let shown: String = self.disagreements.iter().take(20).map(String::as_str).collect();
        assert!(self.disagreements.is_empty(), "{} disagreements\n{shown}", self.disagreeing);
    }
}

fn policy_of(name: &str, text: &str, sets: &str, hook: Hook) -> Policy {
    let mut known = ipset::Sets::default();
    if !sets.is_empty() {
        let source = Sources::new().add("sets", sets);
        ipset::read(Input { source, name: "sets", text: sets }, &mut known, &mut Vec::new()).unwrap();
    }
    let options = ReadOptions { sets: known.into(), hook, ..ReadOptions::default() };
    let source = Sources::new().add(name, text);
    let read = FORMATS.iter().find(|f| f.name == "iptables").unwrap().read;
    let mut reading = read(Input { source, name, text }, &options);
    reading.bases.retain(|b| b.policy.family == Family::V4);
    reading.bases.pop().unwrap_or_else(|| panic!("{name}: {:?}", reading.findings)).policy
}

/// The interfaces of a conversation on the machine that has the rules.
fn ways(policy: &Policy, job: &Job) -> (IfaceId, IfaceId) {
    let class = |name| policy.interfaces.class_of(name);
    match policy.hook {
        Hook::Output => (Interfaces::NONE, class("eth0")),
        Hook::Forward if job.to.ip().octets()[..3] == [10, 99, 0] => (class("lan0"), class("dmz0")),
        Hook::Forward => (class("lan0"), class("wan0")),
    }
}

fn conversation_of(policy: &Policy, job: &Job) -> Conversation {
    let (in_iface, out_iface) = ways(policy, job);
    Conversation {
        family: Family::V4,
        in_iface,
        out_iface,
        src: u32::from(*job.from.ip()).into(),
        dst: u32::from(*job.to.ip()).into(),
        proto: if job.tcp { TCP } else { UDP },
        sport: job.from.port(),
        dport: job.to.port(),
        icmp: 0,
        flags: if job.tcp { SYN } else { 0 },
    }
}

/// What fwproof says a client may see; everything when it does not know.
fn said(policy: &Policy, job: &Job) -> (Outcome, BTreeSet<Seen>) {
    let decision = policy.decide(&conversation_of(policy, job));
    let mut may = BTreeSet::new();
    for course in &decision.courses {
        match course.end {
            End::Complete => may.extend([Seen::Permitted]),
            End::Denied(_) => may.extend([Seen::Denied]),
            // What the machine says to itself is not followed any further.
            End::Elsewhere if policy.hook == Hook::Output && course.opening == OpeningFate::Local => {
                may.extend([Seen::Intercepted, Seen::Denied]);
            }
            End::Elsewhere if course.opening == OpeningFate::Delivered => may.extend([Seen::Intercepted, Seen::Denied]),
            End::Elsewhere => may.extend([Seen::Intercepted]),
            End::Unknown => may.extend([Seen::Permitted, Seen::Intercepted, Seen::Denied]),
        }
    }
    (decision.outcome(), may)
}

fn seen(job: &Job, answer: &str) -> Seen {
    match answer {
        TIMEOUT | REFUSED => Seen::Denied,
        who if who == job.to.to_string() => Seen::Permitted,
        who if who.starts_with("cannot bind") => panic!("{who}: {job:?}"),
        _ => Seen::Intercepted,
    }
}

/// Loads the rule set and holds the conversations; those that time out are held once more from other ports.
pub fn compare(lab: &mut Lab, name: &str, text: &str, mut jobs: Vec<Job>, tally: &mut Tally) {
    let backend = lab.backend;
    if let Err(why) = lab.load(text) {
        tally.disagreements.push(format!("\n== {name}, {backend:?}: cannot be loaded: {why}\n{text}\n"));
        return;
    }
    let policy = policy_of(name, text, &lab.sets, lab.hook);
    let mut answers = lab.hold(&jobs);
    let silent: Vec<usize> = (0..jobs.len()).filter(|i| answers[*i] == TIMEOUT).collect();
    let mut again: Vec<Job> = Vec::new();
    for at in &silent {
        // Where the source port matters to the rules, the same one is the only fair question.
        let mut job = jobs[*at].clone();
        for _ in 0..20 {
            job.from.set_port(lab.fresh_port());
            if said(&policy, &job) == said(&policy, &jobs[*at]) {
                break;
            }
        }
        again.push(job);
    }
    if !again.is_empty() {
        let second = lab.hold(&again);
        for ((at, job), answer) in silent.into_iter().zip(again).zip(second) {
            (jobs[at], answers[at]) = (job, answer);
        }
    }
    *tally.rule_sets.entry(backend).or_default() += 1;
    *tally.conversations.entry(backend).or_default() += jobs.len() as u64;
    let mut shown = false;
    for (job, answer) in jobs.iter().zip(&answers) {
        let (outcome, may) = said(&policy, job);
        let seen = seen(job, answer);
        *tally.seen.entry(seen).or_default() += 1;
        tally.undecided += u64::from(outcome == Outcome::Undecided);
        if !may.contains(&seen) {
            tally.disagreeing += 1;
            // One conversation of a rule set is enough to read.
            if std::mem::replace(&mut shown, true) {
                continue;
            }
            let decision = policy.decide(&conversation_of(&policy, job));
            tally.disagreements.push(format!(
                "\n== {name}, {backend:?}: {job:?}\nfwproof: {outcome:?}, the kernel: {seen:?} ({answer})\n{}{text}",
                decision.courses.iter().map(|c| format!("  {c:?}{}\n", line(&policy, text, c.at))).collect::<String>()
            ));
        }
    }
}

/// The line of the rule that decides.
fn line(policy: &Policy, text: &str, at: Option<fwproof::policy::RuleRef>) -> String {
    let span = at.and_then(|at| policy.span(at));
    span.map(|s| format!(" `{}`", &text[s.start as usize..s.end as usize])).unwrap_or_default()
}

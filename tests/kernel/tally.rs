//! What was seen over all rule sets.

use super::lab::Backend;
use fwproof::space::Family;
use std::collections::BTreeMap;

/// What a client can see of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    Permitted,
    Intercepted,
    Denied,
}

#[derive(Default)]
pub struct Tally {
    pub rule_sets: BTreeMap<(Backend, Family), u64>,
    pub conversations: BTreeMap<(Backend, Family), u64>,
    pub seen: BTreeMap<Seen, u64>,
    pub undecided: u64,
    /// Counters of rules that had to be, and were, equal to what fwproof expects; and rule sets that had such.
    pub counters: u64,
    pub counted: u64,
    disagreeing: u64,
    disagreements: Vec<String>,
}

impl Tally {
    pub fn disagree(&mut self, text: String) {
        self.disagreeing += 1;
        self.disagreements.push(text);
    }

    /// Further disagreements about something that was told already.
    pub fn more(&mut self, n: u64) {
        self.disagreeing += n;
    }

    pub fn and(mut self, other: Tally) -> Tally {
        fn add<K: Ord>(to: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            from.into_iter().for_each(|(k, n)| *to.entry(k).or_default() += n);
        }
        add(&mut self.rule_sets, other.rule_sets);
        add(&mut self.conversations, other.conversations);
        add(&mut self.seen, other.seen);
        self.undecided += other.undecided;
        self.counters += other.counters;
        self.counted += other.counted;
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
        let undecided = self.share(self.undecided);
        assert!(undecided <= 1.0, "{undecided:.2} % are undecided by fwproof");
    }

    /// Prints the numbers, and fails when there was a disagreement.
    pub fn finish(&self) {
        for ((backend, family), sets) in &self.rule_sets {
            let conversations = self.conversations.get(&(*backend, *family)).copied().unwrap_or(0);
            println!("{backend:?} {family:?}: {sets} rule sets, {conversations} conversations");
        }
        for (seen, n) in &self.seen {
            println!("  {seen:?}: {n} ({:.1} %)", self.share(*n));
        }
        println!("  undecided by fwproof: {} ({:.2} %)", self.undecided, self.share(self.undecided));
        println!("  counters of rules held to be equal: {} in {} rule sets", self.counters, self.counted);
        let shown: String = self.disagreements.iter().take(20).map(String::as_str).collect();
        assert!(self.disagreements.is_empty(), "{} disagreements\n{shown}", self.disagreeing);
    }
}

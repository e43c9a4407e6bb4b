//! A part of an estate, so that several machines can judge it together.

use crate::format::iptables;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Part `part` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Partition {
    pub part: usize,
    pub of: usize,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Partition, String> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Partition { part, of }),
            _ => Err(format!("`{text}` is not a part such as 2/4, the second of four")),
        }
    }
}

/// Deals firewalls to parts in turn, in the order in which they are asked about. Every machine that names the same
/// files deals them in the same way.
pub(in crate::cli) struct Dealer {
    partition: Option<Partition>,
    seen: HashMap<Firewall, usize>,
}

/// What files of one firewall have in common before they are read.
#[derive(PartialEq, Eq, Hash)]
enum Firewall {
    Files(PathBuf, String),
    Named(String),
}

impl Dealer {
    pub fn new(partition: Option<Partition>) -> Dealer {
        Dealer { partition, seen: HashMap::new() }
    }

    /// Is the file ours? Files that may turn out to be one firewall go to the same part.
    pub fn takes_file(&mut self, path: &Path) -> bool {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.takes(Firewall::Files(folder, iptables::name_without_family(&name)))
    }

    /// Is the firewall of that name ours?
    pub fn takes_named(&mut self, name: &str) -> bool {
        self.takes(Firewall::Named(name.to_owned()))
    }

    /// Were there firewalls for other parts?
    pub fn has_dealt(&self) -> bool {
        self.partition.is_some() && !self.seen.is_empty()
    }

    fn takes(&mut self, firewall: Firewall) -> bool {
        let Some(Partition { part, of }) = self.partition else { return true };
        let next = self.seen.len();
        let place = *self.seen.entry(firewall).or_insert(next);
        place % of == part - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_firewall_is_in_one_part_and_pairs_stay_together() {
        let files = ["a/fw.v4", "a/fw.v6", "b/fw.v4", "a/x.cfg", "a/y.cfg", "-"].map(Path::new);
        for of in 1..=7 {
            let mut homes = vec![Vec::new(); files.len()];
            for part in 1..=of {
                let mut dealer = Dealer::new(Some(Partition { part, of }));
                files
                    .iter()
                    .zip(&mut homes)
                    .filter(|(f, _)| dealer.takes_file(f))
                    .for_each(|(_, home)| home.push(part));
            }
            assert!(homes.iter().all(|home| home.len() == 1), "{homes:?}");
            assert_eq!(homes[0], homes[1]);
        }
    }

    #[test]
    fn parts_are_counted_from_one() {
        assert_eq!("2/4".parse(), Ok(Partition { part: 2, of: 4 }));
        for wrong in ["0/4", "5/4", "1", "a/b", "1/0", "-1/2", ""] {
            assert!(wrong.parse::<Partition>().unwrap_err().contains("is not a part"), "{wrong}");
        }
    }
}

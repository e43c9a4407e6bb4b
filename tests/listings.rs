//! `show access-list` prints below each entry what it stands for: each of those lines matches a part of the entry.
//!
//! `FWPROOF_LISTINGS=FOLDER` asks the same of all listings in a folder.

use fwproof::format::{FORMATS, Input, ReadOptions};
use fwproof::source::Sources;
use fwproof::space::{Family, PacketSet};
use std::path::Path;

/// An entry with the complete lines below it.
struct Listed<'t> {
    list: &'t str,
    entry: &'t str,
    expansions: Vec<&'t str>,
}

/// The name of the list and the number of a line.
fn place(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_ascii_whitespace();
    let name = words.next().filter(|w| *w == "access-list").and_then(|_| words.next())?;
    (words.next() == Some("line")).then(|| words.next().map(|number| (name, number))).flatten()
}

fn listed(text: &str) -> Vec<Listed<'_>> {
    let mut all: Vec<Listed<'_>> = Vec::new();
    for line in text.lines() {
        let Some((list, number)) = place(line) else { continue };
        match all.last_mut() {
            Some(open) if line.starts_with(' ') && place(open.entry) == Some((list, number)) => {
                // With object-group-search a line counts members and stands for nothing by itself.
                let counts = line.split_ascii_whitespace().any(|w| w.contains('(') && !w.starts_with('('));
                open.expansions.extend((!counts).then_some(line));
            }
            _ => all.push(Listed { list, entry: line, expansions: Vec::new() }),
        }
    }
    all.retain(|listed| !listed.expansions.is_empty());
    all
}

/// What the entries of a list match at most, whatever they do with it; `None` where a line is not understood.
fn matched(text: &str, list: &str, family: Family) -> Option<PacketSet> {
    let mut sources = Sources::new();
    let source = sources.add("listing", text);
    let format = FORMATS.iter().find(|f| f.name == "asa").unwrap();
    let options = ReadOptions { acl: Some(list.to_owned()), ..ReadOptions::default() };
    let reading = (format.read)(Input { source, name: "listing", text }, &options);
    let base = reading.bases.iter().find(|b| b.policy.family == family).filter(|_| reading.tally.rejected == 0)?;
    let rules = base.policy.chains[0].rules.iter();
    Some(rules.fold(PacketSet::empty(family), |all, rule| all.union(&rule.matches.packets)))
}

/// Holds each expansion against its entry, with the rest of the text for groups and names; how many there were.
fn held(text: &str) -> usize {
    let around: String = text.lines().filter(|l| place(l).is_none()).map(|l| format!("{l}\n")).collect();
    let mut count = 0;
    for Listed { list, entry, expansions } in listed(text) {
        let alone = |line: &str| format!("{around}{}\n", line.trim());
        for family in Family::BOTH {
            let Some(whole) = matched(&alone(entry), list, family) else { continue };
            for expansion in &expansions {
                let Some(part) = matched(&alone(expansion), list, family) else { continue };
                count += usize::from(!part.is_empty());
                assert!(part.is_subset(&whole), "{entry}\n{expansion}\n{part:?} is not in {whole:?}");
            }
        }
    }
    count
}

const OWN: &str = "object-group network OFFICES
 network-object 10.20.0.0 255.255.0.0
 network-object host 10.99.0.7
object-group service WEB tcp
 port-object eq www
 port-object range 8000 8010
access-list LAN; 6 elements; name hash: 0x1f2e3d4c
access-list LAN line 1 remark web
access-list LAN line 2 extended permit tcp object-group OFFICES any4 object-group WEB (hitcnt=41) 0x00000001
  access-list LAN line 2 extended permit tcp 10.20.0.0 255.255.0.0 any4 eq www (hitcnt=30) 0x00000002
  access-list LAN line 2 extended permit tcp 10.20.0.0 255.255.0.0 any4 range 8000 8010 (hitcnt=0) 0x00000003
  access-list LAN line 2 extended permit tcp host 10.99.0.7 any4 eq www (hitcnt=11) 0x00000004
  access-list LAN line 2 extended permit tcp host 10.99.0.7 any4 range 8000 8010 (hitcnt=0) 0x00000005
access-list LAN line 3 extended permit object-group DNS 10.20.0.0 255.255.0.0 any4 (hitcnt=7) 0x00000006
  access-list LAN line 3 extended permit udp 10.20.0.0 255.255.0.0 any4 eq domain (hitcnt=7) 0x00000007
  access-list LAN line 3 extended permit tcp 10.20.0.0 255.255.0.0 any4 eq domain (hitcnt=0) 0x00000008
";

#[test]
fn expansions_are_parts_of_their_entries() {
    assert_eq!(held(OWN), 6);
}

#[test]
#[should_panic(expected = "is not in")]
fn an_expansion_of_another_entry_is_noticed() {
    held(&OWN.replace("host 10.99.0.7 any4 eq www", "host 10.99.0.8 any4 eq www"));
}

#[test]
fn expansions_of_listings_in_a_folder_are_parts_of_their_entries() {
    let Ok(folder) = std::env::var("FWPROOF_LISTINGS") else { return };
    let mut counts = Vec::new();
    files(Path::new(&folder), &mut |text| counts.push(held(text)));
    let with = counts.iter().filter(|n| **n > 0).count();
    println!("{} expansions in {with} of {} files", counts.iter().sum::<usize>(), counts.len());
    assert!(with > 0, "no listing in {folder}");
}

fn files(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, each);
        } else {
            each(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
}

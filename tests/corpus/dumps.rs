//! Whole dumps: all are read, and what is not exact has its condition.

use super::{files, folder, read};
use fwproof::format::Understanding;
use std::collections::BTreeMap;

#[test]
fn dumps_are_read_line_by_line() {
    let mut table: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    for family in ["iptables", "ip6tables"] {
        let Some(folder) = folder(family) else { return };
        for file in files(&folder) {
            let text = std::fs::read_to_string(&file).unwrap();
            let reading = read(&file.to_string_lossy(), &text);
            let part = file.parent().unwrap().file_name().unwrap().to_string_lossy();
            let counts = table.entry(format!("{family}/{part}")).or_default();
            counts[0] += 1;
            for line in &reading.lines {
                counts[match line.understanding {
                    Understanding::Exact => 1,
                    Understanding::Opaque => 2,
                    Understanding::Rejected => 3,
                    Understanding::Neutral => 4,
                }] += 1;
            }
            let lines = text.lines().filter(|l| !l.trim().is_empty()).count();
            assert_eq!(reading.lines.len(), lines, "{}: each line is said once", file.display());
        }
    }
    println!("files, lines exact, opaque, rejected, neutral");
    table.iter().for_each(|(folder, counts)| println!("{folder}: {counts:?}"));
    let rejected: usize = table.values().map(|c| c[3]).sum();
    // Three rules of a parser test, which iptables refuses too.
    assert!(rejected <= 3, "{rejected} lines are rejected");
}

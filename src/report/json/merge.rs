//! Reports of parts as one document.

use super::text;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Lists of a report that are put behind each other; what two parts say in the same words is said once.
const LISTS: [&str; 8] = ["rule_sets", "inputs", "results", "findings", "client", "assumptions", "not_judged", "data"];

/// The reports of all parts, with their numbers, as one of the same shape in the order of the parts.
pub fn merged(mut parts: Vec<(usize, Value)>, exit_code: u8) -> String {
    parts.sort_by_key(|(part, _)| *part);
    let parts: Vec<Map<String, Value>> = parts.into_iter().filter_map(|(_, report)| object(report)).collect();
    let mut whole = parts.first().cloned().unwrap_or_default();
    whole.remove("partition");
    whole.insert("exit_code".to_owned(), json!(exit_code));
    for list in LISTS {
        whole.insert(list.to_owned(), Value::Array(joined(&parts, list)));
    }
    whole.insert("summary".to_owned(), Value::Object(summed(&parts)));
    text(&whole)
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(map) = value { Some(map) } else { None }
}

fn joined(parts: &[Map<String, Value>], list: &str) -> Vec<Value> {
    let mut seen = HashSet::new();
    let items = parts.iter().filter_map(|report| report.get(list)?.as_array()).flatten();
    items.filter(|item| seen.insert(item.to_string())).cloned().collect()
}

/// Counts are added, but for flows that were not judged: some are so in every part for the same reason.
fn summed(parts: &[Map<String, Value>]) -> Map<String, Value> {
    let mut sums: Map<String, Value> = Map::new();
    for (key, number) in parts.iter().filter_map(|report| report.get("summary")?.as_object()).flatten() {
        let before = sums.get(key).and_then(Value::as_u64).unwrap_or(0);
        sums.insert(key.clone(), json!(before + number.as_u64().unwrap_or(0)));
    }
    sums.insert("not_judged".to_owned(), json!(joined(parts, "not_judged").len()));
    sums
}

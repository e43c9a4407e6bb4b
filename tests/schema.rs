//! The JSON of every shipped rule set is what the published schemas say, and its blocks are an exact partition.

use assert_cmd::Command;
use fwproof::ingress::{Catalogue, Product};
use fwproof::requirement::{Requirement, Selection, requirements};
use fwproof::space::{Cube, Family, Field, IntervalSet, PacketSet, addresses};
use ipnet::IpNet;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const INTERFACES: [Field; 2] = [Field::InIface, Field::OutIface];

fn rule_sets() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets");
    let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|n| !n.ends_with(".md") && !n.ends_with(".tsv") && !n.ends_with(".ipset")).collect();
    names.sort();
    assert!(names.len() >= 12);
    names
}

fn json_of(subcommand: &str, rule_set: &str) -> Value {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args([subcommand, "--output", "json", "--date", "2026-01-01"]);
    let output = command.arg(format!("rulesets/{rule_set}")).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn assert_valid(schema: &str, name: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

#[test]
fn what_show_prints_is_valid() {
    for name in rule_sets() {
        assert_valid("show.schema.json", &name, &json_of("show", &name));
    }
}

#[test]
fn what_check_prints_is_valid_and_its_blocks_are_a_partition() {
    for name in rule_sets() {
        let report = json_of("check", &name);
        assert_valid("check.schema.json", &name, &report);
        let results = report["results"].as_array().unwrap();
        assert!(!results.is_empty(), "{name}");
        let wanted = wanted();
        for result in results {
            let id = result["requirement"].as_str().unwrap();
            let requirement = wanted.iter().find(|r| r.id == id).unwrap();
            assert_partition(&format!("{name}: {id}"), requirement, result["blocks"].as_array().unwrap());
        }
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/check.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut report = json_of("check", "office-right.v4");
    report["results"][0]["verdict"] = "perhaps".into();
    assert!(!validator.is_valid(&report));
    assert!(!validator.is_valid(&serde_json::json!({})));
}

/// All flows of the default product, test vectors too.
fn wanted() -> Vec<Requirement> {
    let selection = Selection { product: Product::default(), regions: Vec::new(), services: Vec::new() };
    let catalogues: Vec<&Catalogue> = vec![Catalogue::shipped()];
    let selected = requirements(&catalogues, &selection);
    selected.requirements.into_iter().chain(selected.test_vectors).collect()
}

/// Entries with the same interfaces are disjoint, and together with those for any interface they are the whole flow:
/// each client to each destination, on all ports that the requirement names.
fn assert_partition(what: &str, requirement: &Requirement, blocks: &[Value]) {
    for family in Family::BOTH {
        let mut names: Vec<String> = Vec::new();
        let sets: Vec<PacketSet> = blocks.iter().filter_map(|b| block(family, b, &mut names)).collect();
        if sets.is_empty() {
            continue;
        }
        for (at, one) in sets.iter().enumerate() {
            let overlapping = sets.iter().skip(at + 1).any(|other| one.overlaps(other));
            assert!(!overlapping, "{what}: entry {at} overlaps a later one: {}", blocks[at]);
        }
        for (pair, union) in by_pair(family, &sets) {
            assert_eq!(what_is_missing(family, requirement, &union), None, "{what} by {pair:?}, {names:?}");
        }
    }
}

type Pair = [Option<u128>; 2];

/// The packets by each pair of interfaces that is named, with those for which interfaces do not matter.
fn by_pair(family: Family, sets: &[PacketSet]) -> BTreeMap<Pair, PacketSet> {
    let pair = |set: &PacketSet| INTERFACES.map(|field| set.values(field).only());
    let mut all: BTreeMap<Pair, PacketSet> = BTreeMap::new();
    for set in sets {
        all.entry(pair(set)).or_insert_with(|| PacketSet::empty(family)).add_all(&set.forget(&INTERFACES));
    }
    let anywhere = all.get(&[None, None]).cloned();
    if let Some(anywhere) = anywhere {
        all.values_mut().for_each(|set| set.add_all(&anywhere));
    }
    all
}

fn what_is_missing(family: Family, requirement: &Requirement, seen: &PacketSet) -> Option<String> {
    let range =
        |ports: &[(u16, u16)]| IntervalSet::from_ranges(ports.iter().map(|(a, b)| (u128::from(*a), (*b).into())));
    let destinations = addresses_of(family, &requirement.destinations);
    let whole = PacketSet::full(family)
        .with(Field::Src, &seen.values(Field::Src))
        .with(Field::Dst, &destinations)
        .with(Field::Proto, &IntervalSet::single(requirement.proto.into()))
        .with(Field::SrcPort, &range(&requirement.source_ports))
        .with(Field::DstPort, &range(&requirement.destination_ports));
    let missing = whole.subtract(seen);
    let beyond = seen.subtract(&whole);
    (!missing.is_empty() || !beyond.is_empty()).then(|| format!("missing {missing:?}, beyond {beyond:?}"))
}

fn addresses_of(family: Family, prefixes: &[IpNet]) -> IntervalSet {
    let own = prefixes.iter().filter(|p| p.addr().is_ipv4() == (family == Family::V4));
    own.fold(IntervalSet::empty(), |all, prefix| all.union(&addresses(*prefix)))
}

/// An entry as a set; `None` when it is of the other family.
fn block(family: Family, entry: &Value, names: &mut Vec<String>) -> Option<PacketSet> {
    let nets =
        |key: &str| -> Vec<IpNet> { list(entry, key).iter().map(|v| v.as_str().unwrap().parse().unwrap()).collect() };
    let (src, dst) = (nets("src"), nets("dst"));
    assert!(!src.is_empty() && !dst.is_empty(), "an entry without addresses: {entry}");
    if src[0].addr().is_ipv4() != (family == Family::V4) {
        return None;
    }
    let mut cube = Cube::full().with(family, Field::Src, &addresses_of(family, &src))?;
    cube = cube.with(family, Field::Dst, &addresses_of(family, &dst))?;
    cube = cube.with(family, Field::Proto, &IntervalSet::from_ranges(list(entry, "proto").iter().map(protocol)))?;
    cube = cube.with(family, Field::SrcPort, &ports(entry, "sport"))?;
    cube = cube.with(family, Field::DstPort, &ports(entry, "dport"))?;
    for (key, field) in [("in", Field::InIface), ("out", Field::OutIface)] {
        if let Some(name) = entry[key].as_str() {
            cube = cube.with(family, field, &IntervalSet::single(number(names, name)))?;
        }
    }
    Some(PacketSet::from_cubes(family, [cube]))
}

fn number(names: &mut Vec<String>, name: &str) -> u128 {
    let at = names.iter().position(|n| n == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    at as u128 + 1
}

fn protocol(value: &Value) -> (u128, u128) {
    let number = match value.as_str() {
        Some("tcp") => 6,
        Some("udp") => 17,
        _ => u128::from(value.as_u64().unwrap()),
    };
    (number, number)
}

fn ports(entry: &Value, key: &str) -> IntervalSet {
    let of = |v: &Value| (v[0].as_u64().unwrap().into(), v[1].as_u64().unwrap().into());
    IntervalSet::from_ranges(list(entry, key).iter().map(of))
}

fn list<'v>(entry: &'v Value, key: &str) -> &'v [Value] {
    entry[key].as_array().map_or(&[], Vec::as_slice)
}

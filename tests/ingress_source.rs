//! The shipped catalogues against the table that they were made from.

use fwproof::ingress::{Catalogue, Destination, Region, Service};
use std::collections::BTreeSet;

/// The table that the shipped files were made from stands beside the project in some places: every row of it is
/// shipped with its grade and date, and every shipped prefix has its row.
#[test]
fn every_shipped_prefix_is_traced_to_its_row_in_the_source_table_when_that_is_there() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/ingress/ingress.csv");
    let path = std::env::var("FWPROOF_INGRESS_CSV").unwrap_or_else(|_| beside.to_owned());
    let Ok(table) = std::fs::read_to_string(path) else { return };
    let rows: BTreeSet<String> = table.lines().skip(1).map(row_of_table).collect();
    let shipped: BTreeSet<String> = Catalogue::shipped().services.iter().flat_map(rows_of_service).collect();
    let missing: Vec<_> = rows.difference(&shipped).collect();
    let invented: Vec<_> = shipped.difference(&rows).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not shipped: {missing:#?}\nwithout a row: {invented:#?}");
    assert!(rows.len() > 140, "{}", rows.len());
}

/// `prefix|place|as of|grade|reason` of a row of the table. Rows that differ in ports only become one.
fn row_of_table(line: &str) -> String {
    let mut cells = Vec::new();
    let mut quoted = false;
    for cell in line.split(',') {
        match cells.last_mut() {
            Some(last) if quoted => *last = format!("{last},{cell}"),
            _ => cells.push(cell.to_owned()),
        }
        quoted ^= cell.matches('"').count() % 2 == 1;
    }
    let [product, region, prefix, _, _, _, as_of, grade] = cells.try_into().unwrap();
    let grade: String = grade;
    let grade = grade.trim_matches('"').to_owned();
    let as_of = match as_of.as_str() {
        "stored-undated" => "unknown",
        "~2020" => "2020",
        other => other,
    };
    let graded = match grade.split([':', ' ']).next().unwrap() {
        "high" if grade.contains("older than") => "medium",
        "high" => "high",
        "medium" | "medium-high" => "medium",
        "low" | "single" => "low",
        other => panic!("{other}"),
    };
    // The listener for Chromebooks has the networks of the gateway, which are shipped once.
    if product == "umbrella-chromebook-swg" {
        let reason = "medium: Cisco-documented /16s for the Chromebook SWG listener; use on 80/443 is an extrapolation";
        return format!("{prefix}|global|unknown|medium|{reason}");
    }
    // `NL/Amsterdam`, `AWS eu-west-2 (London)`, `GB/London (a remark)`, `global`.
    let city = match region.split_once(" (") {
        Some((cloud, city)) if cloud.starts_with("AWS ") => city.trim_end_matches(')'),
        Some((city, _)) => city,
        None => &region,
    };
    let city = city.split_once('/').map_or(city, |(_, city)| city);
    format!("{prefix}|{city}|{as_of}|{graded}|{grade}")
}

fn rows_of_service(service: &Service) -> Vec<String> {
    let row = |(region, one): (Option<&Region>, &Destination)| {
        let place = region.map_or("global", |region| &region.name);
        let reason = one.provenance.reason.split("; the date is approximate").next().unwrap();
        let reason = reason.split("; observed on port 443 only").next().unwrap();
        let grade = one.provenance.confidence.name();
        Some(format!("{}|{place}|{}|{grade}|{reason}", one.prefix()?, one.provenance.as_of))
    };
    service.all_destinations().chain(service.related.iter().map(|one| (None, one))).filter_map(row).collect()
}

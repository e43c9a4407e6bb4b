use super::*;
use crate::source::Sources;

/// The project, or what is wrong as `line:column code message`.
fn read(text: &str) -> Result<Project, Vec<String>> {
    let mut sources = Sources::new();
    let source = sources.add("fwproof.yaml", text);
    Project::read(source, sources.text(source)).map_err(|findings| {
        let place =
            |f: &Finding| f.span().map(|span| sources.position(span)).map(|at| format!("{}:{}", at.line, at.column));
        findings.iter().map(|f| format!("{} {} {}", place(f).unwrap(), f.code, f.message)).collect()
    })
}

const WHOLE: &str = "\
version: 1
sites:
  - name: london
    rulesets:
      - sites/london/*.v4
      - name: edge
        files: [sites/edge.v4, sites/edge.v6]
    ipset: sites/london/sets.ipset
    clients: [10.20.0.0/16, 'fd20::/48', 10.9.9.9]
    in: lan0
    out: [wan0, wan1]
    product: secure-access
  - name: paris
    rulesets: sites/paris.cfg
    regions: []
    hook: output
defaults:
  regions: [london]
  services: [dns]
  requirements: required.yaml
  no_default_requirements: true
severity:
  skipped: off
  one-region: warning
fail_on: error
baseline: fwproof-baseline.yaml
ingress:
  - name: acme
    url: https://example.net/list.json
    sha256: 0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef
waivers:
  - requirement: [dns-udp-443, 'swg-*@london']
    ruleset: sites/london/**
    packets: udp 10.1.0.0/16 > 208.67.222.222:443
    reason: the branch moves
    owner: network team
    expires: 2026-06-30
";

#[test]
fn a_whole_file_is_read() {
    for text in [WHOLE.to_owned(), WHOLE.replace('\n', "\r\n")] {
        let project = read(&text).unwrap();
        let [london, paris] = project.sites.as_slice() else { panic!() };
        assert_eq!(london.rule_sets.len(), 2);
        assert!(
            matches!(&london.rule_sets[1], RuleSets::Firewall { name, files } if name.text == "edge" && files.len() == 2)
        );
        let settings = &london.settings;
        assert_eq!(settings.clients.as_ref().unwrap().len(), 3);
        assert_eq!(settings.in_interfaces.as_deref(), Some(&["lan0".to_owned()][..]));
        assert_eq!((settings.product, settings.hook), (Some(Product::SecureAccess), None));
        assert_eq!(settings.regions.as_deref(), Some(&["london".to_owned()][..]), "the default");
        assert_eq!(paris.settings.regions.as_deref(), Some(&[][..]), "an empty list takes the place of the default");
        assert_eq!(paris.settings.services, project.defaults.services);
        let severity = [(Code::Skipped, Shown::Off), (Code::OneRegion, Shown::As(Severity::Warning))];
        assert_eq!(project.severity, severity);
        assert_eq!(project.fail_on, Some(Severity::Error));
        assert_eq!(project.ingress[0].file.text, "ingress/acme.yaml");
        let waiver = &project.waivers[0];
        assert!(waiver.is_about("dns-udp-443", "x", "sites/london/a/b.v4"));
        assert!(waiver.is_about("swg-https@london", "sites/london/fw", "sites/london/fw.v4"));
        assert!(!waiver.is_about("dns-udp-53", "x", "sites/london/a.v4"));
        assert!(!waiver.is_about("dns-udp-443", "x", "sites/paris/a.v4"));
    }
}

#[test]
fn a_waiver_holds_on_its_last_day() {
    let project = read(WHOLE).unwrap();
    let expired = |today: &str| project.waivers[0].has_expired(today.parse().unwrap());
    assert!(!expired("2026-06-30") && !expired("2025-12-31"));
    assert!(expired("2026-07-01") && expired("2027-01-01"));
    assert!(expired("2026") && expired("2026-07"), "a day that is not known may be the last one of its year or month");
    assert!(!expired("2026-06"));
}

#[test]
fn a_star_stays_within_a_folder() {
    let matches = |pattern: &str, path: &str| Pattern::new(pattern, true).unwrap().matches(path);
    assert!(matches("sites/*", "sites/a.v4") && !matches("sites/*", "sites/london/a.v4"));
    assert!(matches("**/a.v4", "a.v4") && matches("**/a.v4", "x/y/a.v4"));
    assert!(matches("fw[1].v4", "fw[1].v4"), "its own name");
    assert!(Pattern::new("a[", true).is_err());
}

#[test]
fn mistakes_are_told_with_their_place() {
    let site = "sites:\n  - name: a\n    rulesets: a.v4\n";
    let waiver = "waivers:\n  - requirement: a\n    ruleset: b\n    reason: c\n    owner: d\n    expires: 2026-06-30\n";
    for (text, expected) in [
        ("sites: []\n".to_owned(), "1:1 invalid-value a project file needs the key `version`"),
        ("version: 2\n".to_owned(), "1:10 invalid-value `2` is not a version that is known"),
        (format!("version: 1\n{}", site.replace("rulesets", "ruleset")), "4:5 unknown-key unknown key `ruleset`"),
        (format!("version: 1\n{site}{}", site.replace("sites:\n", "")), "5:11 invalid-value the site `a` occurs twice"),
        (
            format!("version: 1\n{}", site.replace("a.v4", "[]")),
            "4:15 invalid-value `rulesets` must be at least one path or glob",
        ),
        (format!("version: 1\n{site}    clients: 10.0.0.1/8\n"), "5:14 invalid-value `10.0.0.1/8` is not a prefix"),
        (format!("version: 1\n{site}    no_default_requirements: true\n"), "3:5 invalid-value nothing is required"),
        (format!("version: 1\n{site}    in: lan0\n    hook: output\n"), "3:5 invalid-value `in` and `hook: output`"),
        (format!("version: 1\n{site}    hook: outputs\n"), "5:11 invalid-value `outputs` is not a value of `hook`"),
        ("version: 1\nseverity: {no-permits: note}\n".to_owned(), "2:12 unknown-key `no-permits` is not the code"),
        ("version: 1\nseverity: {no-permit: off}\n".to_owned(), "2:23 invalid-value `no-permit` cannot be turned off"),
        ("version: 1\nseverity: {undecided: off}\n".to_owned(), "2:23 invalid-value `undecided` cannot be turned off"),
        ("version: 1\nfail-on: error\n".to_owned(), "2:1 unknown-key unknown key `fail-on`"),
        ("version: 1\nfail_on: fatal\n".to_owned(), "2:10 invalid-value `fatal` is not a value of a level"),
        ("version: 1\ningress: [{name: ../x}]\n".to_owned(), "2:18 invalid-value `../x` is not the name"),
        (
            "version: 1\ningress: [{name: x, url: 'http://x'}]\n".to_owned(),
            "2:27 invalid-value `http://x` is not an address",
        ),
        (
            format!("version: 1\n{}", waiver.replace("    reason: c\n", "")),
            "3:5 invalid-value a waiver needs the key `reason`",
        ),
        (format!("version: 1\n{}", waiver.replace("owner: d", "owner: ''")), "6:13 invalid-value the text is empty"),
        (
            format!("version: 1\n{}", waiver.replace("    expires: 2026-06-30\n", "")),
            "3:5 invalid-value a waiver needs the key `expires`",
        ),
        (
            format!("version: 1\n{}", waiver.replace("2026-06-30", "2026-06-31")),
            "7:14 invalid-value `2026-06-31` is not a day",
        ),
        (
            format!("version: 1\n{}", waiver.replace("2026-06-30", "2026-06")),
            "7:14 invalid-value `2026-06` is not a day",
        ),
        (
            format!("version: 1\n{}", waiver.replace("ruleset: b", "ruleset: 'b['")),
            "4:15 invalid-value `b[` is not a glob",
        ),
        (format!("version: 1\n{waiver}    packets: []\n"), "8:14 invalid-value `packets` must be at least one line"),
        (format!("version: 1\n{waiver}    packets: udp any > 1.1.1.1:x\n"), "8:14 invalid-value `x` is neither a port"),
        ("version: 1\nsites: london\n".to_owned(), "2:8 invalid-value `sites` must be a list"),
        ("- a\n".to_owned(), "1:3 invalid-value a project file must be a mapping"),
    ] {
        let found = read(&text).unwrap_err();
        assert!(found.iter().any(|f| f.starts_with(expected)), "{text}\nexpected {expected}\nfound {found:?}");
    }
}

#[test]
fn a_file_without_sites_is_one() {
    let project = read("version: 1\n").unwrap();
    assert!(project.sites.is_empty() && project.waivers.is_empty());
    assert!(read("version: 1\nsites:\nwaivers:\n").is_ok());
    assert!(read("").is_err());
}

mod schema {
    use super::super::{reader::keys, schema::json};
    use super::WHOLE;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const PATH: &str = "docs/schemas/project.schema.json";

    fn schema() -> Value {
        serde_json::from_str(&json()).unwrap()
    }

    #[test]
    fn the_published_schema_is_current() {
        if std::env::var_os("FWPROOF_UPDATE").is_some() {
            std::fs::write(PATH, json()).unwrap();
        }
        let published = std::fs::read_to_string(PATH).unwrap_or_default();
        assert!(published == json(), "{PATH} is not current: run the tests once with FWPROOF_UPDATE=1");
    }

    #[test]
    fn the_reader_and_the_schema_know_the_same_keys() {
        let schema = schema();
        let site = [keys::SITE, keys::SETTINGS].concat();
        for (name, known) in [
            ("", keys::PROJECT),
            ("Site", &site),
            ("Settings", keys::SETTINGS),
            ("Firewall", keys::FIREWALL),
            ("IngressSource", keys::INGRESS),
            ("Waiver", keys::WAIVER),
        ] {
            let part = if name.is_empty() { &schema } else { &schema["$defs"][name] };
            let described: BTreeSet<&str> =
                part["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(described, known.iter().copied().collect(), "{name}");
        }
    }

    #[test]
    fn the_schema_takes_what_the_reader_takes() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let example = std::fs::read_to_string("examples/fwproof.yaml").unwrap();
        for text in [WHOLE, "version: 1\n", &example] {
            super::read(text).unwrap();
            let value = crate::yaml::to_json(text);
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}\n{text}");
        }
        for text in [
            "version: 2\n",
            "version: 1\nsite: []\n",
            "version: 1\nwaivers: [{requirement: a, ruleset: b, reason: c, owner: d}]\n",
            "version: 1\nfail_on: fatal\n",
            "version: 1\nseverity: {skipped: hidden}\n",
        ] {
            assert!(super::read(text).is_err());
            assert!(!validator.is_valid(&crate::yaml::to_json(text)), "{text}");
        }
    }
}

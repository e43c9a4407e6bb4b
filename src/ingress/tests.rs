use super::*;

/// The example of the page about the schema.
pub(super) fn documented_example() -> String {
    let page = include_str!("../../docs/requirements.md");
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// `line:column code message` of each finding.
fn findings(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let id = sources.add("own.yaml", text);
    let describe = |finding: &Finding| {
        let at = sources.position(finding.span().unwrap());
        format!("{}:{} {} {}", at.line, at.column, finding.code, finding.message)
    };
    Catalogue::read(id, sources.text(id)).unwrap_err().iter().map(describe).collect()
}

fn read(text: &str) -> Catalogue {
    Catalogue::read_alone("own.yaml", text).unwrap()
}

fn service(id: &str, product: Product) -> &'static Service {
    let services = &Catalogue::shipped().services;
    services.iter().find(|service| service.id == id && service.products.contains(&product)).unwrap()
}

#[test]
fn every_shipped_file_is_valid() {
    for (name, text) in SHIPPED {
        assert!(Catalogue::read_alone(name, text).is_ok(), "{name}: {:?}", Catalogue::read_alone(name, text));
    }
    assert_eq!(Catalogue::shipped().services.len(), 11);
}

#[test]
fn reading_the_shipped_files_takes_no_time_worth_mentioning() {
    let start = std::time::Instant::now();
    for (name, text) in SHIPPED {
        drop(Catalogue::read_alone(name, text));
    }
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

#[test]
fn the_umbrella_table_has_49_cities_with_110_rows() {
    let swg = service("swg", Product::Umbrella);
    let rows: Vec<&Destination> = swg.regions.iter().flat_map(|region| &region.destinations).collect();
    let prefixes: std::collections::HashSet<_> = rows.iter().map(|row| &row.target).collect();
    assert_eq!((swg.regions.len(), rows.len(), prefixes.len()), (49, 110, 80));
    assert_eq!(rows.iter().filter(|row| row.test_vector).count(), 25);
    assert!(rows.iter().all(|row| row.test_vector == (row.provenance.confidence == Confidence::Low)));
    assert!(rows.iter().all(|row| !row.provenance.reference.is_empty() && row.provenance.as_of != AsOf::Unknown));
    let hosts = |row: &&&Destination| matches!(row.target, Target::Prefix(IpNet::V4(net)) if net.prefix_len() == 24);
    assert_eq!(rows.iter().filter(hosts).count(), 110);
}

#[test]
fn cities_without_a_data_centre_name_those_that_serve_them() {
    let swg = service("swg", Product::Umbrella);
    let bare = swg.regions.iter().filter(|region| region.destinations.iter().all(|row| row.test_vector));
    let served: Vec<_> = bare.map(|region| (region.id.as_str(), region.served_from.join(" "))).collect();
    let expected = [
        ("boston", "ashburn"),
        ("bucharest", "london"),
        ("dusseldorf", "london manchester"),
        ("jeddah", "london"),
        ("richardson", "los-angeles"),
        ("san-jose", "los-angeles"),
        ("seattle", "los-angeles"),
        ("tel-aviv", "london manchester"),
        ("warsaw", "london manchester"),
    ];
    assert_eq!(served, expected.map(|(id, from)| (id, from.to_owned())));
}

#[test]
fn secure_access_has_test_vectors_only() {
    let swg = service("swg", Product::SecureAccess);
    let rows = swg.regions.iter().flat_map(|region| &region.destinations);
    assert_eq!(rows.clone().count(), 2);
    assert!(rows.clone().all(|row| row.test_vector));
    assert!(swg.destinations.iter().all(|row| matches!(row.target, Target::Name(_))));
}

#[test]
fn regions_are_found_by_id_name_and_alias() {
    let swg = service("swg", Product::Umbrella);
    let found = |name: &str| swg.regions.iter().find(|region| region.is_called(name)).map(|region| region.id.as_str());
    assert_eq!(found("New York"), Some("new-york"));
    assert_eq!(found("são-paulo"), Some("sao-paulo"));
    assert_eq!(found("LONDON"), Some("london"));
    assert_eq!(found("lond"), None);
}

#[test]
fn the_documented_example_is_read_as_the_page_says() {
    let own = read(&documented_example());
    let [swg, directory] = own.services.as_slice() else { panic!("{own:?}") };
    assert_eq!(swg.products, [Product::SecureAccess]);
    assert_eq!(swg.flows.iter().map(|flow| flow.ports.clone()).collect::<Vec<_>>(), [[(443, 443)], [(80, 80)]]);
    assert_eq!(swg.flows[0].source_ports, [(1024, 65535)]);
    assert_eq!(swg.regions[0].destinations[0].provenance.title, "list of our tenant");
    assert_eq!(swg.regions[1].destinations[1].provenance.as_of.to_string(), "before 2026-03");
    assert!(swg.regions[1].destinations[1].test_vector);
    assert_eq!(directory.products, Product::ALL);
    assert_eq!(directory.flows[0].level, Level::Recommended);
    assert_eq!(directory.destinations[0].provenance.title, "Requirements of Example Ltd");
}

#[test]
fn what_is_wrong_is_said_all_at_once_and_at_its_place() {
    let text = "\
titel: x
services:
  - id: Swg
    flows: []
  - id: a
    products: umbrela
    source: list
    flows:
      - {id: f, proto: tpc, ports: 443}
      - {id: g, proto: tcp, ports: [0x50, 90-80, 70000]}
      - {id: h, proto: esp, ports: 443, level: needed}
      - {id: i, proto: udp}
      - {id: j, proto: udp, ports: []}
    destinations:
      - 192.0.2.1/24
      - {prefix: 192.0.2.0/33}
      - {name: nodots}
      - {as_of: yesterday, confidence: sure, prefix: 192.0.2.1, test_vector: yes}
      - {confidence: low}
    regions:
      - {id: r, served_from: q}
      - {id: r}
";
    assert_eq!(
        findings(text),
        [
            "1:1 unknown-key unknown key `titel`",
            "3:9 invalid-value `Swg` is not an id",
            "6:15 invalid-value `umbrela` is not a product",
            "7:13 invalid-value `list` is not a name in `sources`",
            "9:24 invalid-value `tpc` is not a protocol name or number",
            "10:37 invalid-value `0x50` is not a port from 0 to 65535 or a range such as 1024-65535",
            "10:43 invalid-value `90-80` is not a port from 0 to 65535 or a range such as 1024-65535",
            "10:50 invalid-value `70000` is not a port from 0 to 65535 or a range such as 1024-65535",
            "11:29 invalid-value `ports` is given for a protocol without ports",
            "11:48 invalid-value `needed` is not a level",
            "12:10 invalid-value a flow of this protocol needs the key `ports`",
            "13:36 invalid-value `ports` must be at least one port, not a list",
            "15:9 invalid-value `192.0.2.1/24` is not a prefix, as it has bits set behind its length",
            "16:18 invalid-value `192.0.2.0/33` is not an address or a prefix such as 192.0.2.0/24",
            "17:16 invalid-value `nodots` is not a host name",
            "18:17 invalid-value `yesterday` is not a date such as 2026-08-22, `unknown` or `{before: DATE}`",
            "18:40 invalid-value `sure` is not a confidence",
            "18:78 invalid-value `yes` is not `true` or `false`",
            "19:10 invalid-value a destination needs either `prefix` or `name`",
            "21:10 invalid-value the id `r` occurs twice in `regions`",
            "21:30 invalid-value `q` is not a region of this service",
        ]
    );
}

#[test]
fn a_service_occurs_once_for_each_product() {
    let one = "  - {id: a, flows: [{id: f, proto: esp}], destinations: [192.0.2.0/24]}\n";
    let other = one.replace("id: a", "id: a, products: umbrella");
    assert_eq!(
        findings(&format!("services:\n{one}{other}")),
        ["2:6 invalid-value the service `a` occurs twice for umbrella"]
    );
    assert_eq!(
        findings("services:\n  - {id: a, flows: []}\n"),
        ["2:6 invalid-value the service `a` has neither `destinations` nor `regions`"]
    );
    assert_eq!(findings("title: x\n"), ["1:1 invalid-value the file needs the key `services`"]);
    assert_eq!(findings("- x\n"), ["1:3 invalid-value the file must be a mapping, not a list"]);
}

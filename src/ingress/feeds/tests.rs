use super::*;
use crate::ingress::{AsOf, Confidence, Level, Product, Region, Service};
use crate::source::Sources;

/// The catalogue of a list, or `line:column message` of each finding.
fn read_with(text: &str, options: &FeedOptions) -> Result<Imported, Vec<String>> {
    let mut sources = Sources::new();
    let source = sources.add("l", text);
    let input = Input { source, reference: "l", name: "tenant", text: sources.text(source) };
    read(&input, options).map_err(|findings| {
        let place = |f: &Finding| f.span().map_or_else(String::new, |s| sources.place(s)[2..].to_owned());
        findings.iter().map(|f| format!("{} {}", place(f), f.message)).collect()
    })
}

fn one(text: &str) -> Service {
    let imported = read_with(text, &FeedOptions::default()).unwrap();
    imported.catalogue.services.into_iter().next().unwrap()
}

/// `id country prefix prefix` of each region.
fn regions(service: &Service) -> Vec<String> {
    let row = |region: &Region| {
        let targets = region.destinations.iter().map(|one| format!(" {}", one.prefix().unwrap()));
        format!("{} {}{}", region.id, region.country, targets.collect::<String>())
    };
    service.regions.iter().map(row).collect()
}

fn only(texts: &[&str]) -> FeedOptions {
    FeedOptions { only: texts.iter().map(|text| (*text).to_owned()).collect(), ..FeedOptions::default() }
}

#[test]
fn names_are_unique_and_each_row_is_recognised() {
    let samples = [
        ("fwproof", "services: []\n"),
        ("microsoft-365", "[{\"id\":1,\"serviceArea\":\"Skype\",\"category\":\"Allow\"}]"),
        ("aws", "{\"prefixes\": [{\"ip_prefix\": \"18.0.0.0/24\"}]}"),
        ("regions", "{\"london\": []}"),
        ("geofeed", "# x\n18.0.0.0/24,GB,,London,\n"),
        ("csv", "prefix;region\n"),
        ("list", "# x\n18.0.0.1 # y\n"),
    ];
    for (feed, (name, text)) in FEEDS.iter().zip(samples) {
        let taken = FEEDS.iter().find(|feed| (feed.recognises)(text)).map(|feed| feed.name);
        assert_eq!((feed.name, taken), (name, Some(name)));
    }
}

#[test]
fn csv_with_a_header_gives_regions_grades_and_dates() {
    let text = "\u{feff}Region;CIDR;as_of;confidence;owner\r\nGB/London;18.0.0.0/24;2026-08-01;high: stated;x\r\nSão Paulo;18.0.1.0/24;before 2026;low;y\r\n";
    let imported = read_with(text, &FeedOptions::default()).unwrap();
    let service = &imported.catalogue.services[0];
    assert_eq!(regions(service), ["london GB 18.0.0.0/24", "sao-paulo  18.0.1.0/24"]);
    assert_eq!((service.id.as_str(), service.products.as_slice()), ("swg", &[Product::SecureAccess][..]));
    assert_eq!(service.flows.iter().map(|flow| flow.id.as_str()).collect::<Vec<_>>(), ["swg-https", "swg-http"]);
    let [first, second] = [&service.regions[0].destinations[0], &service.regions[1].destinations[0]];
    assert_eq!(first.provenance.reason, "high: stated");
    assert_eq!(first.provenance.as_of.to_string(), "2026-08-01");
    assert!(second.test_vector && second.provenance.as_of.to_string() == "before 2026");
    assert_eq!(imported.notes[0].message, "nothing was taken from the columns `owner`");
}

#[test]
fn columns_and_rows_are_chosen_and_ports_make_services() {
    let text = "product,where,net,proto,ports\nswg,Paris,18.0.0.0/24,tcp,\"80,443\"\nvpn,Paris,18.0.1.0/24,udp,500\nother,Oslo,18.0.2.0/24,tcp,1\n";
    let mut options = only(&["product=swg"]);
    options.region_column = Some("where".to_owned());
    options.prefix_column = Some("net".to_owned());
    let swg = read_with(text, &options).unwrap().catalogue;
    assert_eq!(swg.services.len(), 1);
    assert_eq!(swg.services[0].flows[0].ports, [(80, 80), (443, 443)]);
    options.only.clear();
    let all = read_with(text, &options).unwrap().catalogue;
    let ids: Vec<&str> = all.services.iter().map(|service| service.id.as_str()).collect();
    assert_eq!(ids, ["swg", "swg-udp-500", "swg-tcp-1"]);
    options.region_column = Some("were".to_owned());
    assert_eq!(read_with(text, &options).unwrap_err(), ["1:1 the list has no column `were`"]);
}

#[test]
fn what_is_wrong_with_a_csv_is_said_at_its_place_and_all_at_once() {
    let text = "region,prefix,as_of\nLondon,18.0.0.0/33,2026-01-01\nParis,18.0.0.1/24,yesterday\nOslo,18.0.1.0/24\nRome,,2026\n東京,18.0.2.0/24,2026\n";
    assert_eq!(
        read_with(text, &FeedOptions::default()).unwrap_err(),
        [
            "2:8 `18.0.0.0/33` is not an address or a prefix such as 192.0.2.0/24",
            "3:7 `18.0.0.1/24` is not a prefix, as it has bits set behind its length",
            "3:19 `yesterday` is not a date such as 2026-08-22, `before 2026-08-22` or `unknown`",
            "4:1 the record has 2 cells, the header 3",
            "5:1 the record has no prefix",
        ]
    );
    assert_eq!(
        read_with("region,prefix\n東京,18.0.2.0/24\n", &FeedOptions::default()).unwrap_err(),
        ["2:4 `東京` gives no id for a region"]
    );
    assert_eq!(
        read_with("region,prefix\nx,10.0.0.0/24\ny,0.0.0.0/0\n", &FeedOptions::default()).unwrap_err(),
        [
            "2:3 `10.0.0.0/24` is private; no public service has it",
            "3:3 `0.0.0.0/0` is wider than /10, which no service has"
        ]
    );
}

#[test]
fn geofeeds_take_the_city_else_the_subdivision_else_the_country() {
    let text = "# a feed\n18.0.0.0/24,JP,,Osaka,\n18.0.1.0/24,US,US-VA,,,more\n2600:1::/32,DE,,,\n18.0.2.0/24,,,,\n18.0.3.7,GB,,London\n18.0.4.0/24,CA,,London,\n";
    let service = one(text);
    assert_eq!(
        regions(&service),
        [
            "osaka JP 18.0.0.0/24",
            "us-va US 18.0.1.0/24",
            "de DE 2600:1::/32",
            "london GB 18.0.3.7/32",
            "london-ca CA 18.0.4.0/24"
        ]
    );
    assert_eq!(service.destinations.len(), 1);
    assert_eq!(
        read_with("18.0.0.0/24,GB,,London\n18.0.1.0/24,Britain,,London\n", &FeedOptions::default()).unwrap_err(),
        ["2:13 `Britain` is not a country of two letters (ISO 3166-1)"]
    );
}

#[test]
fn json_of_regions_is_read_with_places() {
    let service =
        one("{\"eu-west-2\":[\"18.0.0.0/24\",\"2600:1::/32\"],\"Paris\":{\"ipv4\":[\"18.0.1.0/24\"],\"ipv6\":[]}}");
    assert_eq!(regions(&service), ["eu-west-2  18.0.0.0/24 2600:1::/32", "paris  18.0.1.0/24"]);
    assert_eq!(
        read_with("{\n\t\"london\": [\"18.0.0.300\"], \"x\": 5}\n", &FeedOptions::default()).unwrap_err(),
        [
            "2:14 `18.0.0.300` is not an address or a prefix such as 192.0.2.0/24",
            "2:33 `5` is not an address or a prefix such as 192.0.2.0/24"
        ]
    );
}

#[test]
fn aws_ranges_are_filtered_dated_and_taken_once() {
    let text = r#"{
  "syncToken": "1", "createDate": "2026-08-22-17-05-00",
  "prefixes": [
    {"ip_prefix": "18.0.0.0/24", "region": "eu-west-2", "service": "AMAZON", "network_border_group": "eu-west-2"},
    {"ip_prefix": "18.0.0.0/24", "region": "eu-west-2", "service": "EC2", "network_border_group": "eu-west-2"},
    {"ip_prefix": "18.0.1.0/24", "region": "GLOBAL", "service": "CLOUDFRONT", "network_border_group": "GLOBAL"}
  ],
  "ipv6_prefixes": [
    {"ipv6_prefix": "2600:1f00::/40", "region": "eu-west-2", "service": "EC2", "network_border_group": "eu-west-2"}
  ]
}"#;
    let all = read_with(text, &FeedOptions::default()).unwrap();
    assert_eq!(regions(&all.catalogue.services[0]), ["eu-west-2  18.0.0.0/24 2600:1f00::/40", "global  18.0.1.0/24"]);
    assert_eq!(all.notes[0].message, "entries that occur more than once were taken over once: 1");
    let ec2 = read_with(text, &only(&["service=EC2", "region=eu-west-2"])).unwrap();
    let destination = &ec2.catalogue.services[0].regions[0].destinations[0];
    assert_eq!(destination.provenance.as_of, AsOf::On("2026-08-22".parse().unwrap()));
    assert_eq!(read_with(text, &only(&["servise=EC2"])).unwrap_err()[0], "4:7 an entry has no key `servise`");
    assert_eq!(read_with(text, &only(&["service=S3"])).unwrap_err(), ["1:1 the list holds no address"]);
}

#[test]
fn microsoft_365_sets_become_services() {
    let text = r#"[{"id":1,"serviceArea":"Exchange","serviceAreaDisplayName":"Exchange Online","urls":["outlook.office.com"],"ips":["13.107.6.152/31","2603:1006::/40"],"tcpPorts":"80,443","udpPorts":"443","expressRoute":true,"category":"Optimize","required":true},{"id":9,"serviceArea":"Common","serviceAreaDisplayName":"Office","urls":["*.office.net"],"tcpPorts":"443","category":"Allow","required":false,"notes":"icons"},{"id":10,"serviceArea":"Common","urls":["x.example"],"tcpPorts":"443","category":"Default","required":true}]"#;
    let imported = read_with(text, &FeedOptions::default()).unwrap();
    let [exchange, office] = imported.catalogue.services.as_slice() else { panic!("{imported:?}") };
    assert_eq!((exchange.id.as_str(), exchange.destinations.len(), exchange.products.len()), ("tenant-1", 2, 2));
    assert_eq!(exchange.flows.iter().map(|flow| flow.proto).collect::<Vec<_>>(), [6, 17]);
    assert_eq!((office.flows[0].level, office.destinations[0].prefix()), (Level::Optional, None));
    assert_eq!(imported.notes[0].message, "1 of 3 endpoint sets were left out by their category");
    assert_eq!(read_with(text, &only(&["category=Default"])).unwrap().catalogue.services[0].id, "tenant-10");
    let broken = text.replace("\"tcpPorts\":\"443\"", "\"tcpPorts\":\"x\"");
    assert_eq!(
        read_with(&broken, &FeedOptions::default()).unwrap_err()[0],
        "1:1 `tcp/x` is not a flow such as `tcp/443` or `udp/500,4500`"
    );
}

#[test]
fn plain_lists_take_addresses_names_and_comments() {
    let text = "# ours\r\n18.0.0.7\r\n2600:1::/32 # v6\r\nlogin.example.com\r\n\r\n";
    let mut options = FeedOptions { region: Some("London".to_owned()), ..FeedOptions::default() };
    let service = read_with(text, &options).unwrap().catalogue.services.remove(0);
    assert_eq!(service.regions[0].destinations.len(), 3);
    options.service = Some("login".to_owned());
    assert_eq!(read_with(text, &options).unwrap_err(), ["1:1 nothing says which flows the service `login` has"]);
    options.flows = vec!["tcp/443".to_owned()];
    let service = read_with(text, &options).unwrap().catalogue.services.remove(0);
    assert_eq!((service.id.as_str(), service.flows[0].id.as_str()), ("login", "login-tcp-443"));
    assert_eq!(service.products, Product::ALL);
    assert_eq!(read_with("18.0.0.7\n18.0.0.8 9\n", &FeedOptions::default()).unwrap_err().len(), 1);
}

#[test]
fn options_grade_what_the_list_does_not() {
    let options = FeedOptions { confidence: Confidence::Low, reason: "a guess".to_owned(), ..FeedOptions::default() };
    let service = read_with("18.0.0.7\n", &options).unwrap().catalogue.services.remove(0);
    assert!(service.destinations[0].test_vector);
    assert_eq!(service.destinations[0].provenance.reason, "a guess");
    assert_eq!(service.destinations[0].provenance.title, "tenant");
}

#[test]
fn empty_and_strange_texts_are_refused() {
    for (text, said) in [
        ("", "1:1 the list is empty"),
        ("# nothing\n\n", "1:1 the list is in no known format"),
        ("<html><body>sign in, please</body></html>", "1:1 the list is in no known format"),
        ("{}", "1:1 the list holds no address"),
        ("prefix,region\n", "1:1 the list holds no address"),
        ("{\"a\": [", "1:8 "),
    ] {
        let findings = read_with(text, &FeedOptions::default()).unwrap_err();
        assert!(findings[0].starts_with(said), "{text}: {findings:?}");
    }
    let options = FeedOptions { feed: Some("xml".to_owned()), ..FeedOptions::default() };
    assert_eq!(read_with("18.0.0.7", &options).unwrap_err(), ["1:1 `xml` is not a format of lists"]);
}

#[test]
fn the_own_schema_is_read_as_it_is() {
    let text = "title: x\nupdate: {url: 'https://example.com'}\nservices: [{id: a, flows: [{id: f, proto: esp}], destinations: [18.0.0.1]}]\n";
    let imported = read_with(text, &FeedOptions::default()).unwrap();
    assert_eq!((imported.catalogue.title.as_str(), imported.catalogue.update), ("x", None));
}

#[test]
fn hostile_lists_take_no_time_worth_mentioning() {
    let start = std::time::Instant::now();
    let ports: String = (0..30_000).map(|n| format!("18.{}.{}.0/24,tcp,{n}\n", n / 250, n % 250)).collect();
    let said = read_with(&format!("prefix,proto,port\n{ports}"), &FeedOptions::default()).unwrap_err();
    assert_eq!(said, ["2:1 the list names more than 100 kinds of flows"]);
    let sources: String = (0..30_000).map(|n| format!("18.{}.{}.0/24,s{n},r{n}\n", n / 250, n % 250)).collect();
    let imported = read_with(&format!("prefix,source,region\n{sources}"), &FeedOptions::default()).unwrap();
    assert!(imported.catalogue.to_yaml("").len() > 1_000_000);
    assert!(crate::ingress::suspect::overlaps(&imported.catalogue).is_empty());
    let quotes = format!("prefix,region\n{}", "\"".repeat(200_001));
    assert!(read_with(&quotes, &FeedOptions::default()).is_err());
    assert!(read_with(&"[".repeat(200_000), &FeedOptions::default()).is_err());
    assert!(read_with(&"{\"a\":".repeat(100_000), &FeedOptions::default()).is_err());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

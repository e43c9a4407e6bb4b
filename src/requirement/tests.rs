use super::*;
use crate::source::Sources;

fn select(product: Product, regions: &[&str], services: &[&str]) -> Selected {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection { product, regions: own(regions), services: own(services) };
    requirements(&[Catalogue::shipped()], &selection)
}

fn ids(requirements: &[Requirement]) -> Vec<&str> {
    requirements.iter().map(|requirement| requirement.id.as_str()).collect()
}

fn own(text: &str) -> Catalogue {
    let mut sources = Sources::new();
    let id = sources.add("own.yaml", text);
    Catalogue::read(id, sources.text(id)).unwrap()
}

#[test]
fn the_default_is_everything_of_umbrella_dns_first() {
    let all = requirements(&[Catalogue::shipped()], &Selection::default());
    assert!(all.findings.is_empty(), "{:?}", all.findings);
    let ids = ids(&all.requirements);
    assert_eq!(
        ids[..6],
        ["dns-udp-443", "dns-udp-53", "dns-tcp-53", "dns-tcp-443", "swg-https@amsterdam", "swg-http@amsterdam"]
    );
    // 49 cities, of which 9 have no data centre of their own, with two flows each.
    assert_eq!(ids.iter().filter(|id| id.starts_with("swg-http")).count(), 80);
    assert_eq!(ids[84..89], ["sync", "api-legacy", "block-pages", "swg-anycast", "tunnels@ashburn"]);
    assert!(all.requirements[..84].iter().all(|r| r.level == Level::Required));
    assert!(all.requirements[84..].iter().all(|r| r.level != Level::Required));
    assert_eq!(all.not_checked[0].names, ["ocsp.digicert.com", "crl4.digicert.com"]);
}

#[test]
fn resolvers_are_required_over_both_families_with_client_ports() {
    let dns = &select(Product::Umbrella, &[], &["dns"]).requirements[0];
    let expected = ["208.67.222.222/32", "208.67.220.220/32", "2620:119:35::35/128", "2620:119:53::53/128"];
    assert_eq!(dns.destinations.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert_eq!((dns.proto, dns.source_ports[0], dns.destination_ports[0]), (17, (1024, 65535), (443, 443)));
    assert_eq!(dns.sources.len(), 1);
}

#[test]
fn a_region_narrows_services_with_regions_only() {
    let london = select(Product::Umbrella, &["London"], &["dns", "swg"]);
    assert_eq!(ids(&london.requirements)[3..], ["dns-tcp-443", "swg-https@london", "swg-http@london"]);
    assert_eq!(ids(&london.test_vectors), ["swg-https@london:test", "swg-http@london:test"]);
    assert_eq!(london.requirements[4].destinations.len(), 2);
    assert!(london.findings.is_empty());
}

#[test]
fn a_city_without_a_data_centre_says_who_serves_it() {
    let boston = select(Product::Umbrella, &["boston"], &["swg"]);
    assert!(boston.requirements.is_empty());
    assert_eq!(boston.test_vectors.len(), 2);
    let [finding] = boston.findings.as_slice() else { panic!("{:?}", boston.findings) };
    assert_eq!(finding.message, "no flow of `swg` is required for the region `boston`");
    assert_eq!(finding.notes, ["it has no data centre of its own and is served from `ashburn`"]);
    assert_eq!(finding.help.as_deref(), Some("add `--region ashburn`"));
}

#[test]
fn secure_access_requires_no_web_address_by_itself() {
    let all = select(Product::SecureAccess, &[], &[]);
    assert!(all.requirements.iter().all(|r| r.service != "swg"));
    let swg: Vec<&str> = ids(&all.test_vectors).into_iter().filter(|id| id.starts_with("swg")).collect();
    assert_eq!(
        swg,
        ["swg-https@london:test", "swg-http@london:test", "swg-https@singapore:test", "swg-http@singapore:test"]
    );
    assert_eq!(all.not_checked[0].id, "swg-https");
    let asked = select(Product::SecureAccess, &["eu-west-2"], &["swg"]);
    assert!(asked.findings[0].help.as_deref().is_some_and(|help| help.contains("--requirements")));
}

#[test]
fn names_that_do_not_exist_get_the_nearest_one() {
    for (regions, services, message, help) in [
        (&["londn"][..], &[][..], "there is no region `londn` for umbrella", "did you mean `london`?"),
        (&["New Yrok"], &[], "there is no region `New Yrok` for umbrella", "did you mean `new-york`?"),
        (&[], &["dsn"], "there is no service `dsn` for umbrella", "did you mean `dns`?"),
        (&["london"], &["dns"], "there is no region `london` for umbrella", "nothing that was selected has a region"),
    ] {
        let [finding] = &select(Product::Umbrella, regions, services).findings[..] else { panic!("{message}") };
        assert_eq!((finding.message.as_str(), finding.help.as_deref()), (message, Some(help)));
    }
}

#[test]
fn own_requirements_come_beside_the_shipped_ones_and_may_not_repeat_them() {
    let text = "services:\n  - id: swg\n    products: secure-access\n    flows: [{id: swg-https, proto: tcp, ports: 443}]\n    \
                regions: [{id: london, destinations: [192.0.2.0/24, 192.0.2.0/24]}]\n";
    let selection = Selection { product: Product::SecureAccess, ..Selection::default() };
    let both = requirements(&[Catalogue::shipped(), &own(text)], &selection);
    assert!(both.findings.is_empty(), "{:?}", both.findings);
    assert_eq!(ids(&both.requirements)[4], "swg-https@london");
    assert_eq!(both.requirements[4].destinations.len(), 1);

    let dns =
        own("services: [{id: dns, flows: [{id: dns-udp-53, proto: udp, ports: 53}], destinations: [192.0.2.53]}]");
    let twice = requirements(&[Catalogue::shipped(), &dns], &Selection::default());
    assert_eq!(twice.findings[0].message, "the requirement `dns-udp-53` is defined twice");
    assert_eq!(twice.requirements.iter().filter(|r| r.id == "dns-udp-53").count(), 1);
}

#[test]
fn asking_for_a_region_that_the_own_list_has_needs_no_note() {
    let text = "services:\n  - id: swg\n    products: secure-access\n    flows: [{id: swg-https, proto: tcp, ports: 443}]\n    \
                regions: [{id: london, destinations: [192.0.2.0/24]}]\n";
    let selection = Selection {
        product: Product::SecureAccess,
        regions: vec!["london".to_owned()],
        services: vec!["swg".to_owned()],
    };
    let both = requirements(&[Catalogue::shipped(), &own(text)], &selection);
    assert!(both.findings.is_empty(), "{:?}", both.findings);
    assert_eq!(ids(&both.requirements), ["swg-https@london"]);
}

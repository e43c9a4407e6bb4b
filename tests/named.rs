//! The classic mistakes: each has its code, a case that shows it, and a page that tells what it does to the client.

use fwproof::finding::Code;
use std::path::Path;

/// Each code with a case in `tests/cases` that expects it; the cases are run by `cases`.
const NAMED: [(Code, &str); 15] = [
    (Code::NoPermit, "iptables/no-permit.t"),
    (Code::Dns443Missing, "iptables/dns-443-missing.t"),
    (Code::OneProtocol, "asa/nested-groups.t"),
    (Code::OneResolver, "iptables/one-resolver.t"),
    (Code::DnsIntercepted, "asa/destination-nat.t"),
    (Code::QuicBlock, "iptables/quic-block-multiport.t"),
    (Code::DnsInspection, "asa/dns-inspection.t"),
    (Code::DnsInspectionExemption, "asa/inspection-exemption-incomplete.t"),
    (Code::V6Closed, "iptables/v6-closed.t"),
    (Code::SecureAccessNotCovered, "iptables/secure-access-not-covered.t"),
    (Code::OneRegion, "iptables/one-region.t"),
    (Code::OneWebPort, "iptables/one-web-port.t"),
    (Code::AnswerDropped, "iptables/answer-without-established.t"),
    (Code::PermitIneffective, "asa/inactive.t"),
    (Code::UdpTimeout, "asa/udp-timeout.t"),
];

/// What their pages must tell, by the words that begin each part.
const PARTS: [&str; 4] =
    ["**What the client shows.** ", "**Why it matters.** ", "**How to mend it.** ", "**Where this is from.** "];

#[test]
fn each_named_mistake_has_a_case_that_shows_it() {
    for (code, case) in NAMED {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case);
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, expected) = text.split_once("--- expect\n").unwrap();
        let shows = |line: &str| line.strip_prefix("finding ").and_then(|l| l.split(' ').next()) == Some(code.name());
        assert!(expected.lines().any(shows), "{case} does not expect {code}");
    }
}

#[test]
fn each_named_mistake_has_a_page_with_cause_effect_mend_and_source() {
    for (code, _) in NAMED {
        let page = code.page();
        let (title, rest) = page.split_once("\n\n").unwrap();
        assert_eq!(title, format!("# {code}"));
        assert!(!rest.starts_with("**"), "{code}: the cause comes first");
        for part in PARTS {
            assert_eq!(page.matches(&format!("\n\n{part}")).count(), 1, "{code}: {part}");
        }
    }
}

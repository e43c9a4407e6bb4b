//! What is recognised but not read, and how to export something that is.

/// A kind of text that is not read.
pub struct Unread {
    /// What it is: "the output of `iptables -L`".
    pub what: &'static str,
    /// What to export instead.
    pub instead: &'static str,
    recognises: fn(&str) -> bool,
}

/// What a text is, when it is something that is known and not read.
pub fn recognised_but_unread(text: &str) -> Option<&'static Unread> {
    UNREAD.iter().find(|kind| (kind.recognises)(text))
}

const SAVE: &str = "run `iptables-save -c` and `ip6tables-save -c` on the firewall and give fwproof their output";

const UNREAD: &[Unread] = &[
    Unread {
        what: "an ipset file",
        instead: "this is an ipset file: give it with `--ipset FILE` beside the rule set that uses it",
        recognises: super::ipset::recognises,
    },
    Unread {
        what: "the output of `iptables -L`",
        instead: "a listing leaves out interfaces and match options; run `iptables-save -c` (and `ip6tables-save -c`) instead",
        recognises: |t| {
            any_line(t, |l| {
                l.starts_with("Chain ") && l.ends_with(')') && (l.contains("(policy ") || l.contains(" references)"))
            })
        },
    },
    Unread {
        what: "the output of `nft list ruleset`",
        instead: "native nftables rules are not read; where the rules were written with iptables-nft, run `iptables-save -c` instead",
        recognises: |t| {
            any_line(t, |l| {
                starts_with_words(l, "table", &["inet", "ip", "ip6", "bridge", "arp", "netdev"]) && l.ends_with('{')
            })
        },
    },
    Unread {
        what: "a shell script that calls iptables",
        instead: SAVE,
        recognises: |t| {
            any_line(t, |l| {
                let command = l.split_whitespace().find(|w| !matches!(*w, "sudo" | "exec") && !w.contains('='));
                command.is_some_and(|w| {
                    let name = w.rsplit('/').next().unwrap_or(w).trim_matches(['"', '$', '{', '}']);
                    matches!(name.to_ascii_lowercase().as_str(), "iptables" | "ip6tables" | "ipt" | "ipt6")
                })
            })
        },
    },
    Unread {
        what: "the output of `ufw status`",
        instead: SAVE,
        recognises: |t| t.trim_start().starts_with("Status: ") && t.contains("Action"),
    },
    Unread {
        what: "a FortiOS configuration",
        instead: "FortiOS is not read; write the policy as a fwproof YAML rule set (docs/yaml.md)",
        recognises: |t| any_line(t, |l| l.starts_with("config firewall ") || l.starts_with("#config-version=FG")),
    },
    Unread {
        what: "a PAN-OS configuration",
        instead: "PAN-OS is not read; write the policy as a fwproof YAML rule set (docs/yaml.md)",
        recognises: |t| {
            t.trim_start().starts_with("<config ") && t.contains("<devices>")
                || any_line(t, |l| l.starts_with("set rulebase security ") || l.starts_with("set deviceconfig "))
        },
    },
    Unread {
        what: "a Junos configuration",
        instead: "Junos is not read; write the policy as a fwproof YAML rule set (docs/yaml.md)",
        recognises: |t| {
            any_line(t, |l| l.starts_with("set security policies ") || l.starts_with("set firewall family "))
                || any_line(t, |l| l == "security {" || l == "firewall {")
                    && any_line(t, |l| {
                        l.starts_with("policies {") || l.starts_with("family inet") || l.starts_with("from-zone ")
                    })
        },
    },
    Unread {
        what: "a pf rule set",
        instead: "pf is not read; write the policy as a fwproof YAML rule set (docs/yaml.md)",
        recognises: |t| {
            any_line(t, |l| {
                let mut words = l.split_whitespace();
                matches!(words.next(), Some("pass" | "block"))
                    && matches!(words.next(), Some("in" | "out" | "quick" | "log" | "all" | "drop" | "return"))
            })
        },
    },
    Unread {
        what: "a part of an Aerleon policy",
        instead: "give the policy that includes the terms; definitions of networks and services are given with `--definitions DIR`",
        recognises: super::aerleon::part,
    },
];

fn any_line(text: &str, test: impl Fn(&str) -> bool) -> bool {
    text.lines().map(str::trim).any(test)
}

fn starts_with_words(line: &str, first: &str, second: &[&str]) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some(first) && words.next().is_some_and(|w| second.contains(&w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_recognised_by_a_sample_of_its_own() {
        let samples = [
            ("ipset", "create OFFICE hash:net family inet\nadd OFFICE 10.20.0.0/16\n"),
            ("ipset", "Name: OFFICE\nType: hash:net\nMembers:\n10.20.0.0/16\n"),
            ("iptables -L", "Chain FORWARD (policy DROP)\ntarget prot opt source destination\n"),
            ("nft list", "table inet filter {\n\tchain forward {\n"),
            ("shell script", "#!/bin/sh\nIPT=/sbin/iptables\n$IPT -P FORWARD DROP\n"),
            ("shell script", "sudo /usr/sbin/iptables -A INPUT -j ACCEPT\n"),
            ("ufw", "Status: active\n\nTo                         Action      From\n"),
            ("FortiOS", "config firewall policy\n    edit 1\n"),
            ("PAN-OS", "set rulebase security rules web action allow\n"),
            ("Junos", "set security policies from-zone trust to-zone untrust policy web match application any\n"),
            ("pf", "block in all\npass out quick on egress\n"),
        ];
        for (what, text) in samples {
            let known = recognised_but_unread(text).map(|u| u.what).unwrap_or_default();
            assert!(known.contains(what), "{what}: {known}");
        }
    }

    #[test]
    fn prose_is_none_of_them() {
        assert!(recognised_but_unread("Dear all,\nplease find the table below.\n").is_none());
    }
}

use super::*;

fn typed(format: &str, families: &[Family], old: &str, new: &str) -> String {
    commands(format, families, &ReadOptions::default(), old, new).unwrap().join("\n")
}

#[test]
fn rules_of_iptables_get_their_number_as_it_is_loaded() {
    let old = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.1,10.0.0.2 -d 10.1.0.1,10.1.0.2 -j DROP\n\
               [5:9] -A FORWARD -j LOG\n-A FORWARD -j DROP\nCOMMIT\n";
    let new = old.replace("-A FORWARD -j DROP\n", "-A FORWARD -s 10.0.0.9/32 -j ACCEPT\n-A FORWARD -j DROP\n");
    assert_eq!(typed("iptables", &[Family::V4], old, &new), "iptables -t filter -I FORWARD 6 -s 10.0.0.9/32 -j ACCEPT");
    assert!(typed("iptables", &[Family::V6], old, &new).starts_with("ip6tables -t filter"));
}

#[test]
fn no_word_of_a_text_acts_in_a_shell() {
    let old = "*filter\n:A$(id) - [0:0]\n-A A$(id) -p udp -m multiport --dports 53 -m comment \
               --comment \"it's \\\"`id`\\\" $(id)\" -j ACCEPT\nCOMMIT\n";
    let new = old.replace("--dports 53", "--dports 53,443");
    assert_eq!(
        typed("iptables", &[Family::V4], old, &new),
        "iptables -t filter -R 'A$(id)' 1 -p udp -m multiport --dports 53,443 -m comment \
         --comment 'it'\\''s \"`id`\" $(id)' -j ACCEPT"
    );
}

#[test]
fn entries_of_an_asa_say_their_line_and_members_their_group() {
    let old = "object-group network G\n network-object host 10.0.0.1\naccess-list L remark x\n\
               access-list L extended deny ip any any\naccess-list M extended permit ip any any\n";
    let new = old.replace("host 10.0.0.1\n", "host 10.0.0.1\n network-object host 10.0.0.2\n").replace(
        "access-list L extended deny",
        "access-list L extended permit udp any any\naccess-list L extended deny",
    );
    assert_eq!(
        typed("asa", &[Family::V4], old, &new),
        "object-group network G\n network-object host 10.0.0.2\nexit\naccess-list L line 2 extended permit udp any any"
    );
}

#[test]
fn entries_of_a_router_get_numbers_between_their_neighbours() {
    let old = "ip access-list extended L\n permit tcp any any\n deny ip any any\n";
    let new = old.replace(" deny", " permit udp any any\n deny");
    assert_eq!(
        typed("ios", &[Family::V4], old, &new),
        "ip access-list resequence L 1000 1000\nip access-list extended L\n 1001 permit udp any any\nexit"
    );
}

#[test]
fn entries_of_sets_are_added_and_files_are_not_typed() {
    assert_eq!(typed("ipset", &[], "create S hash:ip\n", "create S hash:ip\nadd S 10.0.0.1\n"), "ipset add S 10.0.0.1");
    assert_eq!(commands("yaml", &[], &ReadOptions::default(), "a: 1\n", "a: 2\n"), None);
}

#[test]
fn entries_that_ansible_knows_are_typed_as_an_asa_takes_them() {
    let old = "acls:\n- name: L\n  aces:\n  - {line: 1, remark: x}\n  - {line: 2, grant: deny, protocol: ip, source: {any: true}, \
               destination: {any: true}}\n";
    let entry =
        "grant: permit, protocol: udp, source: {any: true}, destination: {host: 10.0.0.1, port_protocol: {eq: 53}}}\n";
    let typed = |new: &str| typed("ansible", &[Family::V4], old, new);
    let above = "access-list L line 2 extended permit udp any host 10.0.0.1 eq 53";
    assert_eq!(typed(&format!("{old}  - {{line: 2, {entry}")), above);
    assert_eq!(typed(&format!("{old}  - {{{entry}")), above.replace("line 2", "line 3"));
}

#[test]
fn rules_in_yaml_are_typed_for_their_family_unless_their_numbers_are_not_seen() {
    let old = "ipv4:\n  policies: {FORWARD: DROP}\n  rules: [-N X, -A FORWARD -p tcp -j ACCEPT]\nipv6:\n  filter:\n    FORWARD:\n    - -p tcp \
               -j ACCEPT\n    - -j DROP\n";
    let new = old.replace("    - -j DROP", "    - -d 2001:db8::1/128 -j ACCEPT\n    - -j DROP");
    let new = new.replace("-j ACCEPT]", "-j ACCEPT, -A FORWARD -d 10.0.0.1/32 -j ACCEPT]");
    assert_eq!(
        typed("iptables-yaml", &Family::BOTH, old, &new),
        "iptables -t filter -I FORWARD 2 -d 10.0.0.1/32 -j ACCEPT\n\
         ip6tables -t filter -I FORWARD 2 -d 2001:db8::1/128 -j ACCEPT"
    );
    let moved = |text: &str| text.replace("-N X", "-N X, -A FORWARD -j LOG, -I FORWARD 1 -p udp -j DROP");
    let options = ReadOptions::default();
    assert_eq!(commands("iptables-yaml", &Family::BOTH, &options, &moved(old), &moved(&new)), None);
}

//! Corners of the command line and of texts: nothing panics, nothing hangs, nothing unread is permitted.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;

const OPEN: &str = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m comment --comment open -j ACCEPT\nCOMMIT\n";
const NATIVE: &str = "fwproof: 1\ninterfaces: [lan, wan]\nrules:\n  - {action: permit, in: lan, out: wan}\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

/// Runs the program; what hangs is killed, and then has no exit code.
fn run_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command.current_dir(folder).args(arguments).env("SOURCE_DATE_EPOCH", "1767225600").env("NO_COLOR", "1");
    let output: Output = command.timeout(Duration::from_secs(60)).write_stdin(input).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let errors = text(output.stderr);
    assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
    let code = output.status.code().unwrap_or_else(|| panic!("{arguments:?} was killed"));
    (code, text(output.stdout), errors)
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    run_with_input(folder.path(), arguments, b"")
}

/// The verdicts on DNS of one rule set, and the exit code.
fn verdicts(name: &str, text: &[u8]) -> (i32, Vec<String>) {
    let folder = folder(&[(name, text)]);
    let arguments = ["check", name, "--service", "dns", "--from", "10.0.0.0/8", "--output", "json"];
    let (code, out, _) = run(&folder, &arguments);
    let report: Value = serde_json::from_str(&out).unwrap();
    let results = report["results"].as_array().unwrap();
    (code, results.iter().map(|r| r["verdict"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn no_arguments_show_the_usage() {
    let folder = folder(&[]);
    let (code, out, errors) = run(&folder, &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(errors.contains("Usage: fwproof"), "{errors}");
    assert_eq!(run(&folder, &["check"]).0, 2);
    assert_eq!(run(&folder, &["frobnicate"]).0, 2);
    assert_eq!(run(&folder, &["--version"]).0, 0);
}

#[test]
fn files_that_cannot_be_used_are_errors() {
    let folder = folder(&[
        ("empty.v4", b""),
        ("blank.v4", b" \n\n"),
        ("notes.txt", b"buy milk\n"),
        ("open.v4", OPEN.as_bytes()),
    ]);
    for name in ["empty.v4", "blank.v4", "missing.v4", "notes.txt"] {
        for subcommand in ["check", "show"] {
            let (code, out, errors) = run(&folder, &[subcommand, name]);
            assert_eq!(code, 2, "{subcommand} {name}");
            assert!(format!("{out}{errors}").contains(name), "{subcommand} {name}: {out}{errors}");
        }
        assert_eq!(run(&folder, &["check", "open.v4", name]).0, 2, "beside a good one: {name}");
        assert_eq!(run(&folder, &["check", name, "--exit-zero"]).0, 2, "{name}");
    }
}

#[test]
fn a_directory_is_walked_and_what_is_no_rule_set_is_noted() {
    let folder = folder(&[("notes.txt", b"buy milk\n"), ("open.v4", OPEN.as_bytes())]);
    let (code, out, _) = run(&folder, &["check", ".", "--from", "10.0.0.0/8"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("note[skipped]") && out.contains("notes.txt"), "{out}");
    std::fs::remove_file(folder.path().join("open.v4")).unwrap();
    assert_eq!(run(&folder, &["check", "."]).0, 2, "a directory without a rule set");
}

#[test]
fn standard_input_is_a_rule_set() {
    let folder = folder(&[]);
    let (code, out, _) = run_with_input(folder.path(), &["check", "-", "--from", "10.0.0.0/8"], OPEN.as_bytes());
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("<stdin>"), "{out}");
    assert_eq!(run_with_input(folder.path(), &["check", "-"], b"").0, 2);
    assert_eq!(run_with_input(folder.path(), &["show", "-"], OPEN.as_bytes()).0, 0);
}

#[test]
fn wrong_values_are_usage_errors_with_the_nearest_name() {
    let folder = folder(&[("open.v4", OPEN.as_bytes()), ("native.yaml", NATIVE.as_bytes())]);
    for (arguments, said) in [
        (["check", "open.v4", "--region", "lodnon"], "london"),
        (["check", "open.v4", "--service", "dsn"], "dns"),
        (["check", "native.yaml", "--in-interface", "lam"], "lan"),
        (["check", "open.v4", "--from", "10.0.0.0/33"], "10.0.0.0/33"),
        (["check", "open.v4", "--from", "office"], "office"),
        (["check", "open.v4", "--date", "2026-02-30"], "2026-02-30"),
        (["check", "open.v4", "--date", "soon"], "soon"),
        (["check", "open.v4", "--format", "iptable"], "iptables"),
        (["check", "open.v4", "--output", "xml"], "json"),
        (["check", "open.v4", "--product", "umbrela"], "umbrella"),
        (["check", "open.v4", "--requirements", "none.yaml"], "none.yaml"),
        (["trace", "open.v4", "--flow", "udp somewhere"], "somewhere"),
        (["trace", "open.v4", "--flow", "udp 10.0.0.1 > 1.2.3.4"], "port"),
    ] {
        let (code, out, errors) = run(&folder, &arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{errors}");
        assert!(format!("{out}{errors}").contains(said), "{arguments:?}: {out}{errors}");
    }
    assert_eq!(run(&folder, &["explain", "quic-blok"]).0, 2);
    assert_eq!(run(&folder, &["check", "open.v4", "--no-default-requirements"]).0, 2);
}

#[test]
fn exit_zero_hides_denials_but_no_errors() {
    let closed = OPEN.replace("ACCEPT", "DROP");
    let folder = folder(&[("closed.v4", closed.as_bytes())]);
    assert_eq!(run(&folder, &["check", "closed.v4"]).0, 1);
    assert_eq!(run(&folder, &["check", "closed.v4", "--exit-zero"]).0, 0);
    assert_eq!(run(&folder, &["check", "closed.v4", "--exit-zero", "--region", "lodnon"]).0, 2);
}

#[test]
fn garbage_is_no_rule_set() {
    let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
    let garbage: Vec<u8> = (0..200_000).map(noise).collect();
    assert_eq!(verdicts("garbage.v4", &garbage), (2, vec![]));
    assert_eq!(verdicts("garbage.yaml", &[&b"fwproof: 1\nrules: "[..], &[b'['; 20_000]].concat()), (2, vec![]));
    for format in ["iptables", "asa", "ios", "yaml", "yaml-list"] {
        let folder = folder(&[("garbage", &garbage)]);
        let (code, out, _) = run(&folder, &["check", "garbage", "--format", format, "--output", "json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        let permitted = report["results"].as_array().unwrap().iter().any(|r| r["verdict"] == "permitted");
        assert!(code != 0 && !permitted, "{format}: {code}");
    }
}

#[test]
fn a_line_of_a_megabyte_is_read() {
    let text = OPEN.replace("comment open", &format!("comment {}", "x".repeat(1_000_000)));
    assert_eq!(verdicts("long.v4", text.as_bytes()), (0, vec!["permitted".to_owned(); 4]));
    let text = OPEN.replace("-j ACCEPT", &format!("-j {}", "X".repeat(1_000_000)));
    assert_eq!(verdicts("long.v4", text.as_bytes()), (3, vec!["undecided".to_owned(); 4]));
}

#[test]
fn utf_16_is_decoded() {
    let units = |big: bool| -> Vec<u8> {
        let order = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        format!("\u{feff}{OPEN}").encode_utf16().flat_map(order).collect()
    };
    for big in [false, true] {
        assert_eq!(verdicts("utf16.v4", &units(big)), (0, vec!["permitted".to_owned(); 4]));
    }
}

#[test]
fn bytes_that_are_no_text_never_permit() {
    for line in [
        &b"-A FORWARD -p udp --dport 4\xff43 -j DROP"[..],
        b"-A FORWARD \xc3\x28\xa0 -j DROP",
        b"\xff\xfe\xfd",
        b"-A FORWARD -j ACC\0EPT",
        b"-A FORWARD -p udp\0 -j DROP",
        b"\0\0\0\0",
    ] {
        let text = [b"*filter\n:FORWARD DROP [0:0]\n", line, b"\n-A FORWARD -j ACCEPT\nCOMMIT\n"].concat();
        let (code, verdicts) = verdicts("odd.v4", &text);
        let some_undecided = verdicts.iter().any(|v| v == "undecided");
        assert!(code == 3 && some_undecided, "{}: {code} {verdicts:?}", String::from_utf8_lossy(line));
    }
}

#[test]
fn ten_thousand_chains_deep_is_no_trouble() {
    let count = 10_000;
    let declared: String = (0..count).map(|i| format!(":C{i} - [0:0]\n")).collect();
    let last = count - 1;
    for verb in ["-j", "-g"] {
        let jumps: String = (0..last).map(|i| format!("-A C{i} {verb} C{}\n", i + 1)).collect();
        let text =
            format!("*filter\n:FORWARD DROP [0:0]\n{declared}-A FORWARD -j C0\n{jumps}-A C{last} -j ACCEPT\nCOMMIT\n");
        assert_eq!(verdicts("deep.v4", text.as_bytes()).0, 3, "{verb}");
    }
}

#[test]
fn chains_that_call_the_next_one_twice_end() {
    let declared: String = (0..40).map(|i| format!(":C{i} - [0:0]\n")).collect();
    let jumps: String = (0..39).map(|i| format!("-A C{i} -j C{n}\n-A C{i} -j C{n}\n", n = i + 1)).collect();
    let text =
        format!("*filter\n:FORWARD DROP [0:0]\n{declared}-A FORWARD -j C0\n{jumps}-A C39 -p icmp -j ACCEPT\nCOMMIT\n");
    assert_ne!(verdicts("wide.v4", text.as_bytes()).0, 0);
}

#[test]
fn numbers_out_of_range_are_not_understood() {
    let text = "*filter\n:FORWARD DROP [99999999999999999999999999:99999999999999999999999999]\n\
        [99999999999999999999999999:1] -A FORWARD -p udp --dport 99999999999999999999 -j ACCEPT\n\
        -A FORWARD -s 999.1.2.3/99 -j ACCEPT\n-A FORWARD -p 256 -j ACCEPT\nCOMMIT\n";
    assert_eq!(verdicts("huge.v4", text.as_bytes()), (3, vec!["undecided".to_owned(); 4]));
}

#[test]
fn packets_are_answered_line_by_line_and_errors_name_their_line() {
    let good = r#"{"id": 1, "src": "10.0.0.1", "dst": "208.67.222.222", "proto": "udp", "dport": 443}"#;
    let files = |second: &str| format!("{good}\n\n{second}\n");
    let ask = |second: &str| {
        let text = files(second);
        let folder = folder(&[("open.v4", OPEN.as_bytes()), ("p.jsonl", text.as_bytes())]);
        run(&folder, &["trace", "open.v4", "--packets", "p.jsonl"])
    };
    let (code, out, _) = ask(&good.replace("\"id\": 1", "\"id\": \"two\""));
    assert_eq!((code, out.lines().count()), (0, 2));
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["packet"], &first["verdict"]), (&1.into(), &"ACCEPT".into(), &"permitted".into()));
    for wrong in [
        "{",
        "[]",
        "{\"id\": 2}",
        &good.replace("udp", "xyz"),
        &good.replace("10.0.0.1", "10.0.0.1.2"),
        &good.replace("443", "70000"),
        &good.replace("\"id\"", "\"ident\""),
        &good.replace("10.0.0.1", "::1"),
    ] {
        let (code, out, errors) = ask(wrong);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong}");
        assert!(errors.contains("line 3"), "{wrong}: {errors}");
    }
}

#[test]
fn what_the_machine_itself_sends_has_come_in_by_no_interface() {
    let packet = r#"{"id": 1, "src": "10.0.0.1", "dst": "208.67.222.222", "proto": "udp", "dport": 443, "in": "eth0"}"#;
    let own = "*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -j DROP\nCOMMIT\n";
    let folder = folder(&[("own.v4", own.as_bytes()), ("p.jsonl", packet.as_bytes())]);
    let flow = ["trace", "own.v4", "--hook", "output", "--flow", "udp 10.0.0.1:5000 > 208.67.222.222:53"];
    let (code, out, _) = run(&folder, &flow);
    assert!(code == 0 && out.contains("(sent by the machine itself, out other)"), "{out}");
    assert!(out.contains("end of filter OUTPUT") && !out.contains("FORWARD"), "{out}");
    let (code, _, errors) = run(&folder, &[&flow[..], &["--in-interface", "eth0"]].concat());
    assert!(code == 2 && errors.contains("exclude each other"), "{errors}");
    let (code, _, errors) = run(&folder, &["trace", "own.v4", "--hook", "output", "--packets", "p.jsonl"]);
    assert!(code == 2 && errors.contains("line 1: `in` has no meaning"), "{errors}");
    let (code, out, _) = run(&folder, &["check", "own.v4", "--hook", "output", "--from", "10.0.0.1"]);
    assert!(code == 1 && out.contains("what the machine itself sends (`--hook output`)"), "{out}");
    assert!(out.contains("a capture there shows nothing\n"), "{out}");
    let (code, out, _) = run(&folder, &["check", "own.v4", "--hook", "output", "--output", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["hook"]), (1, &"output".into()));
    assert_eq!(run(&folder, &["check", "own.v4", "--hook", "input"]).0, 2);
}

#[test]
fn one_firewall_may_be_several_files() {
    let v6 = OPEN.replace("*filter", "# Generated by ip6tables-save v1.8.9\n*filter");
    let folder = folder(&[("a.v4", OPEN.as_bytes()), ("a.v6", v6.as_bytes()), ("b.v4", OPEN.as_bytes())]);
    let pair = ["a.v4", "a.v6"];
    let (code, out, _) = run(&folder, &[&["check", "--from", "10.0.0.0/8"], &pair[..]].concat());
    assert!(code == 0 && out.contains("a (one firewall, 2 files)\n  a.v4 (iptables"), "{out}");
    let (code, out, _) = run(&folder, &[&["show"], &pair[..]].concat());
    assert!(code == 0 && out.contains("a.v4 (iptables") && out.contains("\na.v6 (iptables"), "{out}");
    for flow in ["udp 10.0.0.1:5000 > 208.67.222.222:53", "udp [fd00::1]:5000 > [2620:119:35::35]:53"] {
        let (code, out, errors) = run(&folder, &[&["trace", "--flow", flow], &pair[..]].concat());
        assert!(code == 0, "{out}{errors}");
        let (code, out, errors) = run(&folder, &["trace", "--flow", flow, "--firewall", "x=a.v4,a.v6"]);
        assert!(code == 0, "{out}{errors}");
    }
    let (code, _, errors) = run(&folder, &["trace", "a.v4", "b.v4", "--flow", "udp 10.0.0.1:5000 > 208.67.222.222:53"]);
    assert!(code == 2 && errors.contains("`a.v4`, `b.v4` are several firewalls"), "{errors}");
    let (code, out, _) = run(&folder, &["check", ".", "--firewall", "hq=a.v4,a.v6", "--from", "10.0.0.0/8"]);
    assert!(code == 0 && out.contains("2 rule sets") && out.contains("hq (one firewall"), "{out}");
}

#[test]
fn a_firewall_that_cannot_be_read_says_how_to_name_it() {
    let folder = folder(&[("a,b.v4", OPEN.as_bytes())]);
    for (value, said) in [
        ("a,b.v4", "NAME=FILE,FILE"),
        ("=a.v4", "is empty"),
        ("hq=", "a file name is empty"),
        ("hq=a,b.v4", "a link without one can stand for"),
        ("hq=.", "it is a directory"),
    ] {
        let (code, out, errors) = run(&folder, &["check", "--firewall", value]);
        assert!(code == 2 && format!("{out}{errors}").contains(said), "{value}: {out}{errors}");
    }
}

/// Each of these rules leaves open whether it permits; together they must not cost more than one after the other.
#[test]
fn many_open_rules_are_no_reason_to_hang() {
    let mac = |n: u32| format!("-A FORWARD -m mac --mac-source 02:00:00:00:00:{n:02x} -j ACCEPT\n");
    let rules: String = (0..150).map(mac).collect();
    let text = format!("*filter\n:FORWARD DROP [0:0]\n{rules}COMMIT\n");
    let (code, verdicts) = verdicts("fw.v4", text.as_bytes());
    assert!(code == 3 && verdicts.iter().all(|verdict| verdict == "undecided"), "{code} {verdicts:?}");
}

#[test]
fn thousands_of_mistakes_are_told_and_nothing_else_is_lost() {
    let rules: String = (0..2_000).map(|n| format!("  - {{action: permit, from: 10.0.0.{n}}}\n")).collect();
    let text = format!("fwproof: 1\nrules:\n  - {{action: deny, proto: udp, ports: 53}}\n{rules}");
    let folder = folder(&[("fw.yaml", text.as_bytes())]);
    let arguments = ["check", "fw.yaml", "--service", "dns", "--from", "10.9.0.0/16", "--output", "json"];
    let (code, out, _) = run(&folder, &arguments);
    let report: Value = serde_json::from_str(&out).unwrap();
    let told = report["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "invalid-value").count();
    let verdict = |id: &str| {
        report["results"].as_array().unwrap().iter().find(|r| r["requirement"] == id).unwrap()["verdict"].clone()
    };
    assert_eq!((code, told), (1, 1_744));
    assert_eq!((verdict("dns-udp-53"), verdict("dns-udp-443")), ("denied".into(), "undecided".into()));
}

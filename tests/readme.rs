//! What the README, the documentation and the examples show, held against the program.

use fwproof::ingress::Catalogue;
use fwproof::source::Sources;

#[test]
fn sessions() {
    trycmd::TestCases::new()
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .case("README.md")
        .case("docs/json.md")
        .case("docs/diff.md")
        .case("docs/fix.md")
        .case("docs/ingress.md");
}

#[test]
fn the_example_of_own_requirements_is_valid() {
    let mut sources = Sources::new();
    let text = std::fs::read_to_string("examples/requirements.yaml").unwrap();
    let source = sources.add("examples/requirements.yaml", text);
    let catalogue = Catalogue::read(source, sources.text(source)).unwrap();
    assert_eq!(catalogue.services.len(), 3);
}

/// One port of four is enough for the tunnel of the example.
#[test]
fn a_flow_with_an_alternative_is_not_required() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("a.v4");
    let web = "162.159.137.105,162.159.138.105,162.159.36.1,162.159.46.1";
    let text = |port: u16| {
        format!(
            "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/8 -d 162.159.193.0/24 -p udp --dport {port} -j ACCEPT\n\
             -A FORWARD -s 10.0.0.0/8 -d {web} -p tcp --dport 443 -j ACCEPT\n\
             -A FORWARD -m state --state ESTABLISHED -j ACCEPT\nCOMMIT\n"
        )
    };
    for (port, code, levels) in [(1701, 0, ["alternative", "required"]), (9, 1, ["required", "required"])] {
        std::fs::write(&rules, text(port)).unwrap();
        let mut command = assert_cmd::Command::cargo_bin("fwproof").unwrap();
        command.args(["check", "--no-default-requirements", "--requirements", "examples/cloudflare-warp.yaml"]);
        let output = command.args(["--output", "json"]).arg(&rules).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let level = |id: &str| {
            let mut results = report["results"].as_array().unwrap().iter();
            results.find(|result| result["requirement"] == id).unwrap()["level"].as_str().unwrap().to_owned()
        };
        assert_eq!(output.status.code(), Some(code), "{port}");
        assert_eq!([level("warp-udp-2408"), level("warp-udp-1701")], levels.map(str::to_owned), "{port}");
    }
}

/// `.ci/run` takes the test command from the README.
#[test]
fn the_readme_has_one_test_command() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (_, after) = readme.split_once("\n<!-- test command -->\n").unwrap();
    let lines: Vec<&str> = after.lines().take(3).collect();
    assert_eq!(lines, ["```sh", "cargo test --locked", "```"]);
}

//! What the README, the documentation and the examples show, held against the program.

use fwproof::ingress::Catalogue;
use fwproof::source::Sources;

#[test]
fn sessions() {
    trycmd::TestCases::new()
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .case("README.md")
        .case("docs/json.md")
        .case("docs/diff.md");
}

#[test]
fn the_example_of_own_requirements_is_valid() {
    let mut sources = Sources::new();
    let text = std::fs::read_to_string("examples/requirements.yaml").unwrap();
    let source = sources.add("examples/requirements.yaml", text);
    let catalogue = Catalogue::read(source, sources.text(source)).unwrap();
    assert_eq!(catalogue.services.len(), 3);
}

/// `.ci/run` takes the test command from the README.
#[test]
fn the_readme_has_one_test_command() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (_, after) = readme.split_once("\n<!-- test command -->\n").unwrap();
    let lines: Vec<&str> = after.lines().take(3).collect();
    assert_eq!(lines, ["```sh", "cargo test --locked", "```"]);
}

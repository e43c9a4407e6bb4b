//! The sessions of the README and of the documentation, run as they are written.

#[test]
fn sessions() {
    trycmd::TestCases::new().env("SOURCE_DATE_EPOCH", "1767225600").case("README.md").case("docs/json.md");
}

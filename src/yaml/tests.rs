use super::*;
use crate::source::Sources;
use std::time::Duration;

/// Reads a text and hands the tree to `look`, with the sources to ask for places.
fn with<T>(text: &str, look: impl FnOnce(&Sources, Result<Node, Vec<Finding>>) -> T) -> T {
    let mut sources = Sources::new();
    let id = sources.add("t.yaml", text);
    look(&sources, read(id, sources.text(id)))
}

/// A tree on one line: `[a, {k: v}]`, `~` for nothing, quoted scalars in quotes.
fn brief(node: &Node) -> String {
    match node {
        Node::Null(_) => "~".to_owned(),
        Node::Scalar(s) if s.quoted => format!("'{}'", s.text),
        Node::Scalar(s) => s.text.to_string(),
        Node::Sequence(items, _) => format!("[{}]", items.iter().map(brief).collect::<Vec<_>>().join(", ")),
        Node::Mapping(m) => {
            let entries = m.entries.iter().map(|(k, v)| format!("{}: {}", k.text, brief(v)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn tree(text: &str) -> String {
    with(text, |_, node| brief(&node.unwrap()))
}

/// `line:column code message` of each finding.
fn findings(text: &str) -> Vec<String> {
    with(text, |sources, node| {
        let describe = |f: &Finding| {
            let at = sources.position(f.span().unwrap());
            format!("{}:{} {} {}", at.line, at.column, f.code, f.message)
        };
        node.unwrap_err().iter().map(describe).collect()
    })
}

/// Every scalar of a tree, keys too.
fn scalars<'n, 'a>(node: &'n Node<'a>, into: &mut Vec<&'n Scalar<'a>>) {
    match node {
        Node::Null(_) => (),
        Node::Scalar(scalar) => into.push(scalar),
        Node::Sequence(items, _) => items.iter().for_each(|item| scalars(item, into)),
        Node::Mapping(mapping) => mapping.entries.iter().for_each(|(key, value)| {
            into.push(key);
            scalars(value, into);
        }),
    }
}

#[test]
fn scalars_keep_the_letters_that_were_written() {
    for word in [
        "010",
        "no",
        "yes",
        "on",
        "true",
        "1.10",
        "0x50",
        "0o17",
        "0b1",
        "2026-08-22",
        "1e3",
        ".inf",
        "-0",
        "+5",
        "1_000",
        "12:30:45",
        "10.0.0.0/8",
        "2620:119:35::35",
        "99999999999999999999999999999999999999999999",
    ] {
        assert_eq!(tree(&format!("k: {word}\n")), format!("{{k: {word}}}"));
        assert_eq!(tree(&format!("k: '{word}'\n")), format!("{{k: '{word}'}}"));
        assert_eq!(tree(&format!("[{word}, {word}]")), format!("[{word}, {word}]"));
    }
}

#[test]
fn nothing_is_nothing_only_without_quotes() {
    assert_eq!(tree("a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: \"null\"\n"), "{a: ~, b: ~, c: ~, d: '', e: '~', f: 'null'}");
}

#[test]
fn collections_anchors_and_tags_are_read() {
    for (text, expected) in [
        ("- 1\n- [2, {a: 3}]\n", "[1, [2, {a: 3}]]"),
        ("a: &x [1, 010]\nb: *x\nc: *x\n", "{a: [1, 010], b: [1, 010], c: [1, 010]}"),
        ("a: &x 0x50\nb: *x\n", "{a: 0x50, b: 0x50}"),
        ("a: !!map {k: !!int 1}\nc: !!str 010\nd: !<tag:yaml.org,2002:seq> [! x]\n", "{a: {k: 1}, c: 010, d: [x]}"),
        ("- - 1\n  - 2\n- {}\n- []\n", "[[1, 2], {}, []]"),
        ("{\"a\":\"b\"}", "{a: 'b'}"),
    ] {
        assert_eq!(tree(text), expected);
    }
}

#[test]
fn tags_of_other_programs_are_passed_over_only_where_that_is_asked_for() {
    let text = "a: !vault |\n  x y\nb: !set [1]\nd: !m {k: 1}\n";
    assert_eq!(findings(text), ["1:4 invalid-yaml the tag `!vault` is not one of YAML"]);
    assert_eq!(findings("a: [x!y, !not 10.0.0.0/8]\n"), ["1:10 invalid-yaml the tag `!not` is not one of YAML"]);
    let mut sources = Sources::new();
    let id = sources.add("t.yaml", text);
    assert_eq!(brief(&read_beside_tags(id, text).unwrap()), "{a: 'x y\n', b: [1], d: {k: 1}}");
}

#[test]
fn spans_are_exact_with_bom_crlf_comments_quotes_and_aliases() {
    let text = "\u{feff}# ü\r\nname: \"zwölf\"   # c\r\nlist: [10, 'a b', &x 0x1F]\r\nagain: *x\r\n";
    with(text, |sources, node| {
        let node = node.unwrap();
        let mut all = Vec::new();
        scalars(&node, &mut all);
        assert_eq!(all.len(), 8);
        for scalar in all {
            assert_eq!(sources.slice(scalar.span), scalar.text);
        }
        let twelve = node.get("name").unwrap();
        assert_eq!(sources.place(twelve.span()), "t.yaml:2:8");
        assert_eq!(sources.slice(node.get("list").unwrap().span()), "10, 'a b', &x 0x1F");
        assert_eq!(sources.place(node.get("again").unwrap().head()), "t.yaml:3:22");
    });
}

#[test]
fn scalars_without_an_exact_place_have_one_near_by() {
    let text = "a: \"tab\\there\"\nb: |\n  some text\n  more\nc: one\n  two\nd: \"\\u0041\"\ne: []\nf:\n";
    with(text, |sources, node| {
        let node = node.unwrap();
        assert_eq!(brief(&node), "{a: 'tab\there', b: 'some text\nmore\n', c: 'one two', d: 'A', e: [], f: ~}");
        let place = |key| sources.place(node.get(key).unwrap().span());
        assert_eq!(
            ["a", "b", "c", "e", "f"].map(place),
            ["1:5", "3:3", "5:4", "8:4", "9:3"].map(|p| format!("t.yaml:{p}"))
        );
        assert_eq!(sources.position(node.get("d").unwrap().span()).line, 7);
    });
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    for (text, expected) in [
        ("", "1:1 invalid-yaml the text is empty"),
        ("# only\n\n", "1:1 invalid-yaml the text is empty"),
        ("a: 1\nb: 2\na: 3\n", "3:1 invalid-yaml the key `a` occurs twice"),
        ("a: {x: 1, \"x\": 2}\n", "1:12 invalid-yaml the key `x` occurs twice"),
        ("a: 1\n---\nb: 2\n", "2:1 invalid-yaml a second document begins; only one is read"),
        ("a: 1\n...\nb: 2\n", "3:1 invalid-yaml a second document begins; only one is read"),
        ("b: &b {x: 1}\na:\n  <<: *b\n", "3:3 invalid-yaml the merge key `<<` is not supported"),
        ("a:\n\tb: 1\n", "2:1 invalid-yaml a tab is used for indentation"),
        ("a: *gone\n", "1:4 invalid-yaml unknown anchor"),
        ("a: 1\rb: 2\r\n", "1:5 invalid-yaml readers of YAML differ in whether a line ends here"),
        ("a: é # x\u{2028}[[[\n", "1:9 invalid-yaml readers of YAML differ in whether a line ends here"),
        ("a: x\u{2029}\n", "1:5 invalid-yaml readers of YAML differ in whether a line ends here"),
        ("a: |\n  x\u{2028}[\n", "2:4 invalid-yaml readers of YAML differ in whether a line ends here"),
        ("a: \u{85}\n", "1:4 invalid-yaml readers of YAML differ in whether a line ends here"),
        ("? [1]\n: 2\n", "1:4 invalid-yaml a key must be a single value, not a list"),
        ("a: [1, 2\n", "1:9 invalid-yaml did not find expected ',' or ']', while parsing a flow sequence"),
        ("é: \"x\n", "1:6 invalid-yaml found unexpected end of stream, while scanning a quoted scalar"),
        (
            "ü: 1\nb: @x\n",
            "2:4 invalid-yaml found character that cannot start any token, while scanning for the next token",
        ),
        ("a: \u{1}\n", "1:4 invalid-yaml control characters are not allowed"),
        (
            "\u{feff}a: {\nb: @x\n",
            "2:4 invalid-yaml found character that cannot start any token, while scanning for the next token",
        ),
    ] {
        assert_eq!(findings(text), [expected], "{text:?}");
    }
}

#[test]
fn every_duplicate_key_is_said_in_small_and_large_mappings() {
    assert_eq!(findings("a: 1\na: 2\nb: {c: 1, c: 2}\n").len(), 2);
    let large: String = (0..40).map(|n| format!("k{}: {n}\n", n % 38)).collect();
    assert_eq!(
        findings(&large),
        ["39:1 invalid-yaml the key `k0` occurs twice", "40:1 invalid-yaml the key `k1` occurs twice"]
    );
}

#[test]
fn honest_texts_pass_the_guard() {
    let smileys = "- \":[\" # [[[\n- ':[ it''s' \n- a:[ b\n- |\n  [[ {{\n   [[\n\n  [\n- >-\n  {{{{\n- x\n".repeat(100);
    with(&smileys, |_, node| assert_eq!(node.unwrap().as_sequence().unwrap().len(), 600));
    let plain = "k: one\n  \"two [[[[\n\n  three's [[[\nj: [a\n  b, 'c', http://x]\n";
    assert_eq!(tree(plain), "{k: 'one \"two [[[[\nthree's [[[', j: ['a b', 'c', http://x]}");
    assert_eq!(tree("---\na: 1\n...\n"), "{a: 1}");
    assert_eq!(tree("a: \"x\u{2028}y\" # é\n").chars().filter(|c| *c == 'y').count(), 1);
    // Each rule has an anchor of its own that is used once, whatever stands behind it.
    let anchors: String =
        (0..3_000).map(|n| format!("- from: &n{n} [{}x]\n  to: *n{n}\n", "x, ".repeat(300))).collect();
    with(&anchors, |_, node| assert_eq!(node.unwrap().as_sequence().unwrap().len(), 3_000));
    assert_eq!(tree("%YAML 1.1\n---\na: 1 ---\n"), "{a: 1 ---}");
    assert_eq!(tree(&format!("a: 1\n{}\nb: 2\n", " ".repeat(600))), "{a: 1, b: 2}");
}

/// What this thread has used of the processor, where the system tells: a clock on the wall also counts other programs.
fn used() -> Duration {
    let counters = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = counters.split_whitespace().next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

#[test]
fn hostile_texts_are_refused_at_once() {
    let wide = format!("a: &a [{}]\nb: [{}]\n", "1, ".repeat(1000), "*a, ".repeat(20_000));
    let doubling: String = (1..60).map(|n| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)).collect();
    let deep_block: String = (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    for (text, words) in [
        ("[".repeat(200_000), "brackets are nested"),
        ("{a: ".repeat(50_000), "brackets are nested"),
        ("[\n".repeat(100_000), "brackets are nested"),
        (format!("k: one\n  \"two\nj: {}\"", "[".repeat(200_000)), "brackets are nested"),
        (format!("k: |\n text\nj: {}", "[".repeat(200_000)), "brackets are nested"),
        (format!("k: '\n'\n{}", "[\"]\", ".repeat(50_000)), "brackets are nested"),
        ("- ".repeat(100_000), "lists begin on one line"),
        ("? ".repeat(100_000), "lists begin on one line"),
        (format!("a:\n{}b: 1\n", " ".repeat(100_000)), "the indentation is deeper"),
        (wide, "aliases expand"),
        (format!("a0: &a0 [1]\n{doubling}"), "aliases expand"),
        (format!("rules:\n- &r {{to: [{}]}}\n{}", "1, ".repeat(2_000), "- *r\n".repeat(20_000)), "aliases expand"),
        (format!("r: &r\n  to:\n{}x:\n{}", "  - 1\n".repeat(2_000), "- *r\n".repeat(20_000)), "aliases expand"),
        ("a: &a [*a, *a]\n".to_owned(), "contains itself"),
        (deep_block, "nested too deeply"),
    ] {
        let start = used();
        let found = findings(&text);
        let limit = if cfg!(debug_assertions) { Duration::from_secs(5) } else { Duration::from_millis(100) };
        assert!(found.len() == 1 && found[0].contains("too-large") && found[0].contains(words), "{found:?}");
        let took = used().saturating_sub(start);
        assert!(took < limit, "{words}: {took:?}");
    }
}

#[test]
fn expectations_become_findings_with_help() {
    with("acton: deny\nports: [80, x]\n", |sources, node| {
        let node = node.unwrap();
        let mapping = node.expect_mapping("a rule").unwrap();
        let unknown = mapping.unknown_keys(&["action", "ports"]);
        assert_eq!(unknown[0].message, "unknown key `acton`");
        assert_eq!(unknown[0].help.as_deref(), Some("did you mean `action`?"));
        assert_eq!(sources.place(unknown[0].span().unwrap()), "t.yaml:1:1");
        let missing = mapping.require("action", "a rule").unwrap_err();
        assert_eq!(missing.message, "a rule needs the key `action`");
        let ports = mapping.require("ports", "a rule").unwrap();
        assert_eq!(ports.expect_scalar("`ports`").unwrap_err().message, "`ports` must be a single value, not a list");
        let bad = ports.one_or_many()[1].as_scalar().unwrap().parse::<u16>("a port from 0 to 65535").unwrap_err();
        assert_eq!(bad.message, "`x` is not a port from 0 to 65535");
        assert_eq!(sources.place(bad.span().unwrap()), "t.yaml:2:13");
    });
}

/// Kinds, letters and exact places of a tree; that of an escaped scalar is near by at best.
fn outline(node: &Node) -> String {
    let mut all = Vec::new();
    scalars(node, &mut all);
    all.retain(|scalar| matches!(scalar.text, std::borrow::Cow::Borrowed(_)));
    let places: Vec<_> = all.iter().map(|s| (s.span.start, s.span.end, s.quoted)).collect();
    format!("{} {places:?}", brief(node))
}

#[test]
fn one_pass_is_enough_for_most_texts() {
    for text in [
        "a: 0x50\nb: [1.10, 010, -5, ~, true, .inf]\n53: {x: 1e3}\nc:\nd: 99999999999999999999\n",
        "- 1 # 2\n- \"3\"\n- 4\n-\n- 'x': 5\n",
        "\u{feff}---\r\na: &n 10\r\nb: FALSE\r\n",
    ] {
        let mut sources = Sources::new();
        let id = sources.add("t.yaml", text);
        let once::Attempt::Read(Ok(tree)) = once::tree(id, text) else { unreachable!("{text:?} takes two passes") };
        assert_eq!(outline(&tree), outline(&in_two_passes(id, text).unwrap()), "{text:?}");
    }
}

proptest::proptest! {
    /// However a text is read, the tree is the same.
    #[test]
    fn one_pass_and_two_give_the_same_tree(
        text in "([-?:,&|>'\"#\\[\\]{}a~0é1 \t\r\n]|- |: |\n  |0x1F|true|1\\.0|\\\\n|\n){0,40}"
    ) {
        let mut sources = Sources::new();
        let id = sources.add("t.yaml", text.as_str());
        if guard(id, &text).is_ok_and(|seen| !seen.refers) && let once::Attempt::Read(read) = once::tree(id, &text) {
            match (read, in_two_passes(id, &text)) {
                (Ok(one), Ok(two)) => assert_eq!(outline(&one), outline(&two)),
                (one, two) => assert_eq!(one.is_err(), two.is_err()),
            }
        }
    }

    /// Any text is read or refused, and every scalar that has an exact place says what stands there.
    #[test]
    fn any_text_is_read_or_refused(text in "([-?:,&*!|>'\"#\\[\\]{}a~0é \t\r\n]|- |: |\n  ){0,40}") {
        with(&text, |sources, node| {
            let Ok(node) = node else { return };
            let mut all = Vec::new();
            scalars(&node, &mut all);
            for scalar in all.into_iter().filter(|scalar| matches!(scalar.text, std::borrow::Cow::Borrowed(_))) {
                assert_eq!(sources.slice(scalar.span), scalar.text);
            }
        });
    }
}

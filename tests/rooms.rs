//! The house rules: who may use whom (the table of docs/design.md), and what is written nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rooms as the table names them: `space`, `format/*`, with those that each may use.
type Table = BTreeMap<String, BTreeSet<String>>;

struct Source {
    /// Relative to `src`, without `.rs`: `format/asa/ace`.
    path: String,
    text: String,
}

impl Source {
    /// The room of a file: its first folder, or its own name.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap()
    }

    /// Unit tests may use what they like.
    fn is_test(&self) -> bool {
        self.path.ends_with("tests")
    }

    /// The lines that are compiled into the program.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let program = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        program.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")).map(|(n, l)| (n + 1, l))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).unwrap().with_extension("");
                let name = name.to_string_lossy().replace('\\', "/");
                all.push(Source { path: name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(all.len() > 50);
    all
}

fn design() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md")).unwrap()
}

/// Reads the table headed `| room | may use | ... |`. A cell names rooms in backticks or bare, with commas between;
/// `everything` is every room, and words in parentheses are for the reader.
fn table(text: &str) -> Table {
    let is_head = |line: &&str| cells(line).starts_with(&["room".to_owned(), "may use".to_owned()]);
    let mut rows: Vec<(Vec<String>, String)> = Vec::new();
    for line in text.lines().skip_while(|l| !is_head(l)).skip(2).take_while(|l| l.starts_with('|')) {
        let cells = cells(line);
        rows.push((names(&cells[0]), cells[1].clone()));
    }
    let rooms: BTreeSet<String> = rows.iter().flat_map(|r| r.0.clone()).collect();
    let mut table = Table::new();
    for (who, whom) in &rows {
        let whom = if whom.starts_with("everything") { rooms.clone() } else { names(whom).into_iter().collect() };
        let unknown: Vec<&String> = whom.difference(&rooms).collect();
        assert!(unknown.is_empty(), "the table lets {who:?} use {unknown:?}, which have no row");
        for room in who {
            assert!(table.insert(room.clone(), whom.clone()).is_none(), "{room} stands twice in the table");
        }
    }
    table
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|c| c.trim().replace('`', "")).collect()
}

fn names(cell: &str) -> Vec<String> {
    let words = cell.split(',').filter_map(|part| part.split_whitespace().next());
    words.map(|w| w.trim_end_matches("/*").to_owned()).filter(|w| w != "–" && w != "-" && w != "nothing").collect()
}

/// The rooms named after `crate::`, also in braces: `use crate::{policy::Leg, space}`.
fn used(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for after in line.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => found.extend(list.split(", ").map(word)),
            None => found.push(word(after)),
        }
    }
    found
}

#[test]
fn rooms_use_only_what_the_table_lets_them_use() {
    let table = table(&design());
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test() && !["lib", "main"].contains(&s.room())) {
        let room = source.room();
        let Some(allowed) = table.get(room) else {
            wrong.push(format!("src/{}.rs: the room `{room}` has no row", source.path));
            continue;
        };
        for (number, line) in source.code() {
            let forbidden =
                used(line).into_iter().filter(|u| u != room && table.contains_key(u) && !allowed.contains(u));
            wrong.extend(forbidden.map(|u| format!("src/{}.rs:{number}: `{room}` uses `{u}`", source.path)));
        }
    }
    assert!(wrong.is_empty(), "against the table in docs/design.md:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_table_is_there() {
    let rooms: BTreeSet<String> = sources().iter().map(|s| s.room().to_owned()).collect();
    let table = table(&design());
    assert!(table.len() > 10, "the table of docs/design.md was not found");
    let missing: Vec<&String> = table.keys().filter(|room| !rooms.contains(*room)).collect();
    assert!(missing.is_empty(), "rooms of the table that are not in src: {missing:?}");
}

#[test]
fn only_the_yaml_room_names_serde_yaml() {
    assert_nowhere("serde_yaml", |s| s.room() == "yaml");
}

/// Whoever looks for what the program sends has one file to read.
#[test]
fn only_one_file_opens_a_socket() {
    for word in ["reqwest", "rustls", "TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"] {
        assert_nowhere(word, |s| s.path == "ingress/fetch");
    }
}

#[test]
fn nothing_prints_or_exits_on_its_own() {
    for word in ["println!", "print!(", "dbg!", "process::exit"] {
        assert_nowhere(word, |_| false);
    }
}

#[test]
fn nothing_is_unsafe() {
    assert_nowhere("unsafe ", |_| false);
}

fn assert_nowhere(word: &str, except: impl Fn(&Source) -> bool) {
    let mut places = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test() && !except(s)) {
        places.extend(
            source.code().filter(|(_, l)| l.contains(word)).map(|(n, _)| format!("src/{}.rs:{n}", source.path)),
        );
    }
    assert!(places.is_empty(), "`{word}` in {places:?}");
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = sources().into_iter().filter(|s| !s.is_test() && s.text.lines().count() > 400);
    let long: Vec<String> = long.map(|s| s.path).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings");
    let pages = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let pages: BTreeSet<String> = pages.map(|p| p.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let codes: BTreeSet<String> = fwproof::finding::Code::ALL.iter().map(|c| c.name().to_owned()).collect();
    assert_eq!(pages, codes);
}

#[test]
fn the_table_is_read_as_it_is_written() {
    let text = "x\n\n| room | may use | crates |\n|---|---|---|\n| `a`, `b` | – | nom |\n| `c/*` | `a`, b (types only) | |\n| `d` | everything | |\n";
    let table = table(text);
    let of = |room: &str| table[room].iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    assert_eq!((of("a"), of("c"), of("d")), (String::new(), "a b".to_owned(), "a b c d".to_owned()));
    assert_eq!(used("use crate::{policy::Leg, space}; crate::verify::x()"), ["policy", "space", "verify"]);
}

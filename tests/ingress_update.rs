//! `fwproof ingress update` against a server on this machine: what arrives is taken, and whatever goes wrong leaves the
//! file as it was.

use crate::server::{Server, respond};
use assert_cmd::Command;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Ten networks in two regions, of Amazon's address space.
const LIST: &str = "region,prefix\nLondon,18.130.0.0/24\nLondon,18.130.1.0/24\nLondon,18.130.2.0/24\nLondon,18.130.3.0/24\n\
London,18.130.4.0/24\nParis,35.180.0.0/24\nParis,35.180.1.0/24\nParis,35.180.2.0/24\nParis,35.180.3.0/24\nParis,35.180.4.0/24\n";

struct Place {
    folder: TempDir,
    server: Server,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: TempDir::new().unwrap(), server: Server::https(Box::new(route)) };
        std::fs::write(place.path("ca.pem"), place.server.certificate.as_ref().unwrap()).unwrap();
        place
    }

    /// With a catalogue `tenant` that was fetched from `/ok`.
    fn with_catalogue() -> Place {
        let place = Place::new();
        let (code, text) = place.update(&[&place.server.url("/ok"), "--as", "tenant"]);
        assert_eq!(code, 0, "{text}");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn catalogue(&self) -> String {
        std::fs::read_to_string(self.path("ingress/tenant.yaml")).unwrap()
    }

    /// The catalogue, now fetched from another page of the server.
    fn move_to(&self, path: &str) {
        let text = self.catalogue().replace(&self.server.url("/ok"), &self.server.url(path));
        std::fs::write(self.path("ingress/tenant.yaml"), text).unwrap();
    }

    fn update(&self, arguments: &[&str]) -> (i32, String) {
        let ca = self.path("ca.pem").display().to_string();
        self.run(&[&["ingress", "update"], arguments, &["--ca-file", &ca]].concat(), &[])
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
        run(self.folder.path(), arguments, environment)
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command.current_dir(folder).env("SOURCE_DATE_EPOCH", "1767225600").env("NO_COLOR", "1");
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "FWPROOF_OFFLINE"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
}

fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
    let output = command(folder).args(arguments).envs(environment.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn route(head: &str, count: usize, out: &mut dyn Write) {
    let path = head.split(' ').nth(1).unwrap_or("");
    let ok = |out: &mut dyn Write, body: &str| respond(out, "200 OK", "ETag: \"one\"\r\n", body);
    match path {
        "/ok" if head.to_ascii_lowercase().contains("if-none-match: \"one\"") => {
            respond(out, "304 Not Modified", "", "");
        }
        "/ok" | "/other" => ok(out, LIST),
        "/more" => ok(out, &(LIST.to_owned() + "Oslo,13.48.0.0/24\n")),
        "/404" => respond(out, "404 Not Found", "", "no"),
        "/500" => respond(out, "500 Internal Server Error", "", "no"),
        "/429" => respond(out, "429 Too Many Requests", "Retry-After: 3600\r\n", ""),
        // The catalogue was fetched with the first connection; the next one fails, the one after it does not.
        "/flaky" if count < 2 => respond(out, "503 Service Unavailable", "", ""),
        "/flaky" => ok(out, &LIST.replace("Paris", "Oslo")),
        "/loop" => respond(out, "302 Found", "Location: /loop\r\n", ""),
        "/downgrade" => respond(out, "302 Found", "Location: http://127.0.0.1:1/\r\n", ""),
        "/away" => respond(out, "302 Found", "Location: /more\r\n", ""),
        "/drip" => drip(out),
        "/truncated" => {
            let _ = write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\nConnection: close\r\n\r\n{LIST}");
        }
        "/oversize" => {
            let _ = write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{LIST}");
        }
        "/endless" => endless(out),
        "/garbage" => ok(out, "<html><body>sign in, please</body></html>"),
        "/binary" => {
            let _ = out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\xff\xfe\x00\x80");
        }
        "/shrink" => ok(out, &LIST.lines().take(8).map(|line| line.to_owned() + "\n").collect::<String>()),
        "/empty" => ok(out, ""),
        "/header" => ok(out, "region,prefix\n"),
        "/private" => ok(out, &(LIST.to_owned() + "Oslo,10.0.0.0/24\n")),
        "/wide" => ok(out, &(LIST.to_owned() + "Oslo,0.0.0.0/0\n")),
        _ => respond(out, "400 Bad Request", "", ""),
    }
}

fn drip(out: &mut dyn Write) {
    let _ = write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", LIST.len());
    for byte in LIST.bytes() {
        if out.write_all(&[byte]).and_then(|()| out.flush()).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn endless(out: &mut dyn Write) {
    let _ = write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    let piece = vec![b'\n'; 1 << 20];
    for _ in 0..64 {
        if out.write_all(&piece).is_err() {
            return;
        }
    }
}

#[test]
fn a_list_is_fetched_and_written_with_what_is_needed_to_fetch_it_again() {
    let place = Place::with_catalogue();
    let text = place.catalogue();
    for part in
        ["etag: '\"one\"'", "checked: 2026-01-01", "feed: csv", "as_of: 2026-01-01", "18.130.0.0/24", "id: paris"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let (code, said) = place.run(&["ingress", "verify", "ingress"], &[]);
    assert_eq!((code, said.as_str()), (0, "ingress/tenant.yaml: 1 service, 2 regions, 10 networks; no mistakes\n"));
    let (code, said) = place.run(&["ingress", "lookup", "35.180.4.9"], &[]);
    assert!(code == 0 && said.starts_with("35.180.4.9 belongs to `swg` (secure-access) in Paris"), "{said}");
}

#[test]
fn what_has_not_changed_is_not_fetched_and_is_as_of_today() {
    let place = Place::with_catalogue();
    let before = place.catalogue();
    assert_eq!(place.update(&["tenant"]).0, 0);
    assert_eq!(place.catalogue(), before);
    let (code, said) = place.update(&["--date", "2026-02-01"]);
    assert!(code == 0 && said.contains("nothing was added or removed"), "{said}");
    assert_eq!(place.catalogue(), before.replace("2026-01-01", "2026-02-01"));
}

#[test]
fn after_each_failure_the_file_is_the_same_byte_for_byte() {
    let place = Place::with_catalogue();
    for (path, expected) in [
        ("/404", "404 Not Found"),
        ("/500", "500 Internal Server Error"),
        ("/429", "no time for a further attempt"),
        ("/loop", "more than 5 redirects"),
        ("/downgrade", "which is not https"),
        ("/drip", "cannot be fetched|breaks off|too long to arrive"),
        ("/truncated", "the list breaks off"),
        ("/oversize", "longer than 32 MiB"),
        ("/endless", "longer than 32 MiB"),
        ("/garbage", "no column is known to hold the prefixes"),
        ("/binary", "not UTF-8"),
        ("/shrink", "3 of 10 networks and names are gone, more than 20 %"),
        ("/empty", "empty list"),
        ("/header", "holds no address"),
        ("/private", "`10.0.0.0/24` is private"),
        ("/wide", "`0.0.0.0/0` is wider than /10"),
    ] {
        place.move_to(path);
        let before = place.catalogue();
        let timeout = if path == "/endless" { "30" } else { "2" };
        let (code, said) = place.update(&["tenant", "--timeout", timeout, "--retries", "1"]);
        assert!(code == 2 && expected.split('|').any(|part| said.contains(part)), "{path}: {code} {said}");
        assert!(said.contains("is kept as it was"), "{path}: {said}");
        assert_eq!(place.catalogue(), before, "{path}");
        std::fs::write(place.path("ingress/tenant.yaml"), before.replace(path, "/ok")).unwrap();
    }
    let left = std::fs::read_dir(place.path("ingress")).unwrap().count();
    assert_eq!(left, 1, "temporary files are left");
}

#[test]
fn a_certificate_of_somebody_else_is_refused() {
    let place = Place::with_catalogue();
    let before = place.catalogue();
    let (code, said) = place.run(&["ingress", "update", "tenant"], &[]);
    assert!(code == 2 && said.contains("certificate"), "{said}");
    let other = Server::https(Box::new(route));
    std::fs::write(place.path("ca.pem"), other.certificate.unwrap()).unwrap();
    let (code, said) = place.update(&["tenant"]);
    assert!(code == 2 && said.contains("certificate"), "{said}");
    std::fs::write(place.path("ca.pem"), "nothing").unwrap();
    assert!(place.update(&["tenant"]).1.contains("file of authorities"));
    assert_eq!(place.catalogue(), before);
}

#[test]
fn a_server_that_recovers_is_asked_again_and_redirects_are_followed() {
    let place = Place::with_catalogue();
    place.move_to("/flaky");
    let (code, said) = place.update(&["tenant", "--timeout", "20"]);
    assert!(code == 0 && said.contains("  + 35.180.0.0/24 (swg@oslo)\n"), "{said}");
    assert!(said.contains("  - 35.180.0.0/24 (swg@paris)\n"), "{said}");
    let text = place.catalogue().replace("/flaky", "/away");
    std::fs::write(place.path("ingress/tenant.yaml"), text).unwrap();
    let (code, said) = place.update(&["tenant"]);
    assert!(code == 0 && said.contains("  + 13.48.0.0/24 (swg@oslo)\n"), "{said}");
}

#[test]
fn a_loss_can_be_accepted_and_a_pin_holds() {
    let place = Place::with_catalogue();
    place.move_to("/shrink");
    let before = place.catalogue();
    let (code, said) = place.update(&["tenant", "--accept-shrink", "--dry-run"]);
    assert!(code == 0 && said.contains("would write ingress/tenant.yaml"), "{said}");
    assert_eq!(place.catalogue(), before);
    let (code, said) = place.update(&["tenant", "--accept-shrink", "--sha256", &"0".repeat(64)]);
    assert!(code == 2 && said.contains("the list has the SHA-256"), "{said}");
    assert_eq!(place.catalogue(), before);
    assert_eq!(place.update(&["tenant", "--accept-shrink"]).0, 0);
    assert!(!place.catalogue().contains("35.180.4.0/24"));
}

#[test]
fn offline_opens_no_socket_and_other_schemes_are_refused() {
    let place = Place::with_catalogue();
    let before = place.catalogue();
    let closed = Server::http(Box::new(|_, _, _| panic!("a socket was opened")));
    let url = closed.url("/ok");
    let (code, said) = place.update(&[&url, "--as", "new", "--offline"]);
    assert!(code == 2 && said.contains("`--offline` forbids") && said.contains("was not written"), "{said}");
    let (code, said) = place.run(&["ingress", "update"], &[("FWPROOF_OFFLINE", "1")]);
    assert!(code == 2 && said.contains("`--offline` forbids"), "{said}");
    for url in ["http://192.0.2.1/a", "ftp://127.0.0.1/a", "https://user:secret@127.0.0.1/"] {
        let (code, said) = place.update(&[url, "--as", "new"]);
        assert!(code == 2 && !place.path("ingress/new.yaml").exists(), "{said}");
    }
    assert_eq!(place.catalogue(), before);
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    let (sender, asked) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let proxy = Server::http(Box::new(move |head, _, out| {
        let _ = sender.lock().unwrap().send(head.lines().next().unwrap_or("").to_owned());
        respond(out, "403 Forbidden", "", "");
    }));
    let place = Place::new();
    let arguments = ["ingress", "update", "https://list.example/a", "--as", "new", "--timeout", "5"];
    let (code, said) = place.run(&arguments, &[("HTTPS_PROXY", &proxy.url(""))]);
    assert_eq!(code, 2, "{said}");
    assert_eq!(asked.recv_timeout(Duration::from_secs(5)).unwrap(), "CONNECT list.example:443 HTTP/1.1");
}

#[test]
fn verdicts_that_would_change_are_said_before_anything_is_written() {
    let place = Place::with_catalogue();
    place.move_to("/more");
    let before = place.catalogue();
    let rules = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/8 -d 18.130.0.0/16,35.180.0.0/16 -p tcp -m multiport --dports 80,443 -j ACCEPT\n-A FORWARD -m state --state ESTABLISHED -j ACCEPT\nCOMMIT\n";
    std::fs::write(place.path("a.v4"), rules).unwrap();
    let (code, said) = place.update(&["tenant", "--check", "a.v4"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("2 verdicts would change\n  a.v4: swg-http@oslo: not asked -> denied\n"), "{said}");
    assert_eq!(place.catalogue(), before);
    let url = place.server.url("/ok");
    assert_eq!(place.update(&[&url, "--as", "soft", "--level", "recommended"]).0, 0);
    let text = std::fs::read_to_string(place.path("ingress/soft.yaml")).unwrap();
    std::fs::write(place.path("ingress/soft.yaml"), text.replace("/ok", "/more")).unwrap();
    let (code, said) = place.update(&["soft", "--check", "a.v4"]);
    assert!(code == 0 && said.contains("2 verdicts would change"), "only what is required fails: {said}");
}

/// 200 times, at a moment that differs: the file is one of the two, whole.
#[cfg(unix)]
#[test]
fn a_kill_in_the_middle_leaves_the_old_or_the_new_file() {
    let folder = TempDir::new().unwrap();
    let server = Server::http(Box::new(|head, _, out| {
        let net = if head.starts_with("GET /a ") { "18.130" } else { "35.180" };
        let rows = (0..250).map(|n| format!("{net}.{}.{}\n", n / 250, n % 250));
        respond(out, "200 OK", "", &rows.collect::<String>());
    }));
    let urls = [server.url("/a"), server.url("/b")];
    let arguments = |url| ["ingress", "update", url, "--as", "tenant", "--accept-shrink"];
    let mut whole = Vec::new();
    for url in &urls {
        assert_eq!(run(folder.path(), &arguments(url), &[]).0, 0);
        whole.push(std::fs::read(folder.path().join("ingress/tenant.yaml")).unwrap());
    }
    let start = Instant::now();
    assert_eq!(run(folder.path(), &arguments(&urls[0]), &[]).0, 0);
    let duration = start.elapsed();
    let mut seen = [0, 0];
    for round in 0..200u32 {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("fwproof"))
            .current_dir(folder.path())
            .args(arguments(&urls[(round % 2) as usize ^ 1]))
            .env("SOURCE_DATE_EPOCH", "1767225600")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(duration * (round * 37 % 100) / 80);
        let _ = child.kill();
        child.wait().unwrap();
        let now = std::fs::read(folder.path().join("ingress/tenant.yaml")).unwrap();
        let which = whole.iter().position(|text| *text == now);
        seen[which.unwrap_or_else(|| panic!("a mix after {round} rounds"))] += 1;
    }
    assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
}

/// The project file names the source: the first fetch with flags for how the list is read, later ones without.
#[test]
fn sources_of_the_project_file_are_updated_by_name() {
    let place = Place::new();
    let project = |source: &str| {
        let text = format!("version: 1\ningress:\n  - {{{source}}}\n");
        std::fs::write(place.path("fwproof.yaml"), text).unwrap();
    };
    project(&format!("name: tenant, file: lists/own.yaml, url: \"{}\"", place.server.url("/ok")));
    std::fs::create_dir(place.path("lists")).unwrap();
    let (code, text) = place.run(&["check", "--no-default-requirements", "x.v4"], &[]);
    assert!(code == 2 && text.contains("`fwproof ingress update tenant` fetches it"), "{text}");
    let (code, text) = place.update(&["tenant", "--title", "own list"]);
    assert_eq!(code, 0, "{text}");
    let catalogue = || std::fs::read_to_string(place.path("lists/own.yaml")).unwrap();
    assert!(catalogue().contains("own list") && catalogue().contains(&place.server.url("/ok")), "{}", catalogue());
    let (code, text) = place.update(&["tenant", "--title", "another"]);
    assert!(code == 2 && text.contains("flags do not change it"), "{text}");
    assert_eq!(place.update(&[]).0, 0, "all sources, without a folder of catalogues");
    let (code, text) = place.update(&["tennant"]);
    assert!(code == 2 && text.contains("did you mean `tenant`?"), "{text}");
    assert!(place.update(&["tenant", "--no-project"]).1.contains("there is no catalogue"));
    let before = catalogue();
    let hash = "0".repeat(64);
    project(&format!("name: tenant, file: lists/own.yaml, url: \"{}\", sha256: \"{hash}\"", place.server.url("/ok")));
    let (code, text) = place.update(&["tenant"]);
    assert!(code == 2 && text.contains(&hash), "{text}");
    assert_eq!(catalogue(), before);
    project("name: tenant, file: ../own.yaml, url: \"https://192.0.2.1/\"");
    assert!(place.update(&["tenant"]).1.contains("leads out of the folder"));
    project("name: local");
    assert!(place.update(&["local"]).1.contains("give it a `url`"));
    project("name: tenant, nmae: x");
    let (code, text) = place.update(&["tenant"]);
    assert!(code == 2 && text.contains("did you mean `name`?"), "{text}");
}

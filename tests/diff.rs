//! `fwproof diff` and `check --since` on files and in git repositories that the tests make.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A firewall that permits the resolvers; 10.0.9.0/24 may reach a server by SSH.
const OLD: &str = "*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 208.67.222.222/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 208.67.222.222/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 208.67.220.220/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.0.9.0/24 -d 192.0.2.7/32 -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
";

/// UDP 443 to one resolver is lost, and everybody may reach the server.
fn broken() -> String {
    OLD.replace("208.67.222.222/32 -p udp -m multiport --dports 53,443", "208.67.222.222/32 -p udp -m udp --dport 53")
        .replace("-s 10.0.9.0/24 ", "")
}

/// The lost port comes back only at some times.
fn doubtful() -> String {
    let line = "-A FORWARD -s 10.20.0.0/16 -d 208.67.222.222/32 -p udp -m mac --mac-source 02:00:00:00:00:01 -m udp \
                --dport 443 -j ACCEPT\n-A FORWARD -s 10.0.9.0/24";
    broken().replace("-A FORWARD -d 192.0.2.7", &format!("{line} -d 192.0.2.7"))
}

struct Repository {
    folder: TempDir,
}

struct Ran {
    out: String,
    code: i32,
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// A repository with one commit of these files.
    fn with(files: &[(&str, &str)]) -> Repository {
        let repository = Repository::new();
        files.iter().for_each(|(name, text)| repository.write(name, text));
        repository.commit();
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Neither the user's configuration nor the system's plays a part.
    fn git(&self, arguments: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .current_dir(self.path())
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.net", "-c", "commit.gpgsign=false"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("HOME", self.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "change"]);
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("fwproof").unwrap();
        command.current_dir(self.path()).args(arguments);
        command.env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("SOURCE_DATE_EPOCH", "1767225600").env("NO_COLOR", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        finished(self.command(arguments))
    }
}

fn finished(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { out: text(output.stdout) + &text(output.stderr), code: output.status.code().unwrap() }
}

const DNS: [&str; 3] = ["diff", "--service", "dns"];

fn diff(repository: &Repository, arguments: &[&str]) -> Ran {
    repository.run(&[&DNS[..], arguments].concat())
}

fn json(repository: &Repository, arguments: &[&str]) -> Value {
    let ran = diff(repository, &[&["--output", "json"], arguments].concat());
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/diff.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value
}

#[test]
fn every_output_of_a_change_in_a_repository() {
    let repository = Repository::with(&[("site/fw.v4", OLD)]);
    repository.write("site/fw.v4", &broken());
    for output in ["human", "markdown"] {
        let ran = diff(&repository, &["main", "--output", output, "--", "site"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        insta::assert_snapshot!(format!("diff-{output}"), ran.out);
    }
    insta::assert_json_snapshot!("diff-json", json(&repository, &["main", "--", "site"]));
}

#[test]
fn exit_codes_tell_what_got_worse() {
    let repository = Repository::with(&[("old.v4", OLD), ("broken.v4", &broken()), ("doubtful.v4", &doubtful())]);
    let code = |old: &str, new: &str| diff(&repository, &[old, new]).code;
    assert_eq!(code("old.v4", "old.v4"), 0);
    assert_eq!(code("old.v4", "broken.v4"), 1);
    assert_eq!(code("broken.v4", "old.v4"), 0, "what got better is not worse");
    assert_eq!(code("old.v4", "doubtful.v4"), 3);
    assert_eq!(code("doubtful.v4", "broken.v4"), 1, "what may have passed is surely lost");
    assert_eq!(code("broken.v4", "doubtful.v4"), 0);
    assert_eq!(diff(&repository, &["old.v4", "broken.v4", "--exit-zero"]).code, 0);
    assert_eq!(diff(&repository, &["old.v4", "no-such-file"]).code, 2);
}

#[test]
fn a_grown_loss_is_worse_though_the_verdict_is_the_same() {
    let half =
        OLD.replace("208.67.222.222/32 -p udp -m multiport --dports 53,443", "192.0.2.1/32 -p udp -m udp --dport 53");
    let less = half.replace("10.20.0.0/16 -d 208.67.220.220/32 -p udp", "10.20.0.0/17 -d 208.67.220.220/32 -p udp");
    let repository = Repository::with(&[("half.v4", &half), ("less.v4", &less)]);
    let ran = diff(&repository, &["half.v4", "less.v4", "--from", "10.20.0.0/16"]);
    assert!(ran.code == 1 && ran.out.contains("partly-denied before and after"), "{}", ran.out);
    assert!(ran.out.contains("UDP 443 from 10.20.128.0/17 to 208.67.220.220"), "{}", ran.out);
}

#[test]
fn clients_that_only_the_old_side_names_are_still_asked_about() {
    let gone = OLD.replace("-A FORWARD -s 10.20.0.0/16", "-A FORWARD -s 10.30.0.0/16");
    let repository = Repository::with(&[("fw.v4", OLD)]);
    repository.write("fw.v4", &gone);
    let ran = diff(&repository, &["main", "--", "fw.v4"]);
    assert!(ran.code == 1 && ran.out.contains("from 10.20.0.0/16 to 208.67.222.222"), "{}", ran.out);
    let since = repository.run(&["check", "--service", "dns", "--since", "main", "fw.v4"]);
    assert_eq!(since.code, 1, "{}", since.out);
}

#[test]
fn two_revisions_and_their_short_forms() {
    let repository = Repository::with(&[("fw.v4", OLD)]);
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("fw.v4", &broken());
    repository.commit();
    repository.write("fw.v4", "not a rule set any more");
    for operands in [&["main", "topic"][..], &["main..topic"], &["main.."], &["HEAD~1..HEAD"]] {
        let ran = diff(&repository, &[operands, &["--", "fw.v4"]].concat());
        assert_eq!(ran.code, 1, "{operands:?}: {}", ran.out);
    }
    assert_eq!(diff(&repository, &["topic..main", "--", "fw.v4"]).code, 0);
    assert_eq!(diff(&repository, &["main", "--", "fw.v4"]).code, 2, "the file on disk is no rule set");
    repository.write("fw.v4", OLD);
    assert_eq!(diff(&repository, &["topic", "fw.v4"]).code, 0, "a revision and a file");
}

#[test]
fn files_that_come_and_go_are_said() {
    let v6 =
        OLD.replace("208.67.222.222/32", "2620:119:35::35/128").replace("208.67.220.220/32", "2620:119:53::53/128");
    let v6 = v6
        .replace("10.20.0.0/16", "fd20::/48")
        .replace("10.0.9.0/24", "fd09::/64")
        .replace("192.0.2.7/32", "fd07::/128");
    let repository = Repository::with(&[("a/fw.v4", OLD), ("a/fw.v6", &v6), ("gone/fw.v4", OLD)]);
    std::fs::remove_file(repository.path().join("a/fw.v6")).unwrap();
    std::fs::remove_dir_all(repository.path().join("gone")).unwrap();
    repository.write("fresh/fw.v4", OLD);
    let ran = diff(&repository, &["main", "--", "."]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    for said in ["IPv4: no difference", "IPv6: the rule base is gone", "fresh/fw.v4 is new", "gone/fw.v4 is gone"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let report = json(&repository, &["main", "--", "."]);
    let presences = report["rule_sets"].as_array().unwrap().iter().map(|set| set["presence"].as_str().unwrap());
    assert_eq!(presences.collect::<Vec<_>>(), ["both", "added", "removed"]);
    let ran = diff(&repository, &["main", "--", "nowhere"]);
    assert!(ran.code == 2 && ran.out.contains("`nowhere` is on neither side"), "{}", ran.out);
}

#[test]
fn folders_pair_files_by_their_relative_paths() {
    let repository = Repository::with(&[("before/x/fw.v4", OLD), ("after/x/fw.v4", &broken()), ("after/y.v4", OLD)]);
    let ran = diff(&repository, &["before", "after"]);
    assert!(ran.code == 1 && ran.out.contains("after/y.v4 is new"), "{}", ran.out);
    let ran = diff(&repository, &["before", "after/y.v4"]);
    assert!(ran.code == 2 && ran.out.contains("a file and a folder"), "{}", ran.out);
}

#[test]
fn hostile_revisions_are_refused_and_run_nothing() {
    let repository = Repository::with(&[("fw.v4", OLD)]);
    let marker = repository.path().join("ran");
    let upload = format!("--upload-pack=touch {}", marker.display());
    for revision in [upload.as_str(), "-x", "--output=ran", "main..-x", "..--all"] {
        let since = format!("--since={revision}");
        for arguments in [vec!["diff", revision, "--", "fw.v4"], vec!["check", since.as_str(), "fw.v4"]] {
            let ran = repository.run(&arguments);
            assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
        }
    }
    for revision in
        ["no-such-branch", "main^{tree}:x", "main:fw.v4", "main\nHEAD", "`touch ran`", "$(touch ran)", "@{-1}"]
    {
        let ran = diff(&repository, &[revision, "--", "fw.v4"]);
        assert!(ran.code == 2 && ran.out.contains("git knows no revision"), "{revision}: {}", ran.out);
        assert_eq!(ran.out.lines().count(), if revision.contains('\n') { 2 } else { 1 });
    }
    let ran = diff(&repository, &["main...HEAD", "--", "fw.v4"]);
    assert!(ran.code == 2 && ran.out.contains("merge base"), "{}", ran.out);
    assert!(!marker.exists());
}

#[test]
fn programs_that_a_repository_names_are_not_run() {
    let repository = Repository::with(&[("fw.v4", OLD), (".gitattributes", "*.v4 diff=evil filter=evil\n")]);
    let marker = repository.path().join("ran");
    let evil = format!("touch '{}' #", marker.display());
    for key in
        ["core.fsmonitor", "diff.evil.textconv", "filter.evil.smudge", "core.pager", "diff.external", "core.sshCommand"]
    {
        repository.git(&["config", key, &evil]);
    }
    let hook = repository.path().join(".git/hooks/post-checkout");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\n{evil}\n")).unwrap();
    repository.write("fw.v4", &broken());
    assert_eq!(diff(&repository, &["main", "--", "fw.v4"]).code, 1);
    assert!(!marker.exists());
}

#[test]
fn replaced_objects_are_read_as_the_commit_has_them() {
    let repository = Repository::with(&[("fw.v4", OLD)]);
    let blob = repository.git(&["rev-parse", "HEAD:fw.v4"]);
    repository.write("other", &broken());
    let other = repository.git(&["hash-object", "-w", "other"]);
    repository.git(&["replace", &blob, &other]);
    assert_eq!(diff(&repository, &["main", "--", "fw.v4"]).code, 0);
}

#[cfg(unix)]
#[test]
fn hostile_names_links_and_submodules_are_only_named() {
    let repository =
        Repository::with(&[("a/fw.v4", OLD), ("a/x\n::error::\u{1b}[31m.v4", OLD), (".hidden/fw.v4", OLD)]);
    std::os::unix::fs::symlink("/etc/passwd", repository.path().join("a/link.v4")).unwrap();
    let head = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},a/module")]);
    repository.git(&["add", "--all", "a/link.v4"]);
    repository.git(&["commit", "--quiet", "--message", "more"]);
    for output in ["human", "markdown", "json"] {
        let ran = diff(&repository, &["main..main", "--output", output, "--", "."]);
        assert_eq!(ran.code, 0, "{}", ran.out);
        assert!(!ran.out.contains('\u{1b}') && !ran.out.contains("\n::error"), "{}", ran.out);
        assert!(!ran.out.contains(".hidden"), "hidden folders are not walked on disk either: {}", ran.out);
    }
    let out = diff(&repository, &["main..main", "--", "."]).out;
    assert!(out.contains("a/link.v4` is a symbolic link") && out.contains("a/module` is a submodule"), "{out}");
    let ran = diff(&repository, &["main..main", "--", "a/link.v4"]);
    assert!(ran.code == 2, "a link that is named: {}", ran.out);
}

#[test]
fn what_git_cannot_do_is_said() {
    let repository = Repository::with(&[("fw.v4", OLD)]);
    let mut without_git = repository.command(&["diff", "main", "--", "fw.v4"]);
    without_git.env("PATH", repository.path());
    let ran = finished(without_git);
    assert!(ran.code == 2 && ran.out.contains("`git` was not found"), "{}", ran.out);
    for path in ["../x.v4", "/etc/passwd"] {
        let ran = diff(&repository, &["main", "--", path]);
        assert!(ran.code == 2 && ran.out.contains("is outside of the repository"), "{path}: {}", ran.out);
    }
    let elsewhere = Repository { folder: tempfile::tempdir().unwrap() };
    elsewhere.write("fw.v4", OLD);
    let mut command = elsewhere.command(&["diff", "main", "--", "fw.v4"]);
    command.env("GIT_CEILING_DIRECTORIES", elsewhere.path().parent().unwrap());
    let ran = finished(command);
    assert!(ran.code == 2 && ran.out.contains("is in no git work tree"), "{}", ran.out);
}

#[test]
fn a_shallow_clone_says_how_to_get_more() {
    let origin = Repository::with(&[("fw.v4", OLD)]);
    let first = origin.git(&["rev-parse", "HEAD"]);
    origin.write("fw.v4", &broken());
    origin.commit();
    let clone = Repository { folder: tempfile::tempdir().unwrap() };
    let url = format!("file://{}", origin.path().display());
    clone.git(&["clone", "--quiet", "--depth=1", &url, "."]);
    let ran = diff(&clone, &[&first, "--", "fw.v4"]);
    assert!(ran.code == 2 && ran.out.contains("this clone is shallow"), "{}", ran.out);
}

#[test]
fn a_folder_below_the_root_and_sets_of_a_revision() {
    let rules = OLD.replace("-d 208.67.222.222/32 -p udp", "-m set --match-set resolvers dst -p udp");
    let members = "create resolvers hash:ip family inet\nadd resolvers 208.67.222.222\n";
    let repository = Repository::with(&[("site/fw.v4", &rules), ("site/sets.ipset", members)]);
    repository.write("site/sets.ipset", "create resolvers hash:ip family inet\nadd resolvers 192.0.2.9\n");
    let mut command = repository.command(&[&DNS[..], &["main", "--ipset", "sets.ipset", "--", "fw.v4"]].concat());
    command.current_dir(repository.path().join("site"));
    let ran = finished(command);
    assert!(ran.code == 1 && ran.out.contains("dns-udp-443"), "a member that went is a change: {}", ran.out);
}

#[test]
fn since_counts_only_what_the_change_broke() {
    let repository = Repository::with(&[("fw.v4", &broken())]);
    let check = |arguments: &[&str]| repository.run(&[&["check", "--service", "dns"], arguments].concat());
    assert_eq!(check(&["fw.v4"]).code, 1);
    let ran = check(&["fw.v4", "--since", "main"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    insta::assert_snapshot!("check-since", ran.out);
    for output in ["junit", "markdown", "json", "html", "sarif", "github", "gitlab", "concise"] {
        assert_eq!(check(&["fw.v4", "--since", "main", "--output", output]).code, 0, "{output}");
    }
    let report: Value = serde_json::from_str(&check(&["fw.v4", "--since", "main", "--output", "json"]).out).unwrap();
    assert_eq!(report["summary"]["was_so_before"], 1);
    let worse = broken()
        .replace("208.67.220.220/32 -p udp -m multiport --dports 53,443", "208.67.220.220/32 -p udp -m udp --dport 53");
    repository.write("fw.v4", &worse);
    let ran = check(&["fw.v4", "--since", "main"]);
    assert!(ran.code == 1, "a loss that grew counts again: {}", ran.out);
    repository.write("fw.v4", &broken());
    repository.write("fresh.v4", &broken());
    assert_eq!(check(&["fw.v4", "fresh.v4", "--since", "main"]).code, 1, "a new rule set has no before");
    assert_eq!(check(&["-", "--since", "main"]).code, 2);
}

#[test]
fn products_beyond_the_limit_are_counted() {
    let many: String = (1..=30)
        .map(|n| format!("-A FORWARD -s 10.{n}.0.0/16 -d 192.0.2.{n}/32 -p tcp -m tcp --dport {n} -j ACCEPT\n"))
        .collect();
    let repository = Repository::with(&[("old.v4", OLD), ("new.v4", &OLD.replace("COMMIT", &format!("{many}COMMIT")))]);
    let ran = diff(&repository, &["old.v4", "new.v4", "--limit", "5"]);
    assert!(ran.out.contains("and 25 products that are not shown"), "{}", ran.out);
    let report = json(&repository, &["old.v4", "new.v4", "--limit", "5"]);
    assert_eq!(report["rule_sets"][0]["families"][0]["left_out"][0]["products"], 25);
    assert_eq!(report["summary"]["newly_permitted"], 30);
}

//! Three network namespaces: a client machine, the firewall, and a machine that has every destination address.

use super::helper::{Job, Order, Role};
use super::network;
use fwproof::policy::Hook;
use fwproof::space::Family;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Which of the two programs loads the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    Legacy,
    Nft,
}

pub struct Lab {
    pub backend: Backend,
    /// Which machine loads the rules: the firewall, or that of the clients.
    pub hook: Hook,
    /// The sets that are loaded beside the rules.
    sets: String,
    name: String,
    helpers: Vec<Helper>,
    /// How many ports were taken; the port is made of it.
    next_port: u32,
    /// Removes the namespaces once the other end of its standard input is gone, however this process ends.
    guard: Child,
}

struct Helper {
    child: Child,
    answers: BufReader<std::process::ChildStdout>,
}

/// Blocks of source ports that a laboratory has: one for each rule set. A prime, so that every so many-th question of a
/// run finds all of them before one comes again.
pub const PORT_BLOCKS: u32 = 101;
/// Enough for all conversations of a rule set, each asked three times and some of them from several ports.
const PORTS_OF_A_BLOCK: u32 = 630;

const PREFIX: &str = "fwproof-";
const BLANK: &str = "*raw\nCOMMIT\n*mangle\nCOMMIT\n*nat\nCOMMIT\n*security\nCOMMIT\n*filter\n:INPUT ACCEPT\n\
                     :FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n";

impl Lab {
    pub fn new(backend: Backend, hook: Hook) -> Lab {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        remove_orphans();
        let name = format!("{PREFIX}{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let guard = guard(&name);
        let mut lab = Lab { backend, hook, sets: String::new(), name, helpers: Vec::new(), next_port: 0, guard };
        lab.build();
        let services = if hook == Hook::Output { ("c", Role::Own) } else { ("r", Role::Firewall) };
        for (space, role) in [("s", Role::Server), services, ("c", Role::Client)] {
            let helper = lab.helper(space, role);
            lab.helpers.push(helper);
        }
        lab
    }

    fn space(&self, which: &str) -> String {
        format!("{}-{which}", self.name)
    }

    fn build(&self) {
        let [c, r, s] = ["c", "r", "s"].map(|n| self.space(n));
        let own = if self.hook == Hook::Output { network::own_script(&c, &r) } else { String::new() };
        let done = Command::new("sh").args(["-c", &(network::script([&c, &r, &s]) + &own)]).output().unwrap();
        let why = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "cannot build the network namespaces; is this root with all privileges? {why}");
    }

    fn helper(&self, space: &str, role: Role) -> Helper {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.space(space)])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "helper", "--ignored", "--nocapture"])
            .env(super::helper::ROLE, role.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut helper = Helper { answers: BufReader::new(child.stdout.take().unwrap()), child };
        helper.answer();
        helper
    }

    fn program(&self, family: Family, what: &str) -> Command {
        let number = if family == Family::V4 { "" } else { "6" };
        let backend = if self.backend == Backend::Legacy { "legacy" } else { "nft" };
        self.beside_rules(&format!("ip{number}tables-{backend}-{what}"))
    }

    fn beside_rules(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.space(if self.hook == Hook::Output { "c" } else { "r" }), program]);
        command
    }

    /// Loads a dump in place of all rules of the family that were there.
    pub fn load(&self, family: Family, dump: &str) -> Result<(), String> {
        self.restore(family, BLANK)?;
        self.restore(family, dump)
    }

    /// Loads sets in place of all that were there, and takes all rules away. `false`: the kernel lacks a type.
    pub fn load_sets(&mut self, sets: &str) -> bool {
        if self.sets == sets {
            return true;
        }
        [Family::V4, Family::V6].iter().for_each(|family| self.restore(*family, BLANK).unwrap());
        for command in ["flush", "destroy"] {
            self.beside_rules("ipset").arg(command).status().unwrap();
        }
        self.sets = sets.to_owned();
        match feed(self.beside_rules("ipset").arg("restore"), sets) {
            Err(why) if why.contains("set type not supported") => false,
            done => done.map(|()| true).unwrap(),
        }
    }

    fn restore(&self, family: Family, dump: &str) -> Result<(), String> {
        feed(&mut self.program(family, "restore"), dump)
    }

    /// The rules of the family as they are, each with how many packets it has matched.
    pub fn save(&self, family: Family) -> String {
        let done = self.program(family, "save").arg("-c").output().unwrap();
        assert!(done.status.success(), "cannot save: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Opens all conversations at once; what each client saw. Those of TCP are only connected.
    pub fn open(&mut self, jobs: &[Job]) -> Vec<String> {
        self.helpers.last_mut().unwrap().ask(&Order::Open(jobs.to_vec()))
    }

    /// What clients saw of the connections that stand, in the order of their making.
    pub fn exchange(&mut self) -> Vec<String> {
        self.helpers.last_mut().unwrap().ask(&Order::Exchange)
    }

    /// Forgets all connections, the client first.
    pub fn close(&mut self) {
        self.helpers.iter_mut().rev().for_each(|h| drop(h.ask(&Order::Close)));
    }

    /// Begins a block of source ports, so that the same question is asked from the same ports every time.
    pub fn take_ports(&mut self, block: u32) {
        self.next_port = block * PORTS_OF_A_BLOCK;
    }

    /// A source port that no conversation of this laboratory had before, and none of a service; those of a block lie in
    /// the whole range.
    pub fn fresh_port(&mut self) -> u16 {
        // Has no divisor in common with the number of ports: all are met before one comes again.
        const STEP: u32 = 20_011;
        const FIRST: u32 = 1024;
        self.next_port += 1;
        let port = (FIRST + self.next_port * STEP % (1 + u32::from(u16::MAX) - FIRST)) as u16;
        if network::PORTS.contains(&port) { self.fresh_port() } else { port }
    }
}

impl Helper {
    fn ask(&mut self, order: &Order) -> Vec<String> {
        let mut line = serde_json::to_string(order).unwrap();
        line.push('\n');
        self.child.stdin.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
        serde_json::from_str(&self.answer()).unwrap()
    }

    /// The next line that the helper means for us.
    fn answer(&mut self) -> String {
        let mut line = String::new();
        while self.answers.read_line(&mut line).unwrap() > 0 {
            if let Some((_, answer)) = line.split_once(super::helper::ANSWER) {
                return answer.to_owned();
            }
            line.clear();
        }
        panic!("a helper ended");
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for helper in &mut self.helpers {
            drop(helper.child.stdin.take());
            drop(helper.child.kill());
            drop(helper.child.wait());
        }
        drop(self.guard.stdin.take());
        drop(self.guard.wait());
    }
}

/// Runs a program with a text as its input; what it complains of.
fn feed(program: &mut Command, text: &str) -> Result<(), String> {
    let mut child = program.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).map_err(|e| e.to_string())?;
    let done = child.wait_with_output().map_err(|e| e.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

/// A process of a group of its own, so that an interrupt from the terminal does not reach it.
fn guard(name: &str) -> Child {
    const SCRIPT: &str = "cat >/dev/null; for n in c r s; do ip netns del $0-$n 2>/dev/null; done";
    Command::new("sh").args(["-c", SCRIPT, name]).stdin(Stdio::piped()).process_group(0).spawn().unwrap()
}

/// Removes the namespaces of a test process that was killed together with its guards.
fn remove_orphans() {
    let list = Command::new("ip").args(["netns", "list"]).output().expect("`ip` cannot be run");
    for line in String::from_utf8_lossy(&list.stdout).lines() {
        let name = line.split_whitespace().next().unwrap_or("");
        let owner = name.strip_prefix(PREFIX).and_then(|n| n.split('-').next());
        if owner.is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists()) {
            drop(Command::new("ip").args(["netns", "del", name]).stderr(Stdio::null()).status());
        }
    }
}

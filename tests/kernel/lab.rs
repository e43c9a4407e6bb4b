//! Three network namespaces: a client machine, the firewall, and a machine that has every destination address.

use super::helper::{Job, Role};
use fwproof::policy::Hook;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Addresses that the server has, all behind wan0 but those of 10.99.0.0/24, which are behind dmz0.
pub const SERVERS: [&str; 11] = [
    "208.67.222.222",
    "208.67.220.220",
    "146.112.61.104",
    "146.112.62.5",
    "10.99.0.222",
    "10.99.0.220",
    "10.99.0.104",
    "10.99.0.5",
    "208.67.222.220",
    "208.67.222.104",
    "208.67.222.5",
];
/// Addresses of the firewall itself that packets may be sent to: lan0's, and the one that sources become.
pub const FIREWALL: [&str; 2] = ["198.18.0.1", "203.0.113.5"];
/// Addresses of the clients' machine that it may send its own packets to.
pub const OWN: [&str; 2] = ["127.0.0.1", "203.0.113.5"];
/// Ports on which something answers at every address.
pub const PORTS: [u16; 6] = [53, 80, 443, 853, 5353, 8080];

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
    pub sets: String,
    name: String,
    helpers: Vec<Helper>,
    next_port: u16,
}

struct Helper {
    child: Child,
    answers: BufReader<std::process::ChildStdout>,
}

const PREFIX: &str = "fwproof-";
const BLANK: &str = "*raw\nCOMMIT\n*mangle\nCOMMIT\n*nat\nCOMMIT\n*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n\
                     :OUTPUT ACCEPT\nCOMMIT\n";

impl Lab {
    pub fn new(backend: Backend) -> Lab {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        remove_orphans();
        let name = format!("{PREFIX}{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut lab =
            Lab { backend, hook: Hook::Forward, sets: String::new(), name, helpers: Vec::new(), next_port: 1024 };
        lab.build();
        for (space, role) in [("s", Role::Server), ("r", Role::Firewall), ("c", Role::Client)] {
            let helper = lab.helper(space, role);
            lab.helpers.push(helper);
        }
        lab
    }

    /// A laboratory in which the clients' machine loads the rules. It has the address that sources become, and services
    /// of its own for what is sent back to it.
    pub fn of_own_packets(backend: Backend) -> Lab {
        let mut lab = Lab::new(backend);
        lab.hook = Hook::Output;
        let [c, r] = ["c", "r"].map(|n| lab.space(n));
        run(&format!(
            "set -e
ip -n {r} addr del 203.0.113.5/32 dev wan0
ip -n {r} route add 203.0.113.5 via 198.18.0.2
ip -n {c} addr add 203.0.113.5/32 dev eth0
"
        ));
        let services = lab.helper("c", Role::Own);
        lab.helpers.insert(0, services);
        lab
    }

    fn space(&self, which: &str) -> String {
        format!("{}-{which}", self.name)
    }

    fn build(&self) {
        let [c, r, s] = ["c", "r", "s"].map(|n| self.space(n));
        let script = format!(
            "set -e
for n in {c} {r} {s}; do
  ip netns add $n
  ip -n $n link set lo up
  ip netns exec $n sh -c 'for f in all default; do echo 0 >/proc/sys/net/ipv4/conf/$f/rp_filter; done
    echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
done
ip netns exec {r} sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects'
ip -n {r} link add lan0 type veth peer name eth0 netns {c}
ip -n {r} link add wan0 type veth peer name eth0 netns {s}
ip -n {r} link add dmz0 type veth peer name eth1 netns {s}
ip -n {r} addr add 198.18.0.1/24 dev lan0
ip -n {r} addr add 198.18.1.1/24 dev wan0
ip -n {r} addr add 203.0.113.5/32 dev wan0
ip -n {r} addr add 198.18.2.1/24 dev dmz0
ip -n {c} addr add 198.18.0.2/24 dev eth0
ip -n {s} addr add 198.18.1.2/24 dev eth0
ip -n {s} addr add 198.18.2.2/24 dev eth1
for i in lan0 wan0 dmz0; do ip -n {r} link set $i up; done
ip -n {c} link set eth0 up
ip -n {s} link set eth0 up
ip -n {s} link set eth1 up
ip -n {c} route add default via 198.18.0.1
for net in 10.20.0.0/16 10.31.0.0/16 10.36.0.0/16 10.47.0.0/16 10.52.0.0/16 172.16.0.0/12 192.168.0.0/16; do
  ip -n {c} route add local $net dev lo
  ip -n {r} route add $net via 198.18.0.2
done
ip -n {r} route add 10.99.0.0/24 via 198.18.2.2
ip -n {r} route add default via 198.18.1.2
for net in 208.67.222.0/24 208.67.220.0/24 146.112.0.0/16 10.99.0.0/24; do
  ip -n {s} route add local $net dev lo
done
ip -n {s} route add default via 198.18.1.1
ip -n {s} rule add from 10.99.0.0/24 lookup 100
ip -n {s} route add default via 198.18.2.1 table 100
"
        );
        run(&script);
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

    /// Loads a dump in place of all rules that were there.
    pub fn load(&self, dump: &str) -> Result<(), String> {
        self.restore(BLANK)?;
        self.restore(dump)
    }

    /// Loads sets in place of all that were there, and takes all rules away. `false`: the kernel lacks a type.
    pub fn load_sets(&mut self, sets: &str) -> bool {
        self.restore(BLANK).unwrap();
        for command in ["flush", "destroy"] {
            Command::new("ip").args(["netns", "exec", &self.space("r"), "ipset", command]).status().unwrap();
        }
        self.sets = sets.to_owned();
        match self.feed(&["ipset", "restore"], sets) {
            Err(why) if why.contains("set type not supported") => false,
            done => done.map(|()| true).unwrap(),
        }
    }

    fn restore(&self, dump: &str) -> Result<(), String> {
        let program = match self.backend {
            Backend::Legacy => "iptables-legacy-restore",
            Backend::Nft => "iptables-nft-restore",
        };
        self.feed(&[program], dump)
    }

    /// Runs a program in the firewall's namespace with a text as its input.
    fn feed(&self, program: &[&str], dump: &str) -> Result<(), String> {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.space(if self.hook == Hook::Output { "c" } else { "r" })])
            .args(program)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        child.stdin.take().unwrap().write_all(dump.as_bytes()).map_err(|e| e.to_string())?;
        let done = child.wait_with_output().map_err(|e| e.to_string())?;
        if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
    }

    /// Holds all conversations at once; what each client saw.
    pub fn hold(&mut self, jobs: &[Job]) -> Vec<String> {
        let client = self.helpers.last_mut().unwrap();
        let mut line = serde_json::to_string(jobs).unwrap();
        line.push('\n');
        client.child.stdin.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
        serde_json::from_str(&client.answer()).unwrap()
    }

    /// A source port that no conversation of this laboratory had before, and none of a service.
    pub fn fresh_port(&mut self) -> u16 {
        const STEP: u16 = 20_011;
        let span = u16::MAX - 1024 + 1;
        self.next_port = 1024 + ((u32::from(self.next_port - 1024) + u32::from(STEP)) % u32::from(span)) as u16;
        if PORTS.contains(&self.next_port) { self.fresh_port() } else { self.next_port }
    }
}

fn run(script: &str) {
    let done = Command::new("sh").args(["-c", script]).output().unwrap();
    assert!(done.status.success(), "cannot build the namespaces: {}", String::from_utf8_lossy(&done.stderr));
}

impl Helper {
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
        for space in ["c", "r", "s"] {
            delete(&self.space(space));
        }
    }
}

fn delete(space: &str) {
    drop(Command::new("ip").args(["netns", "del", space]).stderr(Stdio::null()).status());
}

/// Namespaces of a test process that was killed.
fn remove_orphans() {
    let list = Command::new("ip").args(["netns", "list"]).output().unwrap();
    for line in String::from_utf8_lossy(&list.stdout).lines() {
        let name = line.split_whitespace().next().unwrap_or("");
        let owner = name.strip_prefix(PREFIX).and_then(|n| n.split('-').next());
        if owner.is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists()) {
            delete(name);
        }
    }
}

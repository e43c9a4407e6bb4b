//! What runs inside the namespaces: the test binary, started again with a role.
//!
//! Every service answers a request with its own address and port, so that a client can tell who answered.

use super::lab::{FIREWALL, OWN, PORTS, SERVERS};
use serde::{Deserialize, Serialize};
use socket2::{Domain, Socket, Type};
use std::io::{BufRead, Read, Write};
use std::net::{SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

/// The environment variable that names the role.
pub const ROLE: &str = "FWPROOF_KERNEL_ROLE";
/// Stands before an answer, among what the test harness prints.
pub const ANSWER: &str = "@answer ";
/// What a client says that was told nothing in time.
pub const TIMEOUT: &str = "timeout";
/// What a client says whose request was refused.
pub const REFUSED: &str = "refused";
/// How long a conversation may take.
const DEADLINE: Duration = Duration::from_millis(400);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Client,
    Server,
    Firewall,
    /// Services on the clients' machine.
    Own,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Client => "client",
            Role::Server => "server",
            Role::Firewall => "firewall",
            Role::Own => "own",
        }
    }
}

/// A conversation to be held.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub tcp: bool,
    pub from: SocketAddrV4,
    pub to: SocketAddrV4,
}

/// Plays the role until standard input ends.
pub fn run() {
    match std::env::var(ROLE).as_deref() {
        Ok("client") => client(),
        Ok("server") => serve(&SERVERS),
        Ok("firewall") => serve(&FIREWALL),
        Ok("own") => serve(&OWN),
        _ => {}
    }
}

fn say(text: &str) {
    println!("{ANSWER}{text}");
}

fn serve(addresses: &[&str]) {
    for port in PORTS {
        let listener = TcpListener::bind(("0.0.0.0", port)).unwrap();
        spawn(move || {
            for stream in listener.incoming().flatten() {
                spawn(move || answer_stream(stream));
            }
        });
        for address in addresses {
            let socket = UdpSocket::bind((*address, port)).unwrap();
            spawn(move || answer_datagrams(&socket));
        }
    }
    say("ready");
    while std::io::stdin().lock().read_line(&mut String::new()).is_ok_and(|n| n > 0) {}
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    drop(std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap());
}

fn answer_stream(mut stream: TcpStream) {
    let token = format!("{:>24}", stream.local_addr().unwrap());
    drop(stream.set_read_timeout(Some(Duration::from_secs(2))));
    let mut request = [0];
    while stream.read_exact(&mut request).is_ok() && stream.write_all(token.as_bytes()).is_ok() {}
}

fn answer_datagrams(socket: &UdpSocket) {
    let token = format!("{:>24}", socket.local_addr().unwrap());
    let mut request = [0; 16];
    loop {
        if let Ok((_, from)) = socket.recv_from(&mut request) {
            drop(socket.send_to(token.as_bytes(), from));
        }
    }
}

fn client() {
    say("ready");
    for line in std::io::stdin().lock().lines() {
        let jobs: Vec<Job> = serde_json::from_str(&line.unwrap()).unwrap();
        let seen: Vec<String> = std::thread::scope(|scope| {
            let hold = |job| {
                std::thread::Builder::new()
                    .stack_size(128 << 10)
                    .spawn_scoped(scope, move || conversation(job))
                    .unwrap()
            };
            let running: Vec<_> = jobs.iter().map(hold).collect();
            running.into_iter().map(|r| r.join().unwrap()).collect()
        });
        say(&serde_json::to_string(&seen).unwrap());
    }
}

/// Two requests and two answers; who answered, or why nobody did.
fn conversation(job: &Job) -> String {
    match try_conversation(job, Instant::now() + DEADLINE) {
        Ok(who) => who,
        Err(e) => match e.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => TIMEOUT.to_owned(),
            std::io::ErrorKind::AddrInUse | std::io::ErrorKind::AddrNotAvailable => format!("cannot bind: {e}"),
            _ => REFUSED.to_owned(),
        },
    }
}

fn try_conversation(job: &Job, until: Instant) -> std::io::Result<String> {
    let left = || until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let kind = if job.tcp { Type::STREAM } else { Type::DGRAM };
    let mut socket = Socket::new(Domain::IPV4, kind, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&job.from.into())?;
    if job.tcp {
        // The end of the connection is one RST: nothing is left behind.
        socket.set_linger(Some(Duration::ZERO))?;
        socket.set_tcp_nodelay(true)?;
        socket.connect_timeout(&job.to.into(), left())?;
    } else {
        socket.connect(&job.to.into())?;
    }
    let mut who = String::new();
    for _ in 0..2 {
        socket.write_all(b"?")?;
        socket.set_read_timeout(Some(left()))?;
        let mut token = [0; 24];
        socket.read_exact(&mut token)?;
        let token = String::from_utf8_lossy(&token).trim().to_owned();
        if !who.is_empty() && token != who {
            return Ok(format!("{who} and then {token}"));
        }
        who = token;
    }
    Ok(who)
}

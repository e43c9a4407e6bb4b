//! What runs inside the namespaces: the test binary, started again with a role.
//!
//! Every service answers a request with its own address and port, so that a client can tell who answered.

use super::client::Client;
use super::network::{OWN, PORTS, V4, V6};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The environment variable that names the role.
pub const ROLE: &str = "FWPROOF_KERNEL_ROLE";
/// Stands before an answer, among what the test harness prints.
pub const ANSWER: &str = "@answer ";
/// What a client says that was told nothing in time.
pub const TIMEOUT: &str = "timeout";
/// How a client begins that says why its request was refused.
pub const REFUSED: &str = "refused";
/// Bytes of an answer.
pub const TOKEN: usize = 56;
/// How often a service looks whether it shall forget its connections.
const GLANCE: Duration = Duration::from_millis(20);

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
    pub from: SocketAddr,
    pub to: SocketAddr,
}

/// What a helper is asked to do, one line each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Hold these conversations: those of UDP to their end, those of TCP until the connection stands.
    Open(Vec<Job>),
    /// Hold those of TCP to their end.
    Exchange,
    /// Forget all connections.
    Close,
}

/// Plays the role until standard input ends.
pub fn run() {
    match std::env::var(ROLE).as_deref() {
        Ok("client") => {
            let mut client = Client::default();
            obey(|order| client.obey(order));
        }
        Ok("server") => serve(V4.servers.iter().chain(V6.servers)),
        Ok("own") => serve(OWN.iter()),
        Ok("firewall") => serve(V4.firewall.iter().chain(&V6.firewall)),
        _ => {}
    }
}

fn say(text: &str) {
    println!("{ANSWER}{text}");
}

/// Obeys orders, a line each, until there are no more.
fn obey(mut orders: impl FnMut(&Order) -> Vec<String>) {
    say("ready");
    for line in std::io::stdin().lock().lines() {
        let order = serde_json::from_str(&line.unwrap()).unwrap();
        say(&serde_json::to_string(&orders(&order)).unwrap());
    }
}

/// How often connections were forgotten, and how many there are.
static FORGOTTEN: AtomicU64 = AtomicU64::new(0);
static STREAMS: AtomicU64 = AtomicU64::new(0);

fn serve<'a>(addresses: impl Iterator<Item = &'a &'static str>) {
    for port in PORTS {
        // It answers for IPv4 as well.
        let listener = TcpListener::bind(("::", port)).unwrap();
        spawn(move || {
            for stream in listener.incoming().flatten() {
                STREAMS.fetch_add(1, Ordering::SeqCst);
                spawn(move || answer_stream(stream));
            }
        });
    }
    for address in addresses {
        for port in PORTS {
            let socket = UdpSocket::bind((*address, port)).unwrap_or_else(|e| panic!("{address}: {e}"));
            spawn(move || answer_datagrams(&socket));
        }
    }
    obey(|_| {
        FORGOTTEN.fetch_add(1, Ordering::SeqCst);
        while STREAMS.load(Ordering::SeqCst) > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        Vec::new()
    });
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    drop(std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap());
}

fn token(address: SocketAddr) -> String {
    let plain = SocketAddr::new(address.ip().to_canonical(), address.port());
    format!("{:>TOKEN$}", plain.to_string())
}

/// Answers every byte until the client ends the connection or it shall be forgotten.
fn answer_stream(mut stream: TcpStream) {
    let era = FORGOTTEN.load(Ordering::SeqCst);
    let token = token(stream.local_addr().unwrap());
    drop(socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)));
    drop(stream.set_nodelay(true));
    drop(stream.set_read_timeout(Some(GLANCE)));
    let mut request = [0];
    while FORGOTTEN.load(Ordering::SeqCst) == era {
        match stream.read(&mut request) {
            Ok(1) if stream.write_all(token.as_bytes()).is_ok() => {}
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            _ => break,
        }
    }
    drop(stream);
    STREAMS.fetch_sub(1, Ordering::SeqCst);
}

fn answer_datagrams(socket: &UdpSocket) {
    let token = token(socket.local_addr().unwrap());
    let mut request = [0; 16];
    loop {
        // An answer that went astray is not answered: two services would do that forever.
        if let Ok((1, from)) = socket.recv_from(&mut request) {
            drop(socket.send_to(token.as_bytes(), from));
        }
    }
}

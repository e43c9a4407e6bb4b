//! The client: holds many conversations at once, all sockets non-blocking and under one deadline.

use super::helper::{Job, Order, REFUSED, TIMEOUT, TOKEN};
use socket2::{Domain, Socket, Type};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long all conversations of an order may take.
const DEADLINE: Duration = Duration::from_millis(350);
/// How often sockets are looked at.
const TICK: Duration = Duration::from_millis(1);
/// Requests in a conversation, each with an answer: as many as fwproof judges.
const REQUESTS: u8 = 3;
/// What a client says of a TCP connection that was made.
pub const CONNECTED: &str = "connected";

/// Obeys the orders that come; TCP connections stay open from `Open` until `Close`, so that nothing but the
/// conversations themselves has travelled when counters are read.
#[derive(Default)]
pub struct Client {
    connected: Vec<Talk>,
}

impl Client {
    /// What was seen of each conversation of the order.
    pub fn obey(&mut self, order: &Order) -> Vec<String> {
        match order {
            Order::Open(jobs) => self.open(jobs),
            Order::Exchange => self.exchange(),
            Order::Close => {
                self.connected.clear();
                Vec::new()
            }
        }
    }

    fn open(&mut self, jobs: &[Job]) -> Vec<String> {
        let mut talks: Vec<_> = jobs.iter().map(Talk::begin).collect();
        wait(talks.iter_mut().flatten());
        let mut seen = Vec::new();
        for talk in talks {
            match talk {
                Ok(talk) if talk.stage == Stage::Connected => {
                    seen.push(CONNECTED.to_owned());
                    self.connected.push(talk);
                }
                Ok(talk) => seen.push(talk.said()),
                Err(why) => seen.push(why),
            }
        }
        seen
    }

    /// Some requests and answers on every connection that is new, in the order in which they were made.
    fn exchange(&mut self) -> Vec<String> {
        let mut new: Vec<&mut Talk> = self.connected.iter_mut().filter(|t| t.stage == Stage::Connected).collect();
        new.iter_mut().for_each(|talk| talk.ask());
        wait(new.iter_mut().map(|talk| &mut **talk));
        new.iter().map(|talk| talk.said()).collect()
    }
}

#[derive(Debug, PartialEq)]
enum Stage {
    Connecting,
    Connected,
    /// So many answers came, and another one is waited for.
    Asked(u8),
    Done,
    Failed(String),
}

struct Talk {
    socket: Socket,
    stage: Stage,
    /// What was read of the answer.
    part: Vec<u8>,
    who: String,
}

fn wait<'t>(talks: impl Iterator<Item = &'t mut Talk>) {
    let until = Instant::now() + DEADLINE;
    let mut open: Vec<&mut Talk> = talks.collect();
    loop {
        open.retain_mut(|talk| talk.goes_on());
        if open.is_empty() || Instant::now() > until {
            return;
        }
        std::thread::sleep(TICK);
    }
}

impl Talk {
    fn begin(job: &Job) -> Result<Talk, String> {
        let kind = if job.tcp { Type::STREAM } else { Type::DGRAM };
        let socket = bound(job.from, kind).map_err(|e| format!("cannot bind: {e}"))?;
        let mut talk = Talk { socket, stage: Stage::Connecting, part: Vec::new(), who: String::new() };
        match talk.socket.connect(&job.to.into()) {
            Err(e) if !matches!(e.kind(), ErrorKind::WouldBlock) && e.raw_os_error() != Some(EINPROGRESS) => {
                talk.fail(&e);
            }
            _ if !job.tcp => talk.ask(),
            _ => {}
        }
        Ok(talk)
    }

    fn fail(&mut self, why: &std::io::Error) {
        self.stage = Stage::Failed(format!("{REFUSED} ({why})"));
    }

    fn ask(&mut self) {
        let answers = if let Stage::Asked(answers) = self.stage { answers + 1 } else { 0 };
        match self.socket.write_all(b"?") {
            Ok(()) => self.stage = Stage::Asked(answers),
            Err(e) => self.fail(&e),
        }
    }

    /// Does what can be done now; `false` when there is nothing more to wait for.
    fn goes_on(&mut self) -> bool {
        match self.stage {
            Stage::Connecting => self.connects(),
            Stage::Asked(_) => self.listens(),
            _ => false,
        }
    }

    fn connects(&mut self) -> bool {
        match self.socket.take_error() {
            Ok(Some(e)) | Err(e) => self.fail(&e),
            Ok(None) if self.socket.peer_addr().is_ok() => self.stage = Stage::Connected,
            Ok(None) => return true,
        }
        false
    }

    fn listens(&mut self) -> bool {
        let mut token = [0; TOKEN];
        match self.socket.read(&mut token[self.part.len()..]) {
            Ok(0) => self.fail(&ErrorKind::UnexpectedEof.into()),
            Ok(n) => self.part.extend_from_slice(&token[..n]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return true,
            Err(e) => self.fail(&e),
        }
        if self.part.len() == TOKEN {
            self.answered();
        }
        matches!(self.stage, Stage::Asked(_))
    }

    fn answered(&mut self) {
        let token = String::from_utf8_lossy(&std::mem::take(&mut self.part)).trim().to_owned();
        if self.who.is_empty() {
            self.who.clone_from(&token);
        }
        match self.stage {
            _ if token != self.who => self.stage = Stage::Failed(format!("{} and then {token}", self.who)),
            Stage::Asked(answers) if answers + 1 < REQUESTS => self.ask(),
            _ => self.stage = Stage::Done,
        }
    }

    fn said(&self) -> String {
        match &self.stage {
            Stage::Done => self.who.clone(),
            Stage::Failed(why) => why.clone(),
            _ => TIMEOUT.to_owned(),
        }
    }
}

/// `EINPROGRESS` of Linux: the connection is being made.
const EINPROGRESS: i32 = 115;

fn bound(from: SocketAddr, kind: Type) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(from), kind, None)?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    if kind == Type::STREAM {
        // Closing is one RST, which stays in the client's namespace.
        socket.set_linger(Some(Duration::ZERO))?;
        socket.set_tcp_nodelay(true)?;
    }
    socket.bind(&from.into())?;
    Ok(socket)
}

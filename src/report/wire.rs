//! What a capture at the client shows, in words.

use crate::verify::Seen;

/// What is shown of packets, some of which are TCP (`tcp`) and some are not (`others`): `the same SYN again and again`.
pub fn shown(seen: Seen, tcp: bool, others: bool) -> String {
    match seen {
        Seen::Answered => "answers".to_owned(),
        Seen::Silence => silence(tcp, others).to_owned(),
        Seen::Reset => "a RST at once".to_owned(),
        Seen::Error(name) => format!("the ICMP error {name} at once"),
        Seen::Stall if tcp && !others => {
            "that the connection opens, and then the same packets again and again".to_owned()
        }
        Seen::Stall => "that the first request is answered, and later ones are not".to_owned(),
        Seen::Elsewhere => "answers that another machine gives in the name of the destination, or none".to_owned(),
        Seen::Unsent if others => {
            "nothing, and a program that sends UDP is told \"Operation not permitted\"".to_owned()
        }
        Seen::Unsent => "nothing".to_owned(),
        Seen::LaterUnsent => "that the first packets are answered, and later ones never leave the machine".to_owned(),
        Seen::Unheard => "answers that arrive, and yet the same requests again and again".to_owned(),
        Seen::Unknown => "what the rules do not say".to_owned(),
    }
}

fn silence(tcp: bool, others: bool) -> &'static str {
    match (tcp, others) {
        (true, true) => "the same SYN again and again for TCP, and requests without any answer for the rest",
        (true, false) => "the same SYN again and again",
        (false, _) => "requests without any answer",
    }
}

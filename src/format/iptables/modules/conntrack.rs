//! `-m conntrack` and `-m state`.

use super::{invalid, option, say, unknown};
use crate::format::iptables::canonical::{not, show_range};
use crate::format::iptables::context::Bad;
use crate::format::iptables::cursor::Cursor;
use crate::format::iptables::spec::Spec;
use crate::format::iptables::token::Token;
use crate::format::iptables::{names, value};
use crate::policy::{CtState, states};
use crate::space::{Cube, Field, IntervalSet};

/// `--ctstate` decides alone about packets without a connection: the kernel asks nothing else of them.
pub(super) fn conntrack<'a>(
    spec: &mut Spec<'a>,
    name: Token<'a>,
    cursor: &mut Cursor<'_, 'a>,
) -> Result<bool, Bad<'a>> {
    let family = spec.family;
    let mut state: Option<IntervalSet> = None;
    let mut rest = Some(Cube::full());
    let mut asks_connection = false;
    while let Some((negated, option)) = option(cursor) {
        let value = cursor.value(option)?;
        let (field, set) = match (name.text, option.text) {
            ("state", "--state") | ("conntrack", "--ctstate") => {
                let set = state_list(value, name.is("state"))?;
                state = Some(if negated { set.complement(Field::State.max(family)) } else { set });
                say(spec, name.text, || format!("{}{} {}", not(negated), option.text, show_states(value.text)));
                continue;
            }
            ("conntrack", _) => match connection_field(spec, option, value)? {
                Some(constraint) => constraint,
                None => return Ok(false),
            },
            _ => return unknown(option, name.text),
        };
        asks_connection = true;
        let set = if negated { set.complement(field.max(family)) } else { set };
        rest = rest.and_then(|cube| cube.with(family, field, &set));
        say(spec, name.text, || format!("{}{} {}", not(negated), option.text, show_value(option, value)));
    }
    let tracked = states::tracked();
    let cubes = match state {
        Some(state) if !asks_connection => vec![Cube::full().with(family, Field::State, &state)],
        Some(state) => vec![
            Cube::full().with(family, Field::State, &state.subtract(&tracked)),
            rest.and_then(|cube| cube.with(family, Field::State, &state.intersect(&tracked))),
        ],
        None if asks_connection => vec![rest.and_then(|cube| cube.with(family, Field::State, &tracked))],
        None => return Ok(true),
    };
    spec.restrict_to(cubes.into_iter().flatten());
    Ok(true)
}

/// What an option of conntrack asks of the connection; `None`: it is not modelled.
fn connection_field<'a>(
    spec: &Spec<'a>,
    option: Token<'a>,
    value: Token<'a>,
) -> Result<Option<(Field, IntervalSet)>, Bad<'a>> {
    let addresses = |field| match value::net(spec.family, value.text) {
        // Of a mask with holes iptables lists only the address, and the kernel (6.18) does not match by the mask.
        Some(net) if !net.is_prefix() => Ok(None),
        Some(net) => Ok(net.addresses().map(|set| (field, set))),
        None => Ok(None),
    };
    let ports = |field| match value::plain_ports(value.text) {
        Some(range) => Ok(Some((field, value::set_of(range)))),
        None => Ok(None),
    };
    match option.text {
        "--ctproto" => match value::protocol(value.text) {
            Some(proto) => Ok(Some((Field::Proto, IntervalSet::single(proto.into())))),
            None => Err(invalid(value, "a protocol")),
        },
        "--ctorigsrc" => addresses(Field::OrigSrc),
        "--ctorigdst" => addresses(Field::OrigDst),
        "--ctreplsrc" => addresses(Field::ReplySrc),
        "--ctrepldst" => addresses(Field::ReplyDst),
        "--ctorigsrcport" => ports(Field::OrigSrcPort),
        "--ctorigdstport" => ports(Field::OrigDstPort),
        "--ctdir" => match value.text.to_ascii_uppercase().as_str() {
            "ORIGINAL" => Ok(Some((Field::Direction, IntervalSet::single(0)))),
            "REPLY" => Ok(Some((Field::Direction, IntervalSet::single(1)))),
            _ => Err(invalid(value, "a direction")),
        },
        "--ctreplsrcport" | "--ctrepldstport" | "--ctstatus" | "--ctexpire" => Ok(None),
        _ => unknown(option, "conntrack"),
    }
}

fn show_value(option: Token<'_>, value: Token<'_>) -> String {
    match option.text {
        "--ctproto" => value::protocol(value.text).map(|proto| proto.to_string()),
        "--ctorigsrcport" | "--ctorigdstport" => value::plain_ports(value.text).map(show_range),
        "--ctdir" => Some(value.text.to_ascii_uppercase()),
        _ => None,
    }
    .unwrap_or_else(|| value.raw.to_owned())
}

/// The states in the order of iptables-save.
const STATES: [&str; 7] = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"];

/// `-m state` knows nothing of translations.
fn state_list(value: Token<'_>, plain: bool) -> Result<IntervalSet, Bad<'_>> {
    value.text.split(',').try_fold(IntervalSet::empty(), |all, word| {
        let set = match STATES.iter().find(|state| names::begins(state, word)).copied().unwrap_or("") {
            "NEW" => states::of(CtState::New),
            "ESTABLISHED" => states::of(CtState::Established),
            "RELATED" => states::of(CtState::Related),
            "INVALID" => states::of(CtState::Invalid),
            "UNTRACKED" => states::of(CtState::Untracked),
            "SNAT" if !plain => states::source_translated(),
            "DNAT" if !plain => states::destination_translated(),
            _ => return Err(Bad::value(value.raw, format!("`{word}` is not a state of a connection"))),
        };
        Ok(all.union(&set))
    })
}

/// States in the order of iptables-save.
fn show_states(list: &str) -> String {
    let named = |s: &&&str| list.split(',').any(|w| names::begins(s, w));
    STATES.iter().filter(named).copied().collect::<Vec<_>>().join(",")
}

//! Targets in the words of iptables-save.

use super::{asks_masks_or_shifts, has, mark, reject, value_of};
use crate::format::iptables::canonical::quote;
use crate::format::iptables::names;
use crate::format::iptables::spec::{Spec, Target};
use crate::format::iptables::value;
use crate::policy::{Denial, MarkChange, MarkKind};

/// The target in the words of iptables-save.
pub(in crate::format::iptables) fn canonical(spec: &Spec<'_>) -> String {
    let Some(target) = &spec.target else { return String::new() };
    let mut out = format!(" {} {}", if target.goto { "-g" } else { "-j" }, target.name.raw);
    let marks = |kind| mark(target, kind).map(|change| show_mark(kind, change)).unwrap_or_default();
    let written = || target.options.iter().map(|t| format!(" {}", if t.quoted() { t.raw } else { t.text })).collect();
    let options = match target.name.text {
        "REJECT" => match reject(spec, target).ok().and_then(Denial::reject_name) {
            Some(name) => format!(" --reject-with {name}"),
            None => String::new(),
        },
        "MARK" => marks(MarkKind::Packet),
        "CONNMARK" if asks_masks_or_shifts(target) => written(),
        "CONNMARK" => marks(MarkKind::Connection),
        "LOG" => log(target),
        "DSCP" => dscp(target).unwrap_or_else(written),
        "TOS" => tos(target).unwrap_or_else(written),
        // Group 0 is what there is without a word about it.
        "NFLOG" if value_of(target, &["--nflog-group"]).is_ok_and(|v| v.is_some_and(|v| v.text == "0")) => {
            without(target, "--nflog-group")
        }
        _ => written(),
    };
    out.push_str(&options);
    out
}

fn show_mark(kind: MarkKind, change: MarkChange) -> String {
    let masks = |nfmask: u32, ctmask: u32| format!(" --nfmask {nfmask:#x} --ctmask {ctmask:#x}");
    match change {
        MarkChange::Set { value, mask, .. } if kind == MarkKind::Connection && mask == u32::MAX => {
            format!(" --set-xmark {value:#x}/0xffffffff")
        }
        MarkChange::Set { value, mask, .. } => format!(" --set-xmark {value:#x}/{mask:#x}"),
        MarkChange::Lost(_) => String::new(),
        MarkChange::Save { nfmask, ctmask } => format!(" --save-mark{}", masks(nfmask, ctmask)),
        MarkChange::Restore { nfmask, ctmask } => format!(" --restore-mark{}", masks(nfmask, ctmask)),
    }
}

/// The options without one that has a value.
fn without(target: &Target<'_>, option: &str) -> String {
    let skipped = target.options.iter().position(|t| t.is(option)).unwrap_or(target.options.len());
    let kept = target.options.iter().enumerate().filter(|(at, _)| *at != skipped && *at != skipped + 1);
    kept.map(|(_, t)| format!(" {}", t.raw)).collect()
}

/// Level 4 is what there is without a word about it, and a prefix has at most 29 characters.
fn log(target: &Target<'_>) -> String {
    const FLAGS: [&str; 5] =
        ["--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid", "--log-macdecode"];
    let value = |option| value_of(target, &[option]).ok().flatten();
    let prefix = value("--log-prefix").map(|text| {
        let text: String = text.text.chars().take(29).collect();
        format!(" --log-prefix {}", quote(&text))
    });
    let level = value("--log-level").map(|level| names::log_level(level.text)).filter(|level| *level != "4");
    let level = level.map(|level| format!(" --log-level {level}"));
    let flags = FLAGS.iter().filter(|flag| has(target, flag)).map(|flag| format!(" {flag}"));
    prefix.into_iter().chain(level).chain(flags).collect()
}

fn dscp(target: &Target<'_>) -> Option<String> {
    let number = match value_of(target, &["--set-dscp-class"]).ok()? {
        Some(class) => names::dscp_class(class.text)?.into(),
        None => value::number(value_of(target, &["--set-dscp"]).ok()??.text)?,
    };
    Some(format!(" --set-dscp {number:#04x}"))
}

/// iptables keeps a value and the bits that it replaces: names stand for the six bits of RFC 1349 and its forerunners.
fn tos(target: &Target<'_>) -> Option<String> {
    let bits = |option| value_of(target, &[option]).ok().flatten().and_then(|v| value::number(v.text));
    let (value, mask) = match (bits("--and-tos"), bits("--or-tos"), bits("--xor-tos")) {
        (Some(bits), ..) => (0, !bits & 0xff),
        (_, Some(bits), _) => (bits, bits),
        (.., Some(bits)) => (bits, 0),
        _ => set_tos(value_of(target, &["--set-tos"]).ok()??.text)?,
    };
    Some(format!(" --set-tos {value:#04x}/{mask:#04x}"))
}

fn set_tos(text: &str) -> Option<(u32, u32)> {
    match names::tos(text) {
        Some(value) => Some((value.into(), 0x3f)),
        None => value::masked_number(text).map(|(value, mask)| (value, mask.unwrap_or(0xff))),
    }
}

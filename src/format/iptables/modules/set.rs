//! `-m set`: the sets of ipset, as far as their contents were given (iptables-extensions(8), "set"; ipset(8)).

use super::{invalid, option};
use crate::format::ipset::{Answer, Question, Side};
use crate::format::iptables::context::{Bad, Context};
use crate::format::iptables::cursor::Cursor;
use crate::format::iptables::spec::Spec;
use crate::format::iptables::token::Token;
use crate::policy::{MarkKind, MarkTest};
use crate::space::PacketSet;
use std::rc::Rc;

/// The most directions that iptables takes.
const MAX_SIDES: usize = 6;

/// The options of one `-m set`.
struct Options<'a> {
    name: Token<'a>,
    sides: Vec<Side>,
    negated: bool,
    exceptions: bool,
    /// An option that asks for counters, which no text tells.
    counters: bool,
}

pub(super) fn set<'a>(
    spec: &mut Spec<'a>,
    name: Token<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let options = options(name, cursor)?;
    let set = options.name.text;
    check_family(&options.name, context)?;
    if let Some(canonical) = &mut spec.canonical {
        canonical.written(whole);
        canonical.gloss(set, context.sets.gloss(set));
    }
    if let Err(why) = apply(spec, &options, context) {
        spec.leave_open_because(whole, &why, context);
    }
    Ok(true)
}

/// The options; `extensions` has seen that there is one `--match-set`.
fn options<'a>(module: Token<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<Options<'a>, Bad<'a>> {
    let (mut set, mut exceptions, mut counters) = (None, false, false);
    while let Some((negated, option)) = option(cursor) {
        match option.text {
            "--match-set" => set = Some((negated, cursor.value(option)?, sides(cursor.value(option)?)?)),
            "--return-nomatch" => exceptions = true,
            // What the kernel counts has no effect on the verdict.
            "--update-counters" | "--update-subcounters" => {}
            _ => {
                cursor.value(option)?;
                counters = true;
            }
        }
    }
    let missing = || Bad::new(module.raw, "`-m set` needs `--match-set`");
    let (negated, name, sides) = set.ok_or_else(missing)?;
    Ok(Options { name, sides, negated, exceptions, counters })
}

fn sides(text: Token<'_>) -> Result<Vec<Side>, Bad<'_>> {
    let side = |word: &str| match word {
        "src" => Some(Side::Src),
        "dst" => Some(Side::Dst),
        _ => None,
    };
    let sides: Option<Vec<Side>> = text.text.split(',').map(side).collect();
    let sides = sides.ok_or_else(|| invalid(text, "a list of `src` and `dst`"))?;
    if sides.len() > MAX_SIDES { Err(invalid(text, "a list of at most 6 directions")) } else { Ok(sides) }
}

/// iptables-restore refuses a set of the other family (checked with 1.8.9).
pub(in crate::format::iptables) fn check_family<'a>(name: &Token<'a>, context: &Context<'a>) -> Result<(), Bad<'a>> {
    match context.sets.family(name.text).filter(|family| *family != context.family) {
        Some(family) => Err(Bad::new(
            name.raw,
            format!("the set `{}` is for {family}, and the rule for {}", name.text, context.family),
        )),
        None => Ok(()),
    }
}

/// Narrows the rule to the packets of the set. The error says what is left open.
fn apply<'a>(spec: &mut Spec<'a>, options: &Options<'a>, context: &mut Context<'a>) -> Result<(), String> {
    let set = options.name.text;
    let answer = answer(options, context).ok_or_else(|| not_given(set))?;
    if context.changed_sets.contains(set) {
        return Err(format!("the rules change set {set} while they run"));
    }
    let open = match &answer.open {
        Some(why) => Some(format!("what set {set} holds is not sure: {why}")),
        None if options.counters => Some(format!("the text does not tell what set {set} has counted")),
        None if options.negated && answer.mark.is_some() => Some(format!("set {set} asks for a mark")),
        None => None,
    };
    match (open, options.negated) {
        (None, true) => {
            let rest = complement(&answer.packets);
            if rest.is_some_and(|rest| spec.narrow(&rest)) { Ok(()) } else { Err(too_many(set)) }
        }
        (None, false) => {
            if let Some((value, mask)) = answer.mark {
                spec.marks.push(MarkTest { kind: MarkKind::Packet, value, mask, negated: false });
            }
            if spec.narrow(&answer.packets) { Ok(()) } else { Err(too_many(set)) }
        }
        (Some(why), negated) => {
            // Whatever is open, only packets of the bound can be in the set; of those outside nothing is known.
            if !negated {
                spec.narrow(&answer.packets);
            }
            Err(why)
        }
    }
}

fn not_given(set: &str) -> String {
    format!("the contents of set {set} were not given; give them with --ipset FILE")
}

fn too_many(set: &str) -> String {
    format!("set {set} falls into too many pieces beside the other conditions")
}

/// What a set says to the same question is asked once.
fn answer<'a>(options: &Options<'a>, context: &mut Context<'a>) -> Option<Rc<Answer>> {
    let key = (options.name.text, options.sides.clone(), options.exceptions);
    if let Some(known) = context.answers.get(&key) {
        return Some(Rc::clone(known));
    }
    let (sides, exceptions) = (options.sides.as_slice(), options.exceptions);
    let question = Question { family: context.family, sides, exceptions, interfaces: &context.interfaces };
    let answer = Rc::new(context.sets.ask(options.name.text, question)?);
    context.answers.insert(key, Rc::clone(&answer));
    Some(answer)
}

/// All other packets; `None` when they are too many pieces.
fn complement(packets: &PacketSet) -> Option<PacketSet> {
    let all = PacketSet::full(packets.family());
    packets.cubes().iter().try_fold(all, |rest, cube| {
        let rest = rest.subtract_cubes(std::slice::from_ref(cube));
        (rest.cubes().len() <= Spec::MAX_PIECES).then_some(rest)
    })
}

//! What the client will show, as a section of the report for people.

use super::paint::Paint;
use super::wrapped;
use crate::client::Prediction;
use crate::report::client::{MOST, told};
use crate::report::{Style, clean};

/// Predictions of a rule set that are told in full; of the rest, whose clients fare much the same, only the state.
const WHOLE: usize = 6;

/// The section, or nothing when nothing is predicted. Rule sets are named only where there are several.
pub fn section(predictions: &[Prediction], several: bool, style: &Style) -> String {
    if predictions.is_empty() {
        return String::new();
    }
    let mut out = Paint { color: style.color }.heading("what the client will show") + "\n";
    let (mut before, mut shortened) = ("", false);
    let mut count = 0;
    for prediction in predictions {
        count = if prediction.rule_set == before { count + 1 } else { 1 };
        before = &prediction.rule_set;
        let whole = count <= style.most(WHOLE);
        shortened |= !whole;
        out += &one(prediction, several, whole, style);
    }
    if shortened {
        out += "  (`--verbose` tells the other parts of the clients as fully)\n";
    }
    out + "\n"
}

fn one(prediction: &Prediction, several: bool, whole: bool, style: &Style) -> String {
    let told = told(prediction, style.most(MOST));
    let rule_set = if several { format!("{}, ", clean::line(&prediction.rule_set)) } else { String::new() };
    let mut out = wrapped("  ", &format!("{rule_set}{}", told.state), style.width);
    if !whole {
        return out;
    }
    out += &wrapped("    ", &format!("for the help desk: {}", told.help_desk), style.width);
    if let Some(capture) = &told.capture {
        out += &wrapped("    ", &format!("in a capture at the client: {capture}"), style.width);
    }
    // A line to be copied is never wrapped.
    told.filter.iter().for_each(|filter| out += &format!("    display filter: {filter}\n"));
    out
}

//! What the client will show, as a section of the report for people.

use super::paint::Paint;
use super::wrapped;
use crate::client::Prediction;
use crate::report::client::{MOST, told};
use crate::report::{Style, clean};

/// The section, or nothing when nothing is predicted. Rule sets are named only where there are several.
pub fn section(predictions: &[Prediction], several: bool, style: &Style) -> String {
    if predictions.is_empty() {
        return String::new();
    }
    let mut out = Paint { color: style.color }.heading("what the client will show") + "\n";
    for prediction in predictions {
        out += &one(prediction, several, style);
    }
    out + "\n"
}

fn one(prediction: &Prediction, several: bool, style: &Style) -> String {
    let told = told(prediction, style.most(MOST));
    let rule_set = if several { format!("{}, ", clean::line(&prediction.rule_set)) } else { String::new() };
    let mut out = wrapped("  ", &format!("{rule_set}{}", told.state), style.width);
    out += &wrapped("    ", &format!("for the help desk: {}", told.help_desk), style.width);
    if let Some(capture) = &told.capture {
        out += &wrapped("    ", &format!("in a capture at the client: {capture}"), style.width);
    }
    // A line to be copied is never wrapped.
    told.filter.iter().for_each(|filter| out += &format!("    display filter: {filter}\n"));
    out
}

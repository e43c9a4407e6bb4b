//! What the client will show, in words.

use super::paint::Paint;
use super::wrapped;
use crate::client::{CANNOT_TELL, Prediction, UNAVAILABLE, UNAVAILABLE_THERE};
use crate::report::{Style, clean, words};
use crate::space::Field;

const MOST: usize = 4;

/// The section, or nothing when nothing is predicted. Rule sets are named only where there are several.
pub fn section(predictions: &[Prediction], several: bool, style: &Style) -> String {
    if predictions.is_empty() {
        return String::new();
    }
    let mut out = Paint { color: style.color }.heading("what the client will show") + "\n";
    for prediction in predictions {
        out += &wrapped("  ", &sentence(prediction, several, style.most(MOST)), style.width);
    }
    if predictions.iter().any(|p| matches!(p.state, UNAVAILABLE | UNAVAILABLE_THERE)) {
        out += "  the client fails open: users browse unprotected and do not notice\n";
    }
    out + "\n"
}

fn sentence(prediction: &Prediction, several: bool, most: usize) -> String {
    let from = words::cidrs(prediction.family, &prediction.from.values(Field::Src));
    let rule_set = if several { format!("{}, ", clean::line(&prediction.rule_set)) } else { String::new() };
    let service = match prediction.service.as_str() {
        "dns" => "DNS protection",
        _ => "web protection",
    };
    let family = prediction.family;
    let state = match prediction.state {
        CANNOT_TELL => "cannot tell, the verdicts differ or are undecided".to_owned(),
        state => format!("\"{state}\""),
    };
    let regions = regions(&prediction.regions, most);
    format!("{rule_set}{service} over {family} from {}: {state}{regions}", words::some_of(&from, most))
}

fn regions(regions: &[String], most: usize) -> String {
    let named = clean::line(&words::some_of(regions, most)).into_owned();
    match regions.len() {
        0 => String::new(),
        number => format!(" ({}: {named})", words::counted(number, "region")),
    }
}

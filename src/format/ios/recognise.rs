//! Is it a configuration of IOS, IOS-XE, NX-OS or EOS, or a listing of their access lists?

use super::listing;
use crate::format::asa::line::without_prompt;
use crate::format::asa::looks_like_ios;

/// Lines that are looked at, as for an ASA.
const LOOK: usize = 20_000;

/// Does the text look like one?
pub fn recognises(text: &str) -> bool {
    looks_like_ios(text) || text.lines().take(LOOK).any(|line| listing::title(without_prompt(line.trim())).is_some())
}

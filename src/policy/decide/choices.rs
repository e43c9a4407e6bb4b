//! Where the text leaves something open, every way is tried: one sequence of choices after another.

/// Tries all sequences of choices, one run after another, like the digits of a counter.
#[derive(Default)]
pub(super) struct Choices {
    taken: Vec<(usize, usize)>,
    next: usize,
    /// Rules asked so far, on all ways.
    pub(super) asked: usize,
}

impl Choices {
    pub(super) fn begin(&mut self) {
        self.next = 0;
    }

    /// One of `0..of`.
    pub(super) fn pick(&mut self, of: usize) -> usize {
        if self.next == self.taken.len() {
            self.taken.push((0, of));
        }
        let choice = self.taken.get(self.next).map_or(0, |t| t.0);
        self.next += 1;
        choice
    }

    /// Goes on to the next sequence; `false` when all were tried.
    pub(super) fn advance(&mut self) -> bool {
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                self.taken.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

//! How many nodes aliases add, counted while the text is scanned: a parser would have to repeat them all to know.

use std::collections::HashMap;

/// The nodes of a text so far, and of the parts that anchors name. What the scan does not tell is not counted, so that
/// there are never fewer nodes than these.
#[derive(Default)]
pub(super) struct Anchors<'t> {
    /// All nodes so far, those that aliases repeat among them.
    pub nodes: usize,
    sizes: HashMap<&'t [u8], usize>,
    open: Vec<Open<'t>>,
}

/// An anchor whose node has not ended yet.
struct Open<'t> {
    name: &'t [u8],
    /// The nodes before it.
    before: usize,
    /// How many brackets are open around it.
    flow: usize,
    /// The column of the collection around it; the node ends where a line begins there or before. `None` is never.
    column: Option<usize>,
}

impl<'t> Anchors<'t> {
    /// The node that begins here has a name.
    pub fn begin(&mut self, name: &'t [u8], flow: usize, column: Option<usize>) {
        self.open.push(Open { name, before: self.nodes, flow, column });
    }

    /// The node of that name is repeated.
    pub fn repeat(&mut self, name: &[u8]) {
        let size = self.sizes.get(name).copied().unwrap_or(0);
        self.nodes = self.nodes.saturating_add(size.max(1));
    }

    /// A line goes on at this column, outside of brackets.
    pub fn line(&mut self, column: usize) {
        self.end(|open| open.flow == 0 && open.column.is_some_and(|around| column <= around));
    }

    /// A comma or a closing bracket, with so many brackets open before it.
    pub fn separator(&mut self, flow: usize) {
        self.end(|open| open.flow >= flow);
    }

    fn end(&mut self, over: impl Fn(&Open<'_>) -> bool) {
        while let Some(open) = self.open.pop_if(|open| over(open)) {
            self.sizes.insert(open.name, self.nodes - open.before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_count_what_their_anchors_hold() {
        let mut anchors = Anchors::default();
        anchors.begin(b"a", 0, Some(2));
        anchors.nodes += 3;
        anchors.line(4);
        anchors.repeat(b"a");
        assert_eq!(anchors.nodes, 4, "an open anchor has no size yet");
        anchors.line(2);
        anchors.repeat(b"a");
        assert_eq!(anchors.nodes, 8);
        anchors.begin(b"b", 1, None);
        anchors.repeat(b"a");
        anchors.separator(2);
        anchors.separator(1);
        anchors.repeat(b"b");
        assert_eq!(anchors.nodes, 16);
    }
}

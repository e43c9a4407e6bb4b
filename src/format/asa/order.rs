//! A list into which lines are put at any place, without moving all that come after.

/// INVARIANT: no chunk is empty or longer than twice [`CHUNK`].
#[derive(Debug, Clone)]
pub struct Ordered<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

const CHUNK: usize = 1_024;

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered { chunks: Vec::new(), len: 0 }
    }
}

impl<T> Ordered<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.chunks.iter().flatten()
    }

    /// All, in order, in shares of about the same size.
    pub fn shares(&self) -> &[Vec<T>] {
        &self.chunks
    }

    /// Adds one at the end.
    pub fn push(&mut self, item: T) {
        self.len += 1;
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(item),
            _ => self.chunks.push(vec![item]),
        }
    }

    /// Puts one before the one at a place; at the end when the place is past it.
    pub fn insert(&mut self, at: usize, item: T) {
        let mut left = at;
        for (index, chunk) in self.chunks.iter_mut().enumerate() {
            if left >= chunk.len() {
                left -= chunk.len();
                continue;
            }
            chunk.insert(left, item);
            self.len += 1;
            if chunk.len() > 2 * CHUNK {
                let rest = chunk.split_off(CHUNK);
                self.chunks.insert(index + 1, rest);
            }
            return;
        }
        self.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_a_plain_list_holds() {
        let (mut ordered, mut plain) = (Ordered::default(), Vec::new());
        for n in 0..10_000usize {
            let at = n.wrapping_mul(2_654_435_761) % (plain.len() + 2);
            ordered.insert(at, n);
            plain.insert(at.min(plain.len()), n);
        }
        ordered.push(1);
        plain.push(1);
        assert_eq!(ordered.len(), plain.len());
        assert!(ordered.iter().eq(&plain));
    }
}

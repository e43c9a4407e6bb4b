//! The words of a line. Each word is a slice of the text, so its place is known without being kept.

/// What is left of a line. Copying it is a bookmark.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// All words of a line.
    pub fn new(line: &'a str) -> Words<'a> {
        Words { rest: line.trim() }
    }

    /// The next word, which stays where it is.
    pub fn peek(&self) -> Option<&'a str> {
        self.clone_next().map(|(word, _)| word)
    }

    /// Takes the next word if it is this one.
    pub fn take_if(&mut self, word: &str) -> bool {
        let taken = self.peek() == Some(word);
        if taken {
            self.next();
        }
        taken
    }

    /// Takes the next word if it passes the test.
    pub fn take_when(&mut self, test: impl Fn(&str) -> bool) -> Option<&'a str> {
        if self.peek().is_some_and(test) { self.next() } else { None }
    }

    /// Everything that is left.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Is nothing left?
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn clone_next(&self) -> Option<(&'a str, &'a str)> {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        if word.is_empty() { None } else { Some((word, rest.trim_start())) }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (word, rest) = self.clone_next()?;
        self.rest = rest;
        Some(word)
    }
}

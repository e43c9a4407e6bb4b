//! Rules in the words of iptables-save, for `show`.

/// A rule in the words of iptables-save.
#[derive(Debug, Clone, Default)]
pub(super) struct Canonical {
    head: [String; 6],
    modules: String,
    /// What names in the rule stand for, behind it.
    pub gloss: String,
}

impl Canonical {
    /// The rule behind `-A CHAIN`, without its target.
    pub(super) fn text(&self) -> String {
        let mut out = self.head.concat();
        out.push_str(&self.modules);
        out
    }

    /// Sets the option of a slot, `-s` to `-p` in the order of iptables-save.
    pub(super) fn put(&mut self, slot: usize, negated: bool, option: &str, value: &str) {
        if let Some(head) = self.head.get_mut(slot) {
            *head = format!(" {}{option} {value}", not(negated));
        }
    }

    /// `-f` stands behind the other options of iptables itself.
    pub(super) fn fragments(&mut self, negated: bool) {
        if let Some(last) = self.head.last_mut() {
            *last = format!(" {}-f", not(negated));
        }
    }

    /// Adds options as they are written.
    pub(super) fn written(&mut self, part: &str) {
        self.modules.push(' ');
        self.modules.push_str(part);
    }

    /// Says what a set holds.
    pub(super) fn gloss(&mut self, set: &str, holds: Option<String>) {
        if let Some(holds) = holds {
            self.gloss.push_str(&format!("  (set {set}, {holds})"));
        }
    }

    /// Adds options of a module.
    pub(super) fn module(&mut self, name: &str, options: &str) {
        self.written(&format!("-m {name}"));
        if !options.is_empty() {
            self.written(options);
        }
    }
}

/// `! ` or nothing.
pub(super) fn not(negated: bool) -> &'static str {
    if negated { "! " } else { "" }
}

/// iptables-save quotes only what would not be one plain word.
pub(super) fn quote(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    let mut escaped = false;
    for c in text.chars() {
        if c == '\'' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out + "\""
}

/// A range of ports as iptables-save prints it.
pub(super) fn show_range((low, high): (u16, u16)) -> String {
    if low == high { low.to_string() } else { format!("{low}:{high}") }
}

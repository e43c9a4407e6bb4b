//! The output of `show access-lists`: the same entries under a title of its own.

use crate::format::asa::words::Words;

/// What a title line says of the list below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Title<'a> {
    /// Its name or number.
    pub name: &'a str,
    /// Is it a list of sources only?
    pub standard: bool,
    /// Is it for IPv6?
    pub six: bool,
    /// Are its entries temporary ones, made by `reflect`?
    pub reflexive: bool,
}

/// `Extended IP access list 101`, `IPv6 access list V6`, `IP access list WEB` (NX-OS), `IP Access List WEB` (EOS).
pub fn title(line: &str) -> Option<Title<'_>> {
    let mut words = Words::new(line);
    let kind = words.take_when(|w| ["standard", "extended", "reflexive"].iter().any(|k| w.eq_ignore_ascii_case(k)));
    let family = words.next().filter(|w| matches!(*w, "IP" | "IPv6" | "IPV6" | "IPv4"))?;
    let mut fixed = ["access", "list"].iter();
    if !fixed.all(|w| words.next().is_some_and(|mine| mine.eq_ignore_ascii_case(w))) {
        return None;
    }
    let is = |word: &str| kind.is_some_and(|k| k.eq_ignore_ascii_case(word));
    let name = words.next()?;
    Some(Title { name, standard: is("standard"), six: family.ends_with('6'), reflexive: is("reflexive") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_all_three_systems() {
        let of = |line| title(line).map(|t| (t.name, t.standard, t.six, t.reflexive));
        assert_eq!(of("Extended IP access list 101"), Some(("101", false, false, false)));
        assert_eq!(of("Standard IP access list 10 (Compiled)"), Some(("10", true, false, false)));
        assert_eq!(of("IPv6 access list V6"), Some(("V6", false, true, false)));
        assert_eq!(of("Reflexive IP access list BACK"), Some(("BACK", false, false, true)));
        assert_eq!(
            of("IP Access List default-control-plane-acl [readonly]"),
            Some(("default-control-plane-acl", false, false, false))
        );
        assert_eq!(of("IP access lists are fine"), None);
        assert_eq!(of("ip access-list extended X"), None);
    }
}

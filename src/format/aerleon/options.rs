//! The words behind a target: name, family, and what the platform's generator takes besides.
//!
//! Aerleon documentation, "Generator Reference", the header format of each platform.

use super::target::{Kind, Target};
use crate::finding::{Code, Finding};
use crate::space::Family;
use crate::yaml::Scalar;

/// What the header says for a target.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub name: String,
    pub families: Vec<Family>,
    /// The policy of a chain, where the header says one.
    pub accepts: Option<bool>,
    /// `nostate`: rules of a chain do not ask for the state of connections.
    pub stateless: bool,
    /// `nochainedterms`: all terms stand in one chain.
    pub unchained: bool,
    /// The zones between which the filter decides; `None` is any zone.
    pub zones: [Option<String>; 2],
}

/// Words without effect on which packets pass.
const NEUTRAL: &[(Kind, &[&str])] = &[
    (Kind::RouterList, &["extended", "object-group", "noverbose", "enable_dsmo"]),
    (Kind::AsaList, &["enable_dsmo"]),
    (Kind::JunosFilter, &["dsmo", "not-interface-specific", "noverbose", "ingress", "egress", "loopback", "physical"]),
    (Kind::Chains, &["noverbose", "abbreviateterms", "truncateterms", "truncatenames", "abbreviatenames"]),
    (
        Kind::Zones,
        &[
            "noverbose",
            "addr-obj",
            "no-addr-obj",
            "unique-term-prefixes",
            "address-book-zone",
            "address-book-global",
            "no-apply-groups",
        ],
    ),
];

impl Options {
    /// Reads the words; a word that is not known may change anything.
    pub fn read(target: &Target, words: &[Scalar<'_>], key: &Scalar<'_>) -> Result<Options, Finding> {
        let mut options = Options { families: by_default(target), ..Options::default() };
        if target.kind == Kind::Unknown {
            return Ok(options);
        }
        let mut rest = words.iter();
        if target.kind == Kind::Zones {
            options.zones(&mut rest, key)?;
        } else {
            let missing =
                || Finding::new(Code::InvalidValue, format!("the target `{}` needs a name", key.text)).at(key.span, "");
            options.name = rest.next().ok_or_else(missing)?.text.to_string();
        }
        rest.try_for_each(|word| options.word(target, word))?;
        Ok(options)
    }

    /// `from-zone A to-zone B`.
    fn zones(&mut self, words: &mut std::slice::Iter<'_, Scalar<'_>>, key: &Scalar<'_>) -> Result<(), Finding> {
        let wrong = || {
            Finding::new(Code::InvalidValue, format!("the target `{}` needs `from-zone` and `to-zone`", key.text))
                .at(key.span, "")
                .help(format!("write `{}: from-zone inside to-zone outside`", key.text))
        };
        for (slot, wanted) in self.zones.iter_mut().zip(["from-zone", "to-zone"]) {
            words.next().filter(|word| word.text == wanted).ok_or_else(wrong)?;
            let zone = words.next().ok_or_else(wrong)?;
            *slot = (!matches!(zone.text.as_ref(), "all" | "any")).then(|| zone.text.to_string());
        }
        let shown = |zone: &Option<String>| zone.clone().unwrap_or_else(|| "any zone".to_owned());
        let [from, to] = &self.zones;
        self.name = format!("from {} to {}", shown(from), shown(to));
        Ok(())
    }

    fn word(&mut self, target: &Target, word: &Scalar<'_>) -> Result<(), Finding> {
        let mixed = !matches!(target.kind, Kind::AsaList | Kind::Chains);
        let neutral = NEUTRAL.iter().any(|row| row.0 == target.kind && row.1.contains(&word.text.as_ref()));
        match (target.kind, word.text.as_ref()) {
            (Kind::RouterList | Kind::JunosFilter | Kind::Chains | Kind::Zones, "inet6") => {
                self.families = vec![Family::V6]
            }
            (Kind::RouterList | Kind::JunosFilter | Kind::Chains | Kind::Zones, "inet") => {
                self.families = vec![Family::V4]
            }
            (_, "mixed") if mixed => self.families = Family::BOTH.to_vec(),
            (Kind::Chains, "ACCEPT") => self.accepts = Some(true),
            (Kind::Chains, "DROP") => self.accepts = Some(false),
            (Kind::Chains, "nostate") => self.stateless = true,
            (Kind::Chains, "nochainedterms") => self.unchained = true,
            _ if neutral => {}
            _ => {
                let message = format!("the option `{}` of the target `{}` is not modelled", word.text, target.name);
                return Err(Finding::new(Code::InvalidValue, message).at(word.span, "what it changes is not known"));
            }
        }
        Ok(())
    }
}

/// The families of a filter whose header names none.
fn by_default(target: &Target) -> Vec<Family> {
    match (target.kind, target.name.as_str()) {
        (Kind::Unknown, _) | (_, "srx" | "fortigate") => Family::BOTH.to_vec(),
        _ => vec![Family::V4],
    }
}

//! A catalogue as YAML, in the schema that it is read in.

use super::{Catalogue, Confidence, Destination, FlowSpec, Provenance, Region, Service, Target, Update, flows};
use crate::yaml::Value;
use std::collections::HashMap;

/// The entries of a mapping so far.
type Entries = Vec<(String, Value)>;

impl Catalogue {
    /// The catalogue as YAML with a comment at its head. Reading it gives the same catalogue, but for its places.
    pub fn to_yaml(&self, comment: &str) -> String {
        let head: String = comment.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
        format!("{head}\n{}", crate::yaml::write(&self.value()))
    }

    fn value(&self) -> Value {
        let sources = Sources::of(self);
        let mut map = Entries::new();
        put(&mut map, "title", &self.title);
        if let Some(days) = self.max_age {
            add(&mut map, "max_age", Value::Number(days));
        }
        if let Some(update) = &self.update {
            add(&mut map, "update", update_value(update));
        }
        add(&mut map, "sources", sources.value());
        let services = self.services.iter().map(|service| service_value(service, &sources));
        add(&mut map, "services", Value::List(services.collect()));
        Value::Map(map)
    }
}

/// The sources of a catalogue. Statements with the same title and reference are of one source; what differs in age or
/// grade stands at the destination.
struct Sources<'a> {
    all: Vec<&'a Provenance>,
    places: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Sources<'a> {
    fn of(catalogue: &'a Catalogue) -> Sources<'a> {
        let (mut all, mut places) = (Vec::new(), HashMap::new());
        for service in &catalogue.services {
            let related = service.related.iter();
            let each = service.all_destinations().map(|(_, one)| one).chain(related);
            for provenance in each.map(|one| &one.provenance) {
                places.entry(key(provenance)).or_insert_with(|| {
                    all.push(provenance);
                    all.len() - 1
                });
            }
        }
        Sources { all, places }
    }

    fn place(&self, of: &Provenance) -> Option<usize> {
        self.places.get(&key(of)).copied()
    }

    /// What a source says where a destination says nothing else.
    fn stated(&self, of: &Provenance) -> Option<&'a Provenance> {
        self.all.get(self.place(of)?).copied()
    }

    fn name(&self, of: &Provenance) -> String {
        match self.place(of) {
            Some(0) | None => "list".to_owned(),
            Some(place) => format!("list-{}", place + 1),
        }
    }

    fn value(&self) -> Value {
        let each = self.all.iter().map(|source| {
            let mut map = Entries::new();
            put(&mut map, "title", &source.title);
            put(&mut map, "reference", &source.reference);
            age_and_grade(&mut map, source);
            (self.name(source), Value::Map(map))
        });
        Value::Map(each.collect())
    }
}

fn key(of: &Provenance) -> (&str, &str) {
    (&of.title, &of.reference)
}

fn age_and_grade(map: &mut Entries, source: &Provenance) {
    add(map, "as_of", as_of(source));
    add(map, "confidence", source.confidence.name().into());
    put(map, "reason", &source.reason);
}

fn as_of(source: &Provenance) -> Value {
    match source.as_of {
        super::AsOf::Before(date) => Value::Map(vec![("before".to_owned(), date.to_string().into())]),
        other => other.to_string().into(),
    }
}

fn add(map: &mut Entries, key: &str, value: Value) {
    map.push((key.to_owned(), value));
}

/// A text that is not empty.
fn put(map: &mut Entries, key: &str, text: &str) {
    if !text.is_empty() {
        add(map, key, text.into());
    }
}

fn list<T>(map: &mut Entries, key: &str, items: &[T], value: impl Fn(&T) -> Value) {
    if !items.is_empty() {
        add(map, key, Value::List(items.iter().map(value).collect()));
    }
}

fn update_value(update: &Update) -> Value {
    let (options, mut map) = (&update.options, Entries::new());
    put(&mut map, "url", &update.url);
    let texts = [
        ("sha256", &update.sha256),
        ("etag", &update.etag),
        ("last_modified", &update.last_modified),
        ("feed", &options.feed),
        ("service", &options.service),
        ("region", &options.region),
        ("region_column", &options.region_column),
        ("prefix_column", &options.prefix_column),
    ];
    texts.iter().for_each(|(key, text)| put(&mut map, key, text.as_deref().unwrap_or("")));
    put(&mut map, "checked", &update.checked.map_or_else(String::new, |day| day.to_string()));
    put(&mut map, "title", &options.title);
    if options.confidence != Confidence::High || !options.reason.is_empty() {
        add(&mut map, "confidence", options.confidence.name().into());
        put(&mut map, "reason", &options.reason);
    }
    list(&mut map, "products", &options.products, |product| product.name().into());
    list(&mut map, "flows", &options.flows, |flow| flow.as_str().into());
    put(&mut map, "level", options.level.map_or("", |level| level.name()));
    list(&mut map, "only", &options.only, |only| only.as_str().into());
    if options.allow_reserved {
        add(&mut map, "allow_reserved", Value::Flag(true));
    }
    Value::Map(map)
}

fn service_value(service: &Service, sources: &Sources<'_>) -> Value {
    let mut map = Entries::new();
    put(&mut map, "id", &service.id);
    put(&mut map, "name", &service.name);
    list(&mut map, "products", &service.products, |product| product.name().into());
    let base =
        service.all_destinations().map(|(_, one)| &one.provenance).next().or_else(|| sources.all.first().copied());
    put(&mut map, "source", &base.map_or_else(String::new, |base| sources.name(base)));
    add(&mut map, "flows", Value::List(service.flows.iter().map(flow_value).collect()));
    let one = |one: &Destination| destination_value(one, base, sources);
    if !service.destinations.is_empty() || service.regions.is_empty() {
        add(&mut map, "destinations", Value::List(service.destinations.iter().map(one).collect()));
    }
    list(&mut map, "regions", &service.regions, |region| region_value(region, &one));
    list(&mut map, "related", &service.related, one);
    Value::Map(map)
}

fn flow_value(flow: &FlowSpec) -> Value {
    let mut map = Entries::new();
    put(&mut map, "id", &flow.id);
    let name = flows::PROTOCOLS.iter().find(|(_, number, _)| *number == flow.proto);
    add(&mut map, "proto", name.map_or_else(|| Value::Number(flow.proto.into()), |(name, ..)| (*name).into()));
    list(&mut map, "ports", &flow.ports, |range| port_value(*range));
    if flow.source_ports != [flows::CLIENT_PORTS] {
        list(&mut map, "source_ports", &flow.source_ports, |range| port_value(*range));
    }
    put(&mut map, "level", flow.level.name());
    if let Some(order) = flow.order {
        add(&mut map, "order", Value::Number(order.into()));
    }
    put(&mut map, "any_of", flow.any_of.as_deref().unwrap_or(""));
    put(&mut map, "why", &flow.why);
    put(&mut map, "symptom", &flow.symptom);
    Value::Map(map)
}

fn port_value((low, high): (u16, u16)) -> Value {
    if low == high { Value::Number(low.into()) } else { format!("{low}-{high}").into() }
}

fn region_value(region: &Region, one: &impl Fn(&Destination) -> Value) -> Value {
    let mut map = Entries::new();
    put(&mut map, "id", &region.id);
    put(&mut map, "name", &region.name);
    put(&mut map, "country", &region.country);
    list(&mut map, "aliases", &region.aliases, |alias| alias.as_str().into());
    list(&mut map, "served_from", &region.served_from, |id| id.as_str().into());
    list(&mut map, "destinations", &region.destinations, one);
    Value::Map(map)
}

/// A prefix alone where the source of the service says the rest.
fn destination_value(one: &Destination, base: Option<&Provenance>, sources: &Sources<'_>) -> Value {
    let (key, target) = match &one.target {
        Target::Prefix(net) => ("prefix", net.to_string()),
        Target::Name(name) => ("name", name.clone()),
    };
    let own = &one.provenance;
    let mut map = Entries::new();
    add(&mut map, key, target.as_str().into());
    let name = sources.name(own);
    let stated = sources.stated(own);
    if base.is_none_or(|base| sources.name(base) != name) {
        add(&mut map, "source", name.into());
    }
    let same = |known: &&Provenance| {
        (known.as_of, known.confidence, &known.reason) == (own.as_of, own.confidence, &own.reason)
    };
    if stated.filter(same).is_none() {
        age_and_grade(&mut map, own);
    }
    if one.test_vector && own.confidence != Confidence::Low {
        add(&mut map, "test_vector", Value::Flag(true));
    }
    if key == "prefix" && map.len() == 1 { target.into() } else { Value::Map(map) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources as Texts;

    /// Without the places, which differ.
    fn plain(mut catalogue: Catalogue) -> Catalogue {
        for service in &mut catalogue.services {
            let regions = service.regions.iter_mut().flat_map(|region| &mut region.destinations);
            let all = service.destinations.iter_mut().chain(&mut service.related).chain(regions);
            all.for_each(|one| one.at = None);
        }
        catalogue
    }

    fn read(text: &str) -> Catalogue {
        let mut texts = Texts::new();
        let id = texts.add("c.yaml", text);
        Catalogue::read(id, texts.text(id)).unwrap_or_else(|findings| panic!("{findings:?}\n{text}"))
    }

    #[test]
    fn what_is_written_is_read_as_the_same_catalogue() {
        let example = super::super::tests::documented_example();
        let update = "max_age: 30\nupdate:\n  url: https://example.com/a.csv\n  etag: '\"1 #: x\"'\n  sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n  feed: csv\n  only: [a=b]\n  flows: [tcp/443]\n  confidence: medium\n  level: optional\nservices: [{id: 'no', name: '1e3', flows: [{id: f, proto: 200, level: optional, order: 2, any_of: x}], destinations: ['192.0.2.1']}]\n";
        let shipped = Catalogue::SHIPPED.iter().map(|(_, text)| *text);
        for text in shipped.chain([example.as_str(), update]) {
            let catalogue = plain(read(text));
            let written = catalogue.to_yaml("a comment\nof two lines");
            assert!(written.starts_with("# a comment\n# of two lines\n\ntitle:") || text == update, "{written}");
            let again = read(&written);
            assert_eq!(plain(again.clone()), catalogue);
            assert_eq!(again.to_yaml("a comment\nof two lines"), written);
        }
    }
}

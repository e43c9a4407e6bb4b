//! Writing YAML.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value to write; keys stay in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text; it is quoted where it could be taken for something else.
    Text(String),
    /// A number.
    Number(u32),
    /// `true` or `false`.
    Flag(bool),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<(String, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => serializer.serialize_u32(*number),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

/// A value as YAML, with a final newline. None of the values can fail to be written.
pub fn write(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}

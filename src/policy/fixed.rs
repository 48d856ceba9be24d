//! The built-in document as a constant that the build script writes from `builtin.json`.

use serde_json::{Map, Value};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// JSON that is known when the program is built.
enum Fixed {
    Text(&'static str),
    Integer(u64),
    List(&'static [Fixed]),
    Members(&'static [(&'static str, Fixed)]),
}

impl Fixed {
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(*text),
            Self::Integer(integer) => Value::from(*integer),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Members(_) => Value::Object(self.members()),
        }
    }

    fn members(&self) -> Map<String, Value> {
        let mut read = Map::new();
        let Self::Members(members) = self else { return read };
        for (key, value) in *members {
            read.insert((*key).to_owned(), value.value());
        }
        read
    }
}

/// The members of the built-in document.
pub(super) fn builtin() -> Map<String, Value> {
    BUILTIN.members()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_constant_is_the_file() {
        let file: serde_json::Value = serde_json::from_str(super::super::BUILTIN_JSON).unwrap();
        assert_eq!(serde_json::Value::Object(super::builtin()), file);
    }
}

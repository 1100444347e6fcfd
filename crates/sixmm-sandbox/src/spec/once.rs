//! Names that stand twice in one object of a JSON text: a reader that builds a map would keep the last of them, and tell nobody.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The first name that stands twice in one object. What is no JSON is another reader's to refuse.
pub(super) fn name_given_twice(json: &[u8]) -> Option<String> {
    let mut found = None;
    // The error says no more than `found` does.
    Check(&mut found).deserialize(&mut serde_json::Deserializer::from_slice(json)).ok();
    found
}

/// Passes over a value, and notes the name.
struct Check<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for Check<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Check<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Check(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            if names.contains(&name) {
                *self.0 = Some(name);
                return Err(A::Error::custom("a name stands there twice"));
            }
            names.insert(name);
            fields.next_value_seed(Check(self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_in_one_object_is_found_at_any_depth() {
        let found = |json: &str| name_given_twice(json.as_bytes());
        for json in
            [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":null,"c":{},"a":"x"}]}"#, r#"{"a":1.5,"b":{"a":true,"a":[]}}"#, r#"{"a":1,"\u0061":1}"#]
        {
            assert_eq!(found(json).as_deref(), Some("a"), "{json}");
        }
        for json in [r#"{"a":{"a":-1},"b":[{"a":1},{"a":"a"}]}"#, "[]", "1", "null", "", "{", r#"{"a":1,"b"}"#] {
            assert_eq!(found(json), None, "{json}");
        }
    }
}

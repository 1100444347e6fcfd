//! Modules for `#[serde(with)]` on the decimal fields of a request. This module is for a required decimal, and its submodules are for
//! optional decimals and for lists of decimals.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ExactDecimal;

pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    ExactDecimal(*value).serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    ExactDecimal::deserialize(deserializer).map(|exact| exact.0)
}

/// `#[serde(with)]` for a list of decimals.
pub mod list {
    use super::{Decimal, Deserialize, Deserializer, ExactDecimal, Serialize, Serializer};

    pub fn serialize<S: Serializer>(values: &[Decimal], serializer: S) -> Result<S::Ok, S::Error> {
        crate::wire::write_object::exact_decimals(values).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Decimal>, D::Error> {
        Vec::<ExactDecimal>::deserialize(deserializer).map(|list| list.into_iter().map(|exact| exact.0).collect())
    }
}

/// `#[serde(with)]` for an optional list of decimals.
pub mod optional_list {
    use super::{Decimal, Deserialize, Deserializer, ExactDecimal, Serialize, Serializer};

    pub fn serialize<S: Serializer>(values: &Option<Vec<Decimal>>, serializer: S) -> Result<S::Ok, S::Error> {
        values.as_deref().map(crate::wire::write_object::exact_decimals).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Decimal>>, D::Error> {
        let list = Option::<Vec<ExactDecimal>>::deserialize(deserializer)?;
        Ok(list.map(|list| list.into_iter().map(|exact| exact.0).collect()))
    }
}

/// `#[serde(with)]` for an optional decimal.
pub mod optional {
    use super::{Decimal, Deserialize, Deserializer, ExactDecimal, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(ExactDecimal).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        Option::<ExactDecimal>::deserialize(deserializer).map(|exact| exact.map(|exact| exact.0))
    }
}

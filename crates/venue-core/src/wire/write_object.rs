//! Functions with which `wire_object!` and `envelope!` write an object.

use rust_decimal::Decimal;
use serde::Serialize;
use serde::ser::SerializeMap;

use super::{ExactDecimal, Extra};

/// Writes the unknown fields of an object, after its typed fields.
pub fn write_extra<M: SerializeMap>(map: &mut M, extra: &Extra) -> Result<(), M::Error> {
    for (name, value) in extra.iter() {
        map.serialize_entry(name, value)?;
    }
    Ok(())
}

/// A value whose own type is written.
pub fn as_is<T: Serialize>(value: &T) -> &T {
    value
}

/// A decimal, to be written as a string.
pub fn exact_decimal(value: &Decimal) -> ExactDecimal {
    ExactDecimal(*value)
}

/// A list of decimals, each to be written as a string.
pub fn exact_decimals(values: &[Decimal]) -> Vec<ExactDecimal> {
    values.iter().copied().map(ExactDecimal).collect()
}

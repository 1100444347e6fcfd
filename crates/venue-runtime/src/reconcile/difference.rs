//! One difference between a reported order and the order that was sent.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use venue_core::wire::serde_decimal;

/// A field in which the order that the exchange reports differs from the order that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Difference {
    /// The name of the field in the exchange's response.
    pub field: Cow<'static, str>,
    /// The value that was sent.
    pub sent: String,
    /// The amount that the exchange reports. `None` if the field does not contain an amount or cannot be read.
    #[serde(with = "serde_decimal::optional")]
    pub reported: Option<Decimal>,
    /// Whether the reported amount is the sent amount, rounded to fewer decimals.
    pub is_rounding: bool,
}

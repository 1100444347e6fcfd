//! `Depth`: the decoded content of a message of an order book.

mod digits;
mod levels;
mod scan;

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use crate::number::Number;
pub use levels::{LevelFields, LevelsSeed};
pub use scan::Scanner;

/// The decoded content of a depth message: versions, and levels of both sides. The memory is reused for the next message.
///
/// A quantity is the new total quantity of its level, and zero removes the level.
///
/// ```
/// use rust_decimal::Decimal;
/// use venue_book::Depth;
///
/// let mut depth = Depth::new();
/// depth.version = Some(17);
/// depth.push_bid("42000.1", "0.5")?;
/// depth.push_ask("42000.2", "0")?;
/// let bids: Vec<_> = depth.bids().collect();
/// assert_eq!(bids, [(Decimal::new(420_001, 1), Decimal::new(5, 1))]);
/// # Ok::<(), venue_book::InvalidLevel>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Depth {
    /// The first version that an increment contains, if the message contains it. The [`Continuity`](crate::Continuity) rule of the exchange
    /// defines the relation to the version of the previous message.
    pub first_version: Option<u64>,
    /// The version of the book after this message, if the message contains it.
    pub version: Option<u64>,
    /// Whether the message contains the complete book. `None` if the message does not contain this information; the first message after a
    /// subscription is then the snapshot.
    pub is_snapshot: Option<bool>,
    bids: Vec<Level>,
    asks: Vec<Level>,
}

impl Depth {
    /// Creates an empty message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the message contains no level.
    pub(crate) fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    /// Removes versions, marker and levels, and keeps the memory.
    pub fn clear(&mut self) {
        (self.first_version, self.version, self.is_snapshot) = (None, None, None);
        self.bids.clear();
        self.asks.clear();
    }

    /// Adds a level of the bids.
    ///
    /// # Errors
    ///
    /// If a text is no number, a [`Decimal`] cannot represent it exactly, or the quantity is negative.
    pub fn push_bid(&mut self, price: &str, quantity: &str) -> Result<(), InvalidLevel> {
        self.bids.push(Level::parse(price, quantity)?);
        Ok(())
    }

    /// Adds a level of the asks.
    ///
    /// # Errors
    ///
    /// If a text is no number, a [`Decimal`] cannot represent it exactly, or the quantity is negative.
    pub fn push_ask(&mut self, price: &str, quantity: &str) -> Result<(), InvalidLevel> {
        self.asks.push(Level::parse(price, quantity)?);
        Ok(())
    }

    /// Reads a JSON list of levels into the bids with [`DeserializeSeed`](serde::de::DeserializeSeed), without memory between: the fastest
    /// way to decode a message.
    ///
    /// ```
    /// use serde::de::DeserializeSeed;
    /// use venue_book::{Depth, LevelFields};
    ///
    /// let mut depth = Depth::new();
    /// let text = r#"[["42000.1","0.5"],{"price":"42000.0","quantity":"2"}]"#;
    /// let mut json = serde_json::Deserializer::from_str(text);
    /// depth.bids_seed(LevelFields::default()).deserialize(&mut json)?;
    /// assert_eq!(depth.bids().count(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn bids_seed(&mut self, fields: LevelFields) -> LevelsSeed<'_> {
        LevelsSeed { levels: &mut self.bids, fields }
    }

    /// Reads a JSON list of levels into the asks: see [`bids_seed`](Self::bids_seed).
    pub fn asks_seed(&mut self, fields: LevelFields) -> LevelsSeed<'_> {
        LevelsSeed { levels: &mut self.asks, fields }
    }

    /// Prices and quantities of the bids, in the order of the message.
    pub fn bids(&self) -> impl ExactSizeIterator<Item = (Decimal, Decimal)> + '_ {
        self.bids.iter().map(|level| level.to_decimals())
    }

    /// Prices and quantities of the asks, in the order of the message.
    pub fn asks(&self) -> impl ExactSizeIterator<Item = (Decimal, Decimal)> + '_ {
        self.asks.iter().map(|level| level.to_decimals())
    }

    pub(crate) fn bid_levels(&self) -> &[Level] {
        &self.bids
    }

    pub(crate) fn ask_levels(&self) -> &[Level] {
        &self.asks
    }
}

/// The price and the total quantity of a level, as the message contains them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) price: Number,
    pub(crate) quantity: Number,
}

impl Level {
    #[inline]
    fn parse(price: &str, quantity: &str) -> Result<Self, InvalidLevel> {
        let (Some(exact_price), Some(exact_quantity)) = (Number::parse(price), Number::parse(quantity)) else {
            return Err(InvalidLevel::new(price, quantity));
        };
        if exact_quantity.is_negative() {
            return Err(InvalidLevel::new(price, quantity));
        }
        Ok(Self { price: exact_price, quantity: exact_quantity })
    }

    fn to_decimals(self) -> (Decimal, Decimal) {
        (self.price.to_decimal(), self.quantity.to_decimal())
    }
}

/// A price or a quantity is no number, cannot be represented exactly, or the quantity is negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidLevel {
    price: Box<str>,
    quantity: Box<str>,
}

impl InvalidLevel {
    #[cold]
    fn new(price: &str, quantity: &str) -> Self {
        let beginning = |text: &str| text.chars().take(40).collect::<String>().into_boxed_str();
        Self { price: beginning(price), quantity: beginning(quantity) }
    }
}

impl fmt::Display for InvalidLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an exact price and a quantity of at least zero: {:?}, {:?}", self.price, self.quantity)
    }
}

impl std::error::Error for InvalidLevel {}

/// Decodes the depth messages of one exchange.
///
/// ```
/// use venue_book::{DecodeError, Depth, DepthDecoder};
///
/// /// Lines such as `17 42000.1 0.5`: a version and a bid.
/// #[derive(Debug)]
/// struct Lines;
///
/// impl DepthDecoder for Lines {
///     fn decode(&self, message: &str, depth: &mut Depth)
///         -> Result<(), DecodeError>
///     {
///         let mut parts = message.split(' ');
///         let mut next = || {
///             parts.next().ok_or(DecodeError::new("a part is missing"))
///         };
///         depth.version = Some(next()?.parse().map_err(DecodeError::new)?);
///         depth.push_bid(next()?, next()?)?;
///         Ok(())
///     }
/// }
///
/// let mut depth = Depth::new();
/// Lines.decode("17 42000.1 0.5", &mut depth)?;
/// assert_eq!(depth.version, Some(17));
/// assert!(Lines.decode("17", &mut depth).is_err());
/// # Ok::<(), DecodeError>(())
/// ```
pub trait DepthDecoder: fmt::Debug + Send + Sync {
    /// Decodes the complete text of a message into `depth`, which the caller has [cleared](Depth::clear).
    ///
    /// # Errors
    ///
    /// If the message cannot be decoded completely. The caller then discards `depth`, and the book is no longer trusted.
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError>;
}

/// Why a message could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Cow<'static, str>);

impl DecodeError {
    /// Creates an error with this explanation, which must not contain secrets.
    #[must_use]
    pub fn new(explanation: impl fmt::Display) -> Self {
        Self(Cow::Owned(explanation.to_string()))
    }
}

impl From<InvalidLevel> for DecodeError {
    fn from(level: InvalidLevel) -> Self {
        Self::new(level)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

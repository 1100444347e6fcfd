//! `RawJson`: a JSON object as the exchange sent it.

use std::collections::VecDeque;
use std::fmt;

use sixmm_api::{Decimal, UnixMillis};

use super::json::{self, Fields};

/// The JSON of a part of a message, character by character as the exchange sent it.
///
/// The methods that read a field accept numbers and texts of digits. They return `None` if the object has no such field, or if its value
/// has another type. `Debug` prints only the length, because private messages contain the user's balances.
///
/// ```
/// use sixmm_ext::streams::RawJson;
///
/// let trade = RawJson::new(r#"{"price":42000.10,"liquidation":true}"#);
/// assert_eq!(trade.decimal("price").unwrap().to_string(), "42000.10");
/// assert_eq!(trade.get("liquidation"), Some("true"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// Keeps this JSON without a check.
    #[must_use]
    pub fn new(json: &str) -> Self {
        Self(json.into())
    }

    /// The JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON of a field of the object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        Fields::parse(&self.0).ok()?.get(&[name])
    }

    /// The JSON of the first field with this name, in the object itself or in an object inside of it, down to three levels. Outer objects
    /// come first. Lists are not searched, because the field of one row is not a field of the whole: see [`rows`](Self::rows).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        let mut objects = VecDeque::from([(&*self.0, 0)]);
        while let Some((object, depth)) = objects.pop_front() {
            let Ok(fields) = Fields::parse(object) else { continue };
            if let Some(found) = fields.get(&[name]) {
                return Some(found);
            }
            let inner = fields.iter().filter(|(_, value)| depth < 3 && value.starts_with('{'));
            objects.extend(inner.map(|(_, value)| (value, depth + 1)));
        }
        None
    }

    /// A text, or the digits of a number, that [`find`](Self::find) finds.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        json::text(self.find(name)?).map(Into::into)
    }

    /// A decimal that [`find`](Self::find) finds.
    #[must_use]
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        json::decimal(self.find(name)?)
    }

    /// An integer that [`find`](Self::find) finds.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        json::integer(self.find(name)?)
    }

    /// A time in milliseconds that [`find`](Self::find) finds.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<UnixMillis> {
        json::time(self.find(name)?)
    }

    /// The items of a list that [`find`](Self::find) finds. Empty if there is no such list.
    #[must_use]
    pub fn rows(&self, name: &str) -> Vec<Self> {
        let list = self.find(name).filter(|list| list.starts_with('['));
        let rows = list.and_then(|list| json::items(list).ok()).unwrap_or_default();
        rows.into_iter().map(Self::new).collect()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

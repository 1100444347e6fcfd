//! Access to the validated parameters of a request by name and type.

use rust_decimal::Decimal;

use super::json::{Json, Object};

/// The validated parameters of a query or a body. Each value has its documented type.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(&'a Object<'a>);

impl<'a> Input<'a> {
    pub(crate) fn new(values: &'a Object<'a>) -> Self {
        Self(values)
    }

    /// A string, a string enum or an id.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_text()
    }

    /// A string that the specification requires. Validation has rejected requests without it.
    pub(crate) fn required(self, name: &str) -> &'a str {
        debug_assert!(self.text(name).is_some(), "the specification does not require the string `{name}` here: was it renamed?");
        self.text(name).unwrap_or_default()
    }

    /// A string parameter that the specification requires only by inference. Returns an empty string if the parameter is missing. That
    /// happens only if inferences are ignored, because otherwise validation rejects the request.
    pub(crate) fn inferred(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    /// An integer.
    pub(crate) fn integer(self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_integer()
    }

    /// An exact decimal.
    pub(crate) fn decimal(self, name: &str) -> Option<Decimal> {
        Decimal::from_str_exact(self.text(name)?).ok()
    }

    /// A boolean, or false if it is missing.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_flag).unwrap_or(false)
    }

    /// The objects of a list.
    pub(crate) fn objects(self, name: &str) -> impl Iterator<Item = Input<'a>> + use<'a> {
        self.0.get(name).and_then(Json::as_list).into_iter().flatten().filter_map(Json::as_object).map(Input)
    }

    /// The strings of a list, or `None` if the list is missing.
    pub(crate) fn texts(self, name: &str) -> Option<Vec<String>> {
        let items = self.0.get(name)?.as_list()?;
        Some(items.iter().filter_map(Json::as_text).map(str::to_owned).collect())
    }
}

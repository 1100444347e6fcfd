//! A request that was checked: values by name, of the type that the specification gives them.

use rust_decimal::Decimal;

use super::json::{Json, Object};

/// The parameters of a request, from its query or from its body. What a check let through has its documented type.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(&'a Object<'a>);

impl<'a> Input<'a> {
    pub(crate) fn new(values: &'a Object<'a>) -> Self {
        Self(values)
    }

    /// A text, an enum's word or an id.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_text()
    }

    /// A text that the specification requires: the check has refused the request without it.
    pub(crate) fn required(self, name: &str) -> &'a str {
        debug_assert!(self.text(name).is_some(), "the specification demands no text `{name}` here: was it renamed?");
        self.text(name).unwrap_or_default()
    }

    /// A text that the specification requires by inference: empty if it is left out, which is only let through where inferences are
    /// ignored.
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

    /// True or false; false when it is left out.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_flag).unwrap_or(false)
    }

    /// The objects of a list.
    pub(crate) fn objects(self, name: &str) -> impl Iterator<Item = Input<'a>> + use<'a> {
        self.0.get(name).and_then(Json::as_list).into_iter().flatten().filter_map(Json::as_object).map(Input)
    }

    /// The texts of a list, if there is one.
    pub(crate) fn texts(self, name: &str) -> Option<Vec<String>> {
        let items = self.0.get(name)?.as_list()?;
        Some(items.iter().filter_map(Json::as_text).map(str::to_owned).collect())
    }
}

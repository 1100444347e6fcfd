//! Patterns that several parts of the file share.

use super::pattern::{Object, Pattern, optional, required};

/// A link to a page of the exchange's documentation.
pub(crate) static EXTERNAL_DOCS: Pattern = Pattern::Object(&Object::new(
    "the external documentation",
    &[optional("description", &Pattern::Text), required("url", &Pattern::Address)],
));

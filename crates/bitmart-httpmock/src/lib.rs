//! BitMart mocks.

#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};
pub use httpmock;

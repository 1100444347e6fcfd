//! Compares the documentation pages of an exchange with its specification, fact by fact.
//!
//! [`markdown`] splits the pages into sections, tables and code. [`reader`] reads the facts: operations, parameters, fields,
//! enums, error codes, addresses, durations and examples. The table forms and the words of a documentation come from its
//! [`profile`], so this crate depends on no exchange. A [`Report`] has three answers for a section: it is the same, its facts
//! differ, or its words differ. A [`lock`] stores the facts of the last review, and digests of all other text. A part of a page
//! that cannot be read is a finding, too.
//!
//! ```
//! use venue_drift::profile::Profile;
//! use venue_drift::{Input, markdown, report};
//! use venue_spec::Document;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let profile = Profile::parse(
//!     r#"
//!     pages = ["stream"]
//!     complete = false
//!     table = []
//!     "#,
//! )?;
//! let specification = "x-venue-streams:\n  websocket:\n    url: wss://example.com/ws\n";
//! let specification = Document::parse_unchecked("spec.yaml", specification)?;
//! let page = "## Address\n\n```\nwss://ws.example.com/ws\n```\n";
//! let pages = [markdown::read("stream", "stream.md", page, &[])];
//!
//! let report = report(&Input::new(&pages, &specification, &profile));
//! let text = report.to_text();
//! assert!(text.contains("stream.md:4: the pages state the URL `wss://ws.example.com/ws`"));
//! assert!(text.contains("spec.yaml:3"));
//! # Ok(())
//! # }
//! ```

pub mod fact;
#[cfg(feature = "fetch")]
pub mod fetch;
pub mod finding;
pub mod lock;
pub mod markdown;
pub mod profile;
pub mod reader;
pub mod report;

mod compare;
mod description;
mod digest;
mod edit;
mod review;
mod specification;
mod witness;

pub use crate::edit::Edit;
pub use crate::report::{Input, Report, report, report_of_review};
pub use crate::specification::Specification;

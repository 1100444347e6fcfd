//! Compares two revisions of a specification: what changed on the wire, what changes in Rust, and which operations are
//! affected.
//!
//! [`facts`] lists each specification as facts, one per line. The facts of both revisions are paired, including those of
//! renamed parts. [`rules`] classify each difference by its effect on requests and responses. [`rust`] compares the generated
//! code of both revisions. [`provenance`] has the origin of each change: a change of the exchange, or a correction of the
//! specification. A [`report`] combines all of these. This crate depends on no exchange, on no version control system and on no
//! clock.
//!
//! ```
//! use venue_diff::Class;
//! use venue_spec::Document;
//!
//! # fn main() -> Result<(), venue_spec::document::Report> {
//! let old = "x-venue-streams:\n  websocket:\n    url: wss://example.com/ws\n";
//! let new = "x-venue-streams:\n  websocket:\n    url: wss://ws.example.com/ws\n";
//! let old = Document::parse_unchecked("june.yaml", old)?;
//! let new = Document::parse_unchecked("autumn.yaml", new)?;
//! let changes = venue_diff::compare(&old, &new);
//! assert_eq!(changes.len(), 1);
//! assert_eq!(changes[0].id, "stream:websocket/url");
//! assert_eq!(changes[0].wire, Class::Breaking);
//! # Ok(())
//! # }
//! ```

pub mod change;
pub mod changelog;
pub mod compare;
pub mod facts;
pub mod provenance;
pub mod reach;
pub mod report;
pub mod revision;
pub mod rules;
pub mod rust;
pub mod version;

mod difference;
mod pairing;

pub use change::{Change, Class, Edit};
pub use compare::compare;
pub use revision::Revision;

//! Compares two revisions of a specification: what changed on the wire, what changes in Rust because of it, and for whom.
//!
//! A specification is listed as facts ([`facts`]), one line each, so that nothing is missed. The facts of two revisions are paired, renames
//! found, and what differs is judged by a table of rules ([`rules`]) in the direction in which it travels. The Rust side ([`rust`]) is read
//! from the generated code of both revisions. Who changed it, the vendor or we, is said by small files ([`changes`]); a [`report`] brings all
//! of it together. This crate knows no exchange, no git and no clock.
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

//! The model of a specification as a whole: servers, sections, envelope, security schemes and the announced end of the exchange.

use super::operation::Operation;
use super::schema::Type;
use super::stream::Stream;

/// The API of an exchange, as its specification describes it.
#[derive(Debug, Clone)]
pub struct Api {
    /// The specification's `info.title`.
    pub title: String,
    /// The specification's `info.version`.
    pub version: String,
    /// The specification's `info.description`.
    pub description: String,
    /// The servers, in the order of the file. The first server is the server of every operation that names no other server.
    pub servers: Vec<Server>,
    /// The start page of the exchange's documentation.
    pub documentation: String,
    /// The sections of the exchange's documentation, in its order.
    pub sections: Vec<Section>,
    /// The dates of the exchange's end, if the exchange has announced one.
    pub lifecycle: Option<Lifecycle>,
    /// The names of the envelope that wraps every response, unless the operation has none.
    pub envelope: EnvelopeNames,
    /// The security schemes.
    pub schemes: Vec<Scheme>,
    /// The permissions that an API key can have.
    pub permissions: Vec<String>,
    /// The streams, each with its channels.
    pub streams: Vec<Stream>,
    /// The operations, in the order of the file.
    pub operations: Vec<Operation>,
    /// The named schemas, in the order of the file, without the envelope.
    pub types: Vec<Type>,
}

impl Api {
    /// Finds a named schema.
    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|candidate| candidate.name == name)
    }

    /// The operations of a section, in the order of the file.
    pub fn operations_of<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| operation.section == section)
    }
}

/// A section of the exchange's documentation.
#[derive(Debug, Clone)]
pub struct Section {
    /// The name of the tag.
    pub name: String,
    /// The description of the tag.
    pub description: String,
    /// The URL of the section's page.
    pub documentation: Option<String>,
}

/// A server of the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The base URL, without a slash at its end.
    pub url: String,
    /// The description of the server.
    pub description: String,
}

/// The announced end of an exchange. Each date has the form `2026-07-26`. The dates are in chronological order and can be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// The date of the announcement.
    pub announced: String,
    /// The date on which trading ends.
    pub trading_ends: Option<String>,
    /// The date on which the exchange closes.
    pub closed: Option<String>,
    /// The source of the dates, in a sentence.
    pub source: String,
}

/// The envelope's schema, and the wire names of its fields.
#[derive(Debug, Clone)]
pub struct EnvelopeNames {
    /// The name of the envelope's schema.
    pub schema: String,
    /// The description of the envelope's schema.
    pub description: String,
    /// The field with the business code.
    pub code: String,
    /// The business codes that mean success.
    pub success: Vec<i64>,
    /// The business codes of errors after which a write may have been executed.
    pub uncertain: Vec<i64>,
    /// The field with the error message.
    pub message: String,
    /// The field with the data.
    pub data: String,
    /// The field with the request id; empty if the exchange sends none.
    pub request_id: String,
}

/// A security scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// The name of the scheme in `securitySchemes`.
    pub name: String,
    /// The description of the scheme.
    pub description: String,
    /// What the exchange's documentation leaves open about the scheme.
    pub undocumented: Option<String>,
}

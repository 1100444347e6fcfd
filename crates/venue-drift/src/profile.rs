//! The profile of a documentation: the properties of one exchange's pages that its specification does not contain.
//!
//! A profile is a TOML file beside the specification. It lists the pages, the forms of their tables, the words in their cells,
//! and the deviations of the specification from the pages that are kept on purpose.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

/// The profile of a documentation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// The names of all pages.
    pub pages: Vec<String>,
    /// Whether the pages describe every operation. Otherwise, an operation of the specification may be missing on the pages.
    pub complete: bool,
    /// The attributes of HTML elements whose value is an anchor.
    #[serde(default)]
    pub anchor_attributes: Vec<String>,
    /// How the pages are downloaded.
    pub fetch: Option<Fetch>,
    /// The known forms of tables.
    pub table: Vec<TableForm>,
    /// The meanings of the cells of a column `type`: `string`, `integer`, `integer/int32`, `boolean`, `array/string` and so on.
    #[serde(default)]
    pub types: BTreeMap<String, String>,
    /// The meanings of the cells of a column `required`: `yes`, `no` or `conditional`.
    #[serde(default)]
    pub required: BTreeMap<String, String>,
    /// The meanings of the cells of a column `permission` or `credentials`.
    #[serde(default)]
    pub access: BTreeMap<String, Access>,
    /// The schemas of the enums that a table lists, by the name of the enum in the table.
    #[serde(default)]
    pub enums: BTreeMap<String, String>,
    /// The states that a table of states lists, by the name of the state in the table: a schema and `open` or `final`, such as
    /// `OrderStatus open`.
    #[serde(default)]
    pub states: BTreeMap<String, String>,
    /// The meanings of the cells of a column `location`: `header`, `query` or `body`.
    #[serde(default)]
    pub locations: BTreeMap<String, String>,
    /// The schema of the error codes.
    pub error_codes: Option<String>,
    /// Words before a list of values that need not be complete, such as "such as".
    #[serde(default)]
    pub open_lists: Vec<String>,
    /// Patterns of limits and defaults in a description.
    #[serde(default)]
    pub limit: Vec<Limit>,
    /// Patterns of durations and counts in any text.
    #[serde(default)]
    pub quantity: Vec<Quantity>,
    /// Durations and counts of the pages that a text of the specification repeats.
    #[serde(default)]
    pub convention: Vec<Convention>,
    /// Headings and sentences that apply to all operations of a section or of a page.
    #[serde(default)]
    pub statement: Vec<Statement>,
    /// Sentences that describe fields without a table.
    #[serde(default)]
    pub prose: Vec<Prose>,
    /// Deviations of the specification from the pages that are kept on purpose.
    #[serde(default)]
    pub deviation: Vec<Deviation>,
}

/// How the pages are downloaded. The host is the host of the specification's documentation links.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The path of the index of all pages on the host, such as `/llms.txt`.
    pub index: String,
    /// The suffix of the URL of a page that selects its Markdown, such as `.md`.
    pub suffix: String,
}

/// The permission and the credentials of an operation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The permission in the terms of the specification.
    pub permission: Option<String>,
    /// The alternative sets of security schemes in the terms of the specification, such as `jwt | apiKey+signature`; `none` if the
    /// operation needs none.
    pub credentials: Option<String>,
}

/// The form of a table: the meanings of its columns, and the meaning of its rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableForm {
    /// The meaning of the rows.
    pub rows: Rows,
    /// The columns, in order.
    pub columns: Vec<ColumnForm>,
    /// The schema of the values for [`Rows::Values`].
    pub schema: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnForm {
    /// The meaning of the cells.
    pub is: Column,
    /// The texts of the header, one per language.
    pub header: Vec<String>,
}

/// The meaning of the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// Parameters of the section's operation: its query parameters if the method is GET, otherwise the fields of its body.
    Parameters,
    /// Fields of the response of the section's operation.
    ResponseFields,
    /// Operations.
    Operations,
    /// Enums with their values.
    Enums,
    /// States of an enum with their values.
    States,
    /// Error codes.
    ErrorCodes,
    /// Addresses of the exchange.
    Endpoints,
    /// Topics of a stream.
    Topics,
    /// Values of one enum, one per row.
    Values,
    /// Permissions of an API key, with their numbers.
    Permissions,
    /// The parts of a signed request.
    RequestParts,
    /// Text. Code spans in the cells are compared only with the last review.
    Words,
}

impl std::fmt::Display for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Parameters => "parameters",
            Self::ResponseFields => "response fields",
            Self::Operations => "operations",
            Self::Enums => "enums",
            Self::States => "states",
            Self::ErrorCodes => "error codes",
            Self::Endpoints => "addresses",
            Self::Topics => "topics",
            Self::Values => "values",
            Self::Permissions => "permissions",
            Self::RequestParts => "parts of a request",
            Self::Words => "text",
        })
    }
}

/// The meaning of a column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The name, path, code or topic that the row is about.
    Name,
    /// A type.
    Type,
    /// Whether a parameter is required.
    Required,
    /// A sentence that may contain limits, a default and values.
    Description,
    /// An HTTP method.
    Method,
    /// The path of an operation.
    Path,
    /// A permission.
    Permission,
    /// The credentials of an operation.
    Credentials,
    /// A list of values.
    Values,
    /// A URL.
    Url,
    /// The part of the request: header, query or body.
    Location,
    /// Text.
    Words,
}

/// A pattern of a limit or a default in a description.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// A regular expression with the groups `minimum`, `maximum` or `default`.
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
}

/// A pattern of durations or counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The unit in the terms of the specification.
    pub unit: String,
    /// A regular expression whose first group is the number.
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
}

/// A duration or count of the pages that a text of the specification repeats.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convention {
    /// The page and the anchor of the section, such as `request-signing#signature-payload`.
    pub section: String,
    /// The unit of the number.
    pub unit: String,
    /// The JSON pointer of the text in the specification. The text must contain the number and the unit.
    pub pointer: String,
}

/// A heading or a sentence that applies to all operations of its section, or of its page if it is before the first heading.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// A regular expression that matches the heading or the sentence.
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
    /// The permission in the terms of the specification.
    pub permission: Option<String>,
    /// The credentials, as in [`Access::credentials`].
    pub credentials: Option<String>,
}

/// A sentence that describes fields without a table, such as "the fields are the same as those of …".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prose {
    /// The page, or the page and the anchor of the section.
    pub section: String,
    /// A regular expression that matches the sentence.
    #[serde(deserialize_with = "regex")]
    pub pattern: Regex,
    /// The part of the operation that has the fields, such as `GET /v1/time response`.
    pub subject: String,
    /// The fields that the sentence names.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The part of another operation that has the same fields.
    pub same_as: Option<String>,
    /// The fields of `same_as` that the sentence excludes.
    #[serde(default)]
    pub without: Vec<String>,
}

/// A deviation of the specification from the pages that is kept on purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The subject of the fact, as the report shows it.
    pub subject: String,
    /// The aspect of the fact, as the report shows it.
    pub aspect: String,
    /// The value on the pages; empty if the pages do not contain the fact.
    pub documented: String,
    /// The reason, which is a sentence.
    pub reason: String,
}

fn regex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Regex, D::Error> {
    let pattern = String::deserialize(deserializer)?;
    Regex::new(&pattern).map_err(serde::de::Error::custom)
}

impl Profile {
    /// Parses a profile.
    ///
    /// # Errors
    /// Returns a message with the position of the mistake.
    pub fn parse(source: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(source)
    }
}

//! The fixture: facts of the vendor's documentation, without its sentences.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The facts of the exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Facts {
    pub(crate) servers: Vec<String>,
    pub(crate) streams: BTreeMap<String, String>,
    pub(crate) lifecycle: LifecycleFacts,
    /// Signatures with their inputs. The tests of the authentication use them.
    #[serde(rename = "signing")]
    pub(crate) _signing: Vec<Value>,
    pub(crate) error_codes: Vec<ErrorCodeFacts>,
    pub(crate) operations: Vec<OperationFacts>,
}

/// The dates of the exchange's end.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LifecycleFacts {
    pub(crate) announced: String,
    pub(crate) trading_ends: String,
    pub(crate) closed: String,
}

/// A value of the envelope's code.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ErrorCodeFacts {
    pub(crate) code: i64,
    #[serde(rename = "http")]
    pub(crate) _http: u16,
    #[serde(rename = "families")]
    pub(crate) _families: Vec<String>,
    /// The number of messages that the documentation lists for the code.
    pub(crate) messages: usize,
}

/// An operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperationFacts {
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    /// `NONE`, `KEYED` or `SIGNED`.
    pub(crate) auth: String,
    pub(crate) permission: String,
    /// `current` or `removed`.
    pub(crate) status: String,
    /// The path of the operation that replaces a removed one.
    pub(crate) successor: Option<String>,
    pub(crate) rate_limit: Option<RateLimitFacts>,
    /// The URL of the documentation; `None` if the facts have none.
    pub(crate) anchor: Option<String>,
    /// `object` or `array`.
    pub(crate) data: String,
    pub(crate) query: Vec<FieldFacts>,
    pub(crate) body: Vec<FieldFacts>,
    pub(crate) response: Vec<FieldFacts>,
    pub(crate) query_example: Option<Map<String, Value>>,
    pub(crate) body_example: Option<Value>,
    pub(crate) response_example: Option<Value>,
}

/// A rate limit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimitFacts {
    pub(crate) requests: u32,
    pub(crate) seconds: u32,
    /// `ip`, `key` or `user`.
    pub(crate) scope: String,
}

/// A parameter, a field of a body, or a field of a response.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FieldFacts {
    /// The wire name. In a body, `orders[].price` is a field of the items of `orders`. In a response, the name begins with `data`.
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) format: Option<String>,
    pub(crate) items: Option<String>,
    /// Whether the documentation requires the field without a condition. Only for fields that are sent.
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) required_when: Vec<RequiredWhen>,
    /// Whether the documentation has the field, and not only an observed response.
    #[serde(default = "yes")]
    pub(crate) documented: bool,
    /// Whether a response may omit the field.
    #[serde(default)]
    pub(crate) optional: bool,
    /// Whether the documented example has the field in each row. Only for fields that are received.
    #[serde(default)]
    pub(crate) present: bool,
    /// The first value of a text in the documented example.
    pub(crate) example: Option<String>,
    #[serde(default)]
    pub(crate) nullable: bool,
    /// Whether the documentation allows only numbers as the value of a text. `false` if it names a word.
    #[serde(default = "yes")]
    pub(crate) numeric: bool,
    /// A second JSON type that other sources report.
    pub(crate) accept_also: Option<String>,
    #[serde(rename = "enum")]
    pub(crate) values: Option<Vec<Value>>,
    /// Whether another page of the documentation names further values.
    #[serde(default)]
    pub(crate) open_enum: bool,
    pub(crate) minimum: Option<Value>,
    #[serde(default)]
    pub(crate) exclusive_minimum: bool,
    pub(crate) maximum: Option<Value>,
    pub(crate) max_length: Option<i64>,
    pub(crate) max_items: Option<i64>,
    pub(crate) pattern: Option<String>,
    pub(crate) default: Option<Value>,
    /// `ms` or `s` for a time. `None` if the value is no time, or if the documentation contradicts itself.
    pub(crate) unit: Option<String>,
    pub(crate) unit_source: Option<UnitSource>,
}

/// The source of a time's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UnitSource {
    /// The table of the operation.
    Text,
    /// The number of digits of the documented example.
    Example,
    /// The same field of other operations.
    Conventions,
    /// Another document of the vendor.
    #[serde(rename = "other document")]
    OtherDocument,
    /// The table and the example differ.
    Contradiction,
}

/// A condition under which a field is required.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum RequiredWhen {
    /// Each of these fields has one of the values.
    When(BTreeMap<String, Vec<Value>>),
    /// Exactly one of the fields is sent.
    OneOf(Vec<String>),
    /// At least one of the fields is sent.
    AnyOf(Vec<String>),
    /// This field is not sent.
    UnlessPresent(String),
}

fn yes() -> bool {
    true
}

impl Facts {
    /// Reads the fixture.
    pub(crate) fn read() -> Self {
        let path = sixmm_tests::folder().join("fixtures/bitmart_facts.json");
        let text = std::fs::read_to_string(path).expect("the facts");
        serde_json::from_str(&text).expect("facts of the known form")
    }
}

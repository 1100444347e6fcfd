//! The comparison of parameters, fields of bodies and fields of responses.

use std::fmt;

use serde_json::Value;
use venue_spec::model::{Api, Aspect, Field, Kind, Operation, Rule, Shape};

use crate::compare::Comparison;
use crate::facts::{FieldFacts, OperationFacts, UnitSource};
use crate::rules;

/// Texts of responses that the specification does not call decimals although their example is a number.
const TEXTS_WITH_DIGITS: [(&str, &str); 3] = [
    // The documentation names no format: user texts, and a level whose name may have letters.
    ("/account/v1/withdraw/address/list", "data.list[].memo"),
    ("/account/v1/withdraw/address/list", "data.list[].remark"),
    ("/spot/v1/margin/isolated/account", "data.symbols[].risk_level"),
];

/// The place of a difference.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    path: &'a str,
    field: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        Self { path, field: "" }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            "" => f.write_str(self.path),
            field => write!(f, "{} {field}", self.path),
        }
    }
}

/// Whether a request or a response has the fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Sent,
    Received,
}

/// The facts and the specification of the fields of one object.
struct Fields<'a> {
    path: &'a str,
    /// The facts of all fields of the body or of the response.
    facts: &'a [FieldFacts],
    api: &'a Api,
    direction: Direction,
}

pub(crate) fn parameters(facts: &OperationFacts, operation: &Operation, api: &Api, comparison: &mut Comparison) {
    let fields = Fields { path: &facts.path, facts: &facts.query, api, direction: Direction::Sent };
    let found: Vec<&Field> = operation.parameters.iter().map(|parameter| &parameter.field).collect();
    fields.compare("", &found, &operation.rules, comparison);
}

pub(crate) fn body(facts: &OperationFacts, operation: &Operation, api: &Api, comparison: &mut Comparison) {
    let fields = Fields { path: &facts.path, facts: &facts.body, api, direction: Direction::Sent };
    let schema = operation.body.as_ref().map(|body| body.schema.as_str());
    comparison.equal(&Place::of(&facts.path), "has a body", &!facts.body.is_empty(), &schema.is_some());
    if let Some(schema) = schema {
        fields.object("", schema, comparison);
    }
}

pub(crate) fn response(facts: &OperationFacts, operation: &Operation, api: &Api, comparison: &mut Comparison) {
    let fields = Fields { path: &facts.path, facts: &facts.response, api, direction: Direction::Received };
    let schema = &operation.response.schema;
    let undocumented = api.type_named(schema).is_some_and(|named| matches!(named.shape, Shape::Undocumented));
    comparison.equal(&Place::of(&facts.path), "response without fields", &facts.response.is_empty(), &undocumented);
    if !undocumented {
        fields.object(if operation.response.is_list { "data[]" } else { "data" }, schema, comparison);
    }
}

impl Fields<'_> {
    /// Compares an object. `node` is the name of the object in the facts.
    fn object(&self, node: &str, schema: &str, comparison: &mut Comparison) {
        match self.api.type_named(schema).map(|named| &named.shape) {
            Some(Shape::Object { fields, rules }) => self.compare(node, &fields.iter().collect::<Vec<_>>(), rules, comparison),
            _ => comparison.differ(&self.place(node), "type", "an object", schema),
        }
    }

    /// Compares the fields of an object. Both lists must have the same order.
    fn compare(&self, node: &str, fields: &[&Field], rules: &[Rule], comparison: &mut Comparison) {
        let facts: Vec<(&str, &FieldFacts)> = self.facts.iter().filter_map(|field| Some((child(node, &field.name)?, field))).collect();
        let names: Vec<&str> = facts.iter().map(|(name, _)| *name).collect();
        let found: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        comparison.equal(&self.place(node), "fields", &names, &found);
        for (name, facts) in &facts {
            if let Some(field) = fields.iter().find(|field| field.name == *name) {
                self.field(facts, field, comparison);
            }
        }
        let (documented, written) = (rules::documented(&facts), rules::written(rules, fields, self.api));
        comparison.rules += documented.len();
        comparison.equal(&self.place(node), "rules", &documented, &written);
    }

    fn field(&self, facts: &FieldFacts, field: &Field, comparison: &mut Comparison) {
        comparison.fields += 1;
        let place = self.place(&facts.name);
        self.kind(facts, &field.kind, comparison);
        self.values(facts, &field.kind, comparison);
        unit(&place, facts, field, comparison);
        let required = match self.direction {
            Direction::Sent => facts.required,
            // The client reads an optional decimal from an empty text as absent.
            Direction::Received => {
                let empty = field.kind == Kind::Decimal && facts.example.as_deref() == Some("");
                facts.present && facts.documented && !facts.optional && !facts.nullable && !empty
            }
        };
        comparison.equal(&place, "required", &required, &field.required);
        comparison.equal(&place, "provisional", &(!facts.documented), &(field.provisional.is_some() && facts.unit.is_none()));
        comparison.equal(&place, "default", &facts.default, &field.default);
        comparison.equal(&place, "pattern", &facts.pattern, &field.pattern.as_ref().map(|pattern| pattern.text.clone()));
        limits(&place, facts, field, comparison);
    }

    /// Compares the type, and the fields of an object or of the items of a list.
    fn kind(&self, facts: &FieldFacts, kind: &Kind, comparison: &mut Comparison) {
        let place = self.place(&facts.name);
        let shape = |name: &str| self.api.type_named(name).map(|named| &named.shape);
        let is_decimal = facts.format.as_deref() == Some("decimal");
        let fits = match (facts.kind.as_str(), kind) {
            ("object", Kind::Named(name)) => {
                self.object(&facts.name, name, comparison);
                true
            }
            ("array", Kind::List(item)) => match (facts.items.as_deref(), item.as_ref()) {
                (Some("object"), Kind::Named(name)) => {
                    self.object(&format!("{}[]", facts.name), name, comparison);
                    true
                }
                (Some("string"), Kind::Named(name)) => matches!(shape(name), Some(Shape::Id { integer: false })),
                (Some("string"), item) => *item == Kind::String,
                _ => false,
            },
            ("boolean", kind) => *kind == Kind::Boolean,
            ("integer", Kind::Named(name)) => match shape(name) {
                Some(Shape::Id { integer }) => *integer && facts.format.as_deref() == Some("int64"),
                Some(Shape::Enum { integer, .. }) => *integer && facts.values.is_some(),
                _ => false,
            },
            ("integer", Kind::Int32) => facts.format.as_deref() == Some("int32"),
            ("integer", Kind::Int64) => facts.format.as_deref() != Some("int32"),
            ("integer", Kind::UnixMillis | Kind::UnixSeconds) => facts.format.as_deref() == Some("int64"),
            ("string", Kind::Named(name)) => match shape(name) {
                Some(Shape::Id { integer }) => !integer && !is_decimal,
                Some(Shape::Enum { integer, .. }) => !integer && facts.values.is_some(),
                _ => false,
            },
            ("string", Kind::UnixMillisText | Kind::UnixSecondsText) => facts.unit.is_some(),
            ("string", Kind::Decimal | Kind::String) => {
                let expected = self.is_decimal(facts).unwrap_or(*kind == Kind::Decimal);
                expected == (*kind == Kind::Decimal)
            }
            _ => false,
        };
        if !fits {
            let format = facts.format.as_ref().map_or_else(String::new, |format| format!(" ({format})"));
            comparison.differ(&place, "type", format!("{}{format}", facts.kind), format!("{kind:?}"));
        }
        let reads_text = matches!(kind, Kind::Named(name) if matches!(shape(name), Some(Shape::Id { integer: true })));
        if facts.accept_also.is_some() && !reads_text {
            comparison.differ(&place, "type", "an integer or a text", format!("{kind:?}"));
        }
    }

    /// Whether a text is a decimal. The facts state so for requests. For responses, the example decides; `None` without an example.
    fn is_decimal(&self, facts: &FieldFacts) -> Option<bool> {
        if self.direction == Direction::Sent {
            return Some(facts.format.as_deref() == Some("decimal"));
        }
        if !facts.numeric || TEXTS_WITH_DIGITS.contains(&(self.path, facts.name.as_str())) {
            return Some(false);
        }
        let example = facts.example.as_deref().filter(|example| !example.is_empty())?;
        let digits = example.strip_prefix('-').unwrap_or(example);
        Some(digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
    }

    fn values(&self, facts: &FieldFacts, kind: &Kind, comparison: &mut Comparison) {
        let listed: Option<Vec<Value>> = kind.named().and_then(|name| match &self.api.type_named(name)?.shape {
            Shape::Enum { values, .. } => Some(values.iter().map(|value| value.wire.clone()).collect()),
            _ => None,
        });
        comparison.enums += usize::from(listed.is_some());
        let place = self.place(&facts.name);
        match (&facts.values, &listed) {
            // The documentation names further values elsewhere, so that one enum has the values of several operations.
            (Some(values), Some(listed)) if facts.open_enum => {
                let missing: Vec<&Value> = values.iter().filter(|value| !listed.contains(value)).collect();
                comparison.equal(&place, "enum", &missing, &Vec::new());
            }
            (values, listed) => comparison.equal(&place, "enum", values, listed),
        }
    }

    fn place<'b>(&'b self, field: &'b str) -> Place<'b> {
        Place { path: self.path, field }
    }
}

/// The name of a direct child of a node: `price` for `orders[].price` below `orders[]`.
fn child<'a>(node: &str, name: &'a str) -> Option<&'a str> {
    let rest = match node {
        "" => name,
        _ => name.strip_prefix(node)?.strip_prefix('.')?,
    };
    (!rest.contains(['.', '['])).then_some(rest)
}

fn unit(place: &Place<'_>, facts: &FieldFacts, field: &Field, comparison: &mut Comparison) {
    let unit = match field.kind {
        Kind::UnixMillis | Kind::UnixMillisText => Some("ms"),
        Kind::UnixSeconds | Kind::UnixSecondsText => Some("s"),
        _ => None,
    };
    comparison.equal(place, "unit", &facts.unit.as_deref(), &unit);
    let is_inferred = matches!(facts.unit_source, Some(UnitSource::Example | UnitSource::Conventions));
    comparison.equal(place, "inferred unit", &is_inferred, &field.inferred.of(Aspect::Unit).is_some());
    if facts.unit_source == Some(UnitSource::Contradiction) {
        comparison.equal(place, "undocumented unit", &true, &field.undocumented.is_some());
    }
    if facts.unit_source == Some(UnitSource::OtherDocument) {
        comparison.equal(place, "provisional unit", &true, &field.provisional.is_some());
    }
}

/// Compares limits. The specification has no limits for decimals, so the description of a decimal must name them.
fn limits(place: &Place<'_>, facts: &FieldFacts, field: &Field, comparison: &mut Comparison) {
    let bounds: Vec<&str> = [&facts.minimum, &facts.maximum].into_iter().flatten().filter_map(Value::as_str).collect();
    if field.kind == Kind::Decimal {
        for bound in bounds.iter().filter(|bound| !field.description.contains(**bound)) {
            comparison.differ(place, "limit in the description", *bound, &field.description);
        }
        return;
    }
    let minimum = facts.minimum.as_ref().and_then(Value::as_i64).map(|minimum| minimum + i64::from(facts.exclusive_minimum));
    let maximum = facts.maximum.as_ref().and_then(Value::as_i64).or(facts.max_length).or(facts.max_items);
    comparison.equal(place, "minimum", &minimum, &field.limits.minimum);
    comparison.equal(place, "maximum", &maximum, &field.limits.maximum);
}

//! Validation of the parameters of a request against the specification. A missing parameter is rejected with code 2001, a malformed
//! parameter with 2002, and a parameter that is out of range with 2003.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use super::json::{Json, Object};
use super::{Condition, Conditions, Facts, Field, Inferences, Kind, Literal, Need, Rule, SCHEMAS, Shape};

/// The first error that validation finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A required parameter is missing.
    Missing {
        /// Path of the field.
        field: String,
        /// Why the field is required, if it is not always required.
        why: Option<String>,
    },
    /// A value is malformed.
    Invalid {
        /// Path of the field.
        field: String,
        /// Description of a valid value.
        expected: String,
    },
    /// A value is out of range.
    OutOfRange {
        /// Path of the field.
        field: String,
        /// The allowed range.
        limit: String,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { field, why: None } => write!(f, "Missing required parameter: {field}"),
            Self::Missing { field, why: Some(why) } => write!(f, "Missing required parameter: {field} ({why})"),
            Self::Invalid { field, expected } => write!(f, "Invalid parameter value: {field} must be {expected}"),
            Self::OutOfRange { field, limit } => write!(f, "Parameter out of range: {field} must be {limit}"),
        }
    }
}

/// Parses and validates a raw query. Credentials and undocumented names are ignored.
pub(crate) fn validate_query<'a>(facts: &Facts, raw: &'a str, inferences: Inferences) -> Result<Object<'a>, Violation> {
    let mut values = Object::default();
    for (name, text) in form_urlencoded::parse(raw.as_bytes()) {
        let Some(field) = facts.query.iter().find(|field| field.name == name) else { continue };
        if values.contains(field.name) {
            return Err(invalid(field.name, "given once"));
        }
        values.add(field.name, parse_query_value(field, text)?);
    }
    check_fields(&values, facts.query, facts.rules, "", inferences)?;
    Ok(values)
}

/// Parses a raw body and validates it against a schema.
pub(crate) fn validate_body(schema: usize, raw: &[u8], inferences: Inferences) -> Result<Object<'_>, Violation> {
    let value = match Json::read(raw) {
        Ok(value) => value,
        Err(_) if raw.is_empty() => return Err(Violation::Missing { field: "body".to_owned(), why: None }),
        Err(_) => return Err(invalid("body", "valid JSON")),
    };
    let duplicate = value.duplicate_name().map(|name| invalid(name, "given once"));
    let Json::Object(value) = value else { return Err(invalid("body", "a JSON object")) };
    if let Some(violation) = duplicate {
        return Err(violation);
    }
    if let Shape::Object { fields: of, rules } = &SCHEMAS[schema] {
        check_fields(&value, of, rules, "", inferences)?;
    }
    Ok(value)
}

/// Parses a query parameter. If the specification requires an integer, the text must be an integer.
fn parse_query_value<'a>(field: &Field, text: Cow<'a, str>) -> Result<Json<'a>, Violation> {
    let is_number = match &field.kind {
        Kind::Int32 | Kind::Int64 => true,
        Kind::Named(schema) => matches!(SCHEMAS[*schema], Shape::Numbers { .. }),
        _ => false,
    };
    if !is_number {
        return Ok(Json::Text(text));
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(field.name, "an integer"));
    }
    text.parse().map(Json::Integer).map_err(|_| out_of_range(field.name, "a 64-bit integer"))
}

fn check_fields(values: &Object<'_>, fields: &[Field], rules: &[Rule], place: &str, inferences: Inferences) -> Result<(), Violation> {
    for field in fields {
        let missing = |why: Option<&str>| Err(Violation::Missing { field: format!("{place}{}", field.name), why: why.map(str::to_owned) });
        match (values.get(field.name), field.need) {
            (Some(value), _) => check(&field.kind, value, &Location { place, name: field.name, item: None, field, inferences })?,
            (None, Need::Documented) => return missing(None),
            (None, Need::Inferred) if inferences == Inferences::Enforced => return missing(Some(INFERRED)),
            (None, Need::Inferred | Need::None) => {}
        }
    }
    let counts = |rule: &&Rule| !rule.inferred || inferences == Inferences::Enforced;
    rules.iter().filter(counts).try_for_each(|rule| check_rule(rule, values, place, inferences))
}

/// Marks a rule in an error message that the documentation does not state.
const INFERRED: &str = "inferred, not documented";

/// The location of a value. The path is only formatted for an error.
struct Location<'a> {
    place: &'a str,
    name: &'a str,
    item: Option<usize>,
    field: &'a Field,
    inferences: Inferences,
}

impl Location<'_> {
    fn path(&self) -> String {
        match self.item {
            Some(item) => format!("{}{}[{item}]", self.place, self.name),
            None => format!("{}{}", self.place, self.name),
        }
    }

    fn invalid(&self, expected: impl Into<String>) -> Violation {
        Violation::Invalid { field: self.path(), expected: expected.into() }
    }

    /// Whether undocumented values of an enum are accepted. This is the case if the enum is extensible or its values are not documented.
    fn allows_any_value(&self, open: bool, documented: bool) -> bool {
        open || (!documented && self.inferences == Inferences::Ignored)
    }

    /// Checks a field against its limits: the value of a number, the number of characters of a string, or the number of items of a list.
    fn check_limits(&self, size: i64, of: &str) -> Result<(), Violation> {
        let Field { minimum, maximum, inferred_limits, .. } = self.field;
        if *inferred_limits && self.inferences == Inferences::Ignored {
            return Ok(());
        }
        if minimum.is_none_or(|minimum| size >= minimum) && maximum.is_none_or(|maximum| size <= maximum) {
            return Ok(());
        }
        let limit = match (minimum, maximum) {
            (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}{of}"),
            (Some(minimum), None) => format!("at least {minimum}{of}"),
            (_, Some(maximum)) => format!("at most {maximum}{of}"),
            (None, None) => return Ok(()),
        };
        let mark = if *inferred_limits { format!(" ({INFERRED})") } else { String::new() };
        Err(Violation::OutOfRange { field: self.path(), limit: limit + &mark })
    }
}

fn check(kind: &Kind, value: &Json<'_>, at: &Location<'_>) -> Result<(), Violation> {
    match kind {
        Kind::Text => {
            let text = value.as_text().ok_or_else(|| at.invalid("a string"))?;
            let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            if at.item.is_none() { at.check_limits(characters, " characters") } else { Ok(()) }
        }
        Kind::Decimal => decimal(value, at),
        Kind::Int32 => integer(value, at, i64::from(i32::MIN)..=i64::from(i32::MAX), "a 32-bit integer"),
        Kind::Int64 => integer(value, at, i64::MIN..=i64::MAX, "a 64-bit integer"),
        Kind::Boolean => value.as_flag().map(drop).ok_or_else(|| at.invalid("true or false")),
        Kind::List(item) => {
            let items = value.as_list().ok_or_else(|| at.invalid("a list"))?;
            at.check_limits(i64::try_from(items.len()).unwrap_or(i64::MAX), " items")?;
            items.iter().enumerate().try_for_each(|(number, value)| check(item, value, &Location { item: Some(number), ..*at }))
        }
        Kind::Named(schema) => named(&SCHEMAS[*schema], value, at),
    }
}

fn named(shape: &Shape, value: &Json<'_>, at: &Location<'_>) -> Result<(), Violation> {
    match shape {
        Shape::Object { fields: of, rules } => {
            let object = value.as_object().ok_or_else(|| at.invalid("an object"))?;
            check_fields(object, of, rules, &format!("{}.", at.path()), at.inferences)
        }
        Shape::Words { values, open, documented } => match value.as_text() {
            Some(text) if at.allows_any_value(*open, *documented) || values.contains(&text) => Ok(()),
            _ => Err(at.invalid(format!("one of {}", values.join(", ")))),
        },
        Shape::Numbers { values, open, documented } => match value.as_integer() {
            Some(number) if at.allows_any_value(*open, *documented) || values.contains(&number) => Ok(()),
            _ => {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                Err(at.invalid(format!("one of {}", values.join(", "))))
            }
        },
        Shape::Id => value.as_text().filter(|id| !id.is_empty()).map(drop).ok_or_else(|| at.invalid("a string that is not empty")),
        Shape::Anything => Ok(()),
    }
}

fn integer(value: &Json<'_>, at: &Location<'_>, range: std::ops::RangeInclusive<i64>, of: &str) -> Result<(), Violation> {
    let number = match value {
        Json::Integer(number) => *number,
        // `serde_json` reads an integer that does not fit into 64 bits as a float, which loses its digits. The digits are not needed,
        // because such an integer is out of range in any case.
        Json::Float(number) if number.abs() >= I64_OVERFLOW => return Err(out_of_range(&at.path(), of)),
        Json::Float(_) => return Err(at.invalid("an integer, without a point or an exponent")),
        _ => return Err(at.invalid("an integer")),
    };
    if !range.contains(&number) {
        return Err(out_of_range(&at.path(), of));
    }
    at.check_limits(number, "")
}

/// 2⁶³, which is beyond the range of a 64-bit integer.
const I64_OVERFLOW: f64 = 9_223_372_036_854_775_808.0;

/// Validates a decimal: digits with an optional point and minus sign, in a string. Exponents and JSON numbers are rejected.
fn decimal(value: &Json<'_>, at: &Location<'_>) -> Result<(), Violation> {
    let text = value.as_text().ok_or_else(|| at.invalid("a decimal number in a string"))?;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (integral, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(integral) || !are_digits(fraction) {
        return Err(at.invalid("a decimal number in a string, such as \"0.001\""));
    }
    Decimal::from_str_exact(text).map(drop).map_err(|_| out_of_range(&at.path(), "a number of at most 28 digits"))
}

fn check_rule(rule: &Rule, values: &Object<'_>, place: &str, inferences: Inferences) -> Result<(), Violation> {
    let mark = rule.inferred.then(|| INFERRED.to_owned());
    match &rule.condition {
        Condition::AnyOf(names) if names.iter().any(|name| values.contains(name)) => Ok(()),
        Condition::AnyOf(names) => Err(Violation::Missing { field: format!("{place}{}", names.join(&format!(" or {place}"))), why: mark }),
        Condition::Require { field, when, unless } => {
            let grants_exceptions = !rule.inferred_exception || inferences == Inferences::Enforced;
            let is_spared = grants_exceptions && unless.iter().any(|condition| matches_condition(condition, values));
            if is_spared || !when.iter().all(|condition| matches_condition(condition, values)) || values.contains(field) {
                return Ok(());
            }
            let why: Vec<String> = reason(when, values).into_iter().chain(mark).collect();
            Err(Violation::Missing { field: format!("{place}{field}"), why: (!why.is_empty()).then(|| why.join("; ")) })
        }
    }
}

fn matches_condition((field, literals): &(&str, &[Literal]), values: &Object<'_>) -> bool {
    values.get(field).is_some_and(|value| {
        literals.iter().any(|literal| match literal {
            Literal::Text(text) => value.as_text() == Some(text),
            Literal::Number(number) => value.as_integer() == Some(*number),
            Literal::Flag(flag) => value.as_flag() == Some(*flag),
        })
    })
}

fn reason(when: Conditions, values: &Object<'_>) -> Option<String> {
    let (field, _) = when.first()?;
    Some(format!("needed when {field} is {}", values.get(field)?.as_text()?))
}

fn invalid(field: &str, expected: &str) -> Violation {
    Violation::Invalid { field: field.to_owned(), expected: expected.to_owned() }
}

fn out_of_range(field: &str, limit: &str) -> Violation {
    Violation::OutOfRange { field: field.to_owned(), limit: limit.to_owned() }
}

//! Checks a request against the specification: what is missing (2001), what has the wrong form (2002), what is out of range (2003).

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use super::json::{Json, Object};
use super::{Condition, Conditions, Facts, Field, Inferences, Kind, Literal, Need, Rule, SCHEMAS, Shape};

/// What is wrong with a request. The first fault that is found is reported, as servers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A required parameter is not there.
    Missing {
        /// Where.
        field: String,
        /// Why it is needed, if not always.
        why: Option<String>,
    },
    /// A value has the wrong form.
    Invalid {
        /// Where.
        field: String,
        /// What would be right.
        expected: String,
    },
    /// A value is outside of its limits.
    OutOfRange {
        /// Where.
        field: String,
        /// The limit.
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

/// Reads a raw query, and checks it. Names that are not documented are passed over; so are the credentials.
pub(crate) fn query<'a>(facts: &Facts, raw: &'a str, inferences: Inferences) -> Result<Object<'a>, Violation> {
    let mut values = Object::default();
    for (name, text) in form_urlencoded::parse(raw.as_bytes()) {
        let Some(field) = facts.query.iter().find(|field| field.name == name) else { continue };
        if values.contains(field.name) {
            return Err(invalid(field.name, "given once"));
        }
        values.add(field.name, typed(field, text)?);
    }
    fields(&values, facts.query, facts.rules, "", inferences)?;
    Ok(values)
}

/// Reads a raw body, and checks it against a schema.
pub(crate) fn body(schema: usize, raw: &[u8], inferences: Inferences) -> Result<Object<'_>, Violation> {
    let value = match Json::read(raw) {
        Ok(value) => value,
        Err(_) if raw.is_empty() => return Err(Violation::Missing { field: "body".to_owned(), why: None }),
        Err(_) => return Err(invalid("body", "valid JSON")),
    };
    let given_twice = value.name_given_twice().map(|name| invalid(name, "given once"));
    let Json::Object(value) = value else { return Err(invalid("body", "a JSON object")) };
    if let Some(violation) = given_twice {
        return Err(violation);
    }
    if let Shape::Object { fields: of, rules } = &SCHEMAS[schema] {
        fields(&value, of, rules, "", inferences)?;
    }
    Ok(value)
}

/// A query knows texts alone; where the specification wants a number, the text must be one.
fn typed<'a>(field: &Field, text: Cow<'a, str>) -> Result<Json<'a>, Violation> {
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

fn fields(values: &Object<'_>, fields: &[Field], rules: &[Rule], place: &str, inferences: Inferences) -> Result<(), Violation> {
    for field in fields {
        let missing = |why: Option<&str>| Err(Violation::Missing { field: format!("{place}{}", field.name), why: why.map(str::to_owned) });
        match (values.get(field.name), field.need) {
            (Some(value), _) => check(&field.kind, value, &At { place, name: field.name, item: None, field, inferences })?,
            (None, Need::Documented) => return missing(None),
            (None, Need::Inferred) if inferences == Inferences::Enforced => return missing(Some(INFERRED)),
            (None, Need::Inferred | Need::None) => {}
        }
    }
    let counts = |rule: &&Rule| !rule.inferred || inferences == Inferences::Enforced;
    rules.iter().filter(counts).try_for_each(|rule| follows(rule, values, place, inferences))
}

/// How a message marks a rule that the documentation does not state.
const INFERRED: &str = "inferred, not documented";

/// Where a value stands. A name is put together only when something is wrong.
struct At<'a> {
    place: &'a str,
    name: &'a str,
    item: Option<usize>,
    field: &'a Field,
    inferences: Inferences,
}

impl At<'_> {
    fn path(&self) -> String {
        match self.item {
            Some(item) => format!("{}{}[{item}]", self.place, self.name),
            None => format!("{}{}", self.place, self.name),
        }
    }

    fn invalid(&self, expected: impl Into<String>) -> Violation {
        Violation::Invalid { field: self.path(), expected: expected.into() }
    }

    /// Whether values that are not listed are taken: the list is open, or not the documentation's.
    fn takes_any(&self, open: bool, documented: bool) -> bool {
        open || (!documented && self.inferences == Inferences::Ignored)
    }

    /// A limit counts for the field itself: the number, the text's characters, or the list's items.
    fn within(&self, size: i64, of: &str) -> Result<(), Violation> {
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

fn check(kind: &Kind, value: &Json<'_>, at: &At<'_>) -> Result<(), Violation> {
    match kind {
        Kind::Text => {
            let text = value.as_text().ok_or_else(|| at.invalid("a string"))?;
            let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            if at.item.is_none() { at.within(characters, " characters") } else { Ok(()) }
        }
        Kind::Decimal => decimal(value, at),
        Kind::Int32 => integer(value, at, i64::from(i32::MIN)..=i64::from(i32::MAX), "a 32-bit integer"),
        Kind::Int64 => integer(value, at, i64::MIN..=i64::MAX, "a 64-bit integer"),
        Kind::Boolean => value.as_flag().map(drop).ok_or_else(|| at.invalid("true or false")),
        Kind::List(item) => {
            let items = value.as_list().ok_or_else(|| at.invalid("a list"))?;
            at.within(i64::try_from(items.len()).unwrap_or(i64::MAX), " items")?;
            items.iter().enumerate().try_for_each(|(number, value)| check(item, value, &At { item: Some(number), ..*at }))
        }
        Kind::Named(schema) => named(&SCHEMAS[*schema], value, at),
    }
}

fn named(shape: &Shape, value: &Json<'_>, at: &At<'_>) -> Result<(), Violation> {
    match shape {
        Shape::Object { fields: of, rules } => {
            let object = value.as_object().ok_or_else(|| at.invalid("an object"))?;
            fields(object, of, rules, &format!("{}.", at.path()), at.inferences)
        }
        Shape::Words { values, open, documented } => match value.as_text() {
            Some(text) if at.takes_any(*open, *documented) || values.contains(&text) => Ok(()),
            _ => Err(at.invalid(format!("one of {}", values.join(", ")))),
        },
        Shape::Numbers { values, open, documented } => match value.as_integer() {
            Some(number) if at.takes_any(*open, *documented) || values.contains(&number) => Ok(()),
            _ => {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                Err(at.invalid(format!("one of {}", values.join(", "))))
            }
        },
        Shape::Id => value.as_text().filter(|id| !id.is_empty()).map(drop).ok_or_else(|| at.invalid("a string that is not empty")),
        Shape::Anything => Ok(()),
    }
}

fn integer(value: &Json<'_>, at: &At<'_>, range: std::ops::RangeInclusive<i64>, of: &str) -> Result<(), Violation> {
    let number = match value {
        Json::Integer(number) => *number,
        // It cannot be told any more how it was written, and it is too large in any case.
        Json::Float(number) if number.abs() >= TOO_LARGE => return Err(out_of_range(&at.path(), of)),
        Json::Float(_) => return Err(at.invalid("an integer, without a point or an exponent")),
        _ => return Err(at.invalid("an integer")),
    };
    if !range.contains(&number) {
        return Err(out_of_range(&at.path(), of));
    }
    at.within(number, "")
}

/// 2⁶³: beyond it a 64-bit integer ends.
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

/// Digits, a point if it has any use, a sign if negative. Never an exponent, and never a JSON number.
fn decimal(value: &Json<'_>, at: &At<'_>) -> Result<(), Violation> {
    let text = value.as_text().ok_or_else(|| at.invalid("a decimal number in a string"))?;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(fraction) {
        return Err(at.invalid("a decimal number in a string, such as \"0.001\""));
    }
    Decimal::from_str_exact(text).map(drop).map_err(|_| out_of_range(&at.path(), "a number of at most 28 digits"))
}

fn follows(rule: &Rule, values: &Object<'_>, place: &str, inferences: Inferences) -> Result<(), Violation> {
    let mark = rule.inferred.then(|| INFERRED.to_owned());
    match &rule.condition {
        Condition::AnyOf(names) if names.iter().any(|name| values.contains(name)) => Ok(()),
        Condition::AnyOf(names) => Err(Violation::Missing { field: format!("{place}{}", names.join(&format!(" or {place}"))), why: mark }),
        Condition::Require { field, when, unless } => {
            let grants_exceptions = !rule.inferred_exception || inferences == Inferences::Enforced;
            let is_spared = grants_exceptions && unless.iter().any(|condition| holds(condition, values));
            if is_spared || !when.iter().all(|condition| holds(condition, values)) || values.contains(field) {
                return Ok(());
            }
            let why: Vec<String> = reason(when, values).into_iter().chain(mark).collect();
            Err(Violation::Missing { field: format!("{place}{field}"), why: (!why.is_empty()).then(|| why.join("; ")) })
        }
    }
}

fn holds((field, literals): &(&str, &[Literal]), values: &Object<'_>) -> bool {
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

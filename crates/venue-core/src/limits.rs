//! Documented limits, checked before anything is sent; limits that are inferred from the documentation, for callers that ask for it.
//!
//! A [`Fault`] names the field, as the wire calls it, and the limit. Values are not printed, except those of an enum: a field may be a
//! password.

use std::fmt;

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    field: String,
    problem: String,
    is_inferred: bool,
}

impl Fault {
    /// The field, as the wire calls it; `orders[2].price` inside of a list.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong, and what is allowed.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Whether the limit is inferred from the documentation, which does not state it. Such a limit is only checked if
    /// [`Faults::with_inferred`] asks for it.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.is_inferred
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.problem)?;
        if self.is_inferred {
            f.write_str(" (inferred, not documented)")?;
        }
        Ok(())
    }
}

/// A request that knows its limits.
pub trait Validate {
    /// Reports every fault that can be seen without asking the server: against the documented limits and, if the list
    /// [asks for them](Faults::with_inferred), against the inferred ones.
    fn validate(&self, faults: &mut Faults);
}

/// All faults of a request, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    found: Vec<Fault>,
    prefix: String,
    checks_inferred: bool,
    /// While an inferred limit is checked.
    is_inferred: bool,
}

impl Faults {
    /// An empty list, against which only documented limits are checked.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same list, against which limits are checked, too, that the documentation does not state and that the specification infers from
    /// it: a field that stands in its only example, for one.
    #[must_use]
    pub fn with_inferred(mut self) -> Self {
        self.checks_inferred = true;
        self
    }

    /// Checks inferred limits, if this list asks for them; what is found [is inferred](Fault::is_inferred).
    pub fn inferred(&mut self, check: impl FnOnce(&mut Self)) {
        if self.checks_inferred {
            let outer = std::mem::replace(&mut self.is_inferred, true);
            check(self);
            self.is_inferred = outer;
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The faults.
    #[must_use]
    pub fn as_slice(&self) -> &[Fault] {
        &self.found
    }

    /// Adds a fault.
    pub fn push(&mut self, field: &str, problem: impl Into<String>) {
        let is_inferred = self.is_inferred;
        self.found.push(Fault { field: format!("{}{field}", self.prefix), problem: problem.into(), is_inferred });
    }

    /// Checks each item of a list, naming it `field[index]`.
    pub fn each<T: Validate>(&mut self, field: &str, items: &[T]) {
        let outer = self.prefix.len();
        for (index, item) in items.iter().enumerate() {
            self.prefix.push_str(&format!("{field}[{index}]."));
            item.validate(self);
            self.prefix.truncate(outer);
        }
    }

    /// The number of characters of a text.
    pub fn length(&mut self, field: &str, text: &str, minimum: Option<u64>, maximum: Option<u64>) {
        let count = text.chars().count() as u64;
        if out_of(count, minimum, maximum) {
            self.push(field, format!("has {count} characters, {} allowed", span(minimum, maximum)));
        }
    }

    /// The number of items of a list.
    pub fn count(&mut self, field: &str, count: usize, minimum: Option<u64>, maximum: Option<u64>) {
        let count = count as u64;
        if out_of(count, minimum, maximum) {
            self.push(field, format!("has {count} items, {} allowed", span(minimum, maximum)));
        }
    }

    /// The value of a number.
    pub fn range(&mut self, field: &str, value: impl Into<i64>, minimum: Option<i64>, maximum: Option<i64>) {
        let value = value.into();
        if out_of(value, minimum, maximum) {
            self.push(field, format!("is {value}, {} allowed", span(minimum, maximum)));
        }
    }

    /// An id cannot be empty.
    pub fn not_empty(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.push(field, "is empty");
        }
    }

    /// An enum's value must be a documented one.
    pub fn documented(&mut self, field: &str, value: &impl fmt::Display, is_documented: bool, known: &[&str]) {
        if !is_documented {
            self.push(field, format!("is `{value}`, which is not documented; allowed: {}", listed(known)));
        }
    }

    /// At least one of several fields.
    pub fn any_of(&mut self, fields: &[&str], present: &[bool]) {
        let is_reported = fields.iter().any(|field| self.is_reported(field));
        if !present.contains(&true) && !is_reported {
            let (first, others) = fields.split_first().unwrap_or((&"", &[]));
            let others: Vec<String> = others.iter().map(|other| format!("`{}{other}`", self.prefix)).collect();
            self.push(first, format!("or {} is required", others.join(", ")));
        }
    }

    /// A field that another one makes necessary.
    pub fn required(&mut self, field: &str, is_present: bool, because: &str) {
        if !is_present && !self.is_reported(field) {
            self.push(field, format!("is required {because}"));
        }
    }

    /// A field that every request needs.
    pub fn present(&mut self, field: &str, is_present: bool) {
        if !is_present && !self.is_reported(field) {
            self.push(field, "is required");
        }
    }

    /// A value that does not convert is reported, and is not missing besides.
    fn is_reported(&self, field: &str) -> bool {
        self.found.iter().any(|fault| fault.field.strip_prefix(&self.prefix) == Some(field))
    }
}

/// `` `limit` is 5000, at most 1000 allowed; `symbol` is required ``
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.found.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

fn out_of<T: PartialOrd>(value: T, minimum: Option<T>, maximum: Option<T>) -> bool {
    minimum.is_some_and(|minimum| value < minimum) || maximum.is_some_and(|maximum| value > maximum)
}

fn span<T: fmt::Display>(minimum: Option<T>, maximum: Option<T>) -> String {
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
        (Some(minimum), None) => format!("at least {minimum}"),
        (None, Some(maximum)) => format!("at most {maximum}"),
        (None, None) => String::from("any"),
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_field_and_the_limit() {
        let mut faults = Faults::new();
        faults.length("username", "al", Some(3), Some(32));
        faults.range("limit", 5000, None, Some(1000));
        faults.count("ipWhitelist", 21, None, Some(20));
        faults.any_of(&["orderId", "clientOrderId"], &[false, false]);
        faults.documented("side", &"buy", false, &["BUY", "SELL"]);
        assert_eq!(
            faults.to_string(),
            "`username` has 2 characters, 3 to 32 allowed; `limit` is 5000, at most 1000 allowed; \
             `ipWhitelist` has 21 items, at most 20 allowed; `orderId` or `clientOrderId` is required; \
             `side` is `buy`, which is not documented; allowed: `BUY`, `SELL`"
        );
    }

    #[test]
    fn an_inferred_limit_is_only_checked_on_request_and_says_what_it_is() {
        let check = |mut faults: Faults| {
            faults.length("label", "", Some(1), None);
            faults.inferred(|faults| faults.present("symbol", false));
            faults.range("limit", 0, Some(1), None);
            faults
        };
        let documented = check(Faults::new());
        assert_eq!(documented.to_string(), "`label` has 0 characters, at least 1 allowed; `limit` is 0, at least 1 allowed");
        let all = check(Faults::new().with_inferred());
        assert_eq!(
            all.to_string(),
            "`label` has 0 characters, at least 1 allowed; `symbol` is required (inferred, not documented); `limit` is 0, at least 1 allowed"
        );
        assert_eq!(all.as_slice().iter().map(Fault::is_inferred).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn limits_are_inclusive_and_count_characters() {
        let mut faults = Faults::new();
        faults.length("label", "漢字é", Some(3), Some(3));
        faults.range("permissions", 1, Some(1), Some(7));
        faults.range("permissions", 7, Some(1), Some(7));
        faults.count("ipWhitelist", 20, None, Some(20));
        assert_eq!(faults, Faults::new());
    }
}

//! The comparison of an order that the exchange reports with the order that was sent.

use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

use rust_decimal::Decimal;
use venue_core::UnixMillis;

use super::difference::Difference;
use super::json_fields::{FieldValue, JsonFields};
use super::lookup::LastLookup;
use super::write::ReconcileClient;

/// All fields in which a reported order differs from the expected one.
#[derive(Debug, Default)]
pub struct Differences {
    /// Differences in the fields that identify the order: ids, contract, side, type.
    pub identity: Vec<Difference>,
    /// Differences in prices and quantities.
    pub amounts: Vec<Difference>,
    /// Whether the reported object contains a field twice.
    pub has_duplicates: bool,
}

impl Differences {
    /// Whether the reported order equals the order that was sent, except for amounts that the exchange rounded.
    #[must_use]
    pub fn are_roundings(&self) -> bool {
        self.identity.is_empty() && !self.has_duplicates && self.amounts.iter().all(|difference| difference.is_rounding)
    }

    /// Whether the reported order is exactly the expected one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.identity.is_empty() && self.amounts.is_empty() && !self.has_duplicates
    }

    /// The first field that differs, for a message.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.identity.iter().chain(&self.amounts).next().map(|difference| &*difference.field).or(self.has_duplicates.then_some("a field"))
    }
}

/// A field of the order that was sent, with the value that a reported order must have to be the same order. A field that the exchange does
/// not report is not compared.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// The name of the field in the exchange's response.
    pub field: &'static str,
    /// The value that the field must have.
    pub value: ExpectedValue<'a>,
}

/// The value that a field of a reported order must have.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedValue<'a> {
    /// This id.
    Id(&'a str),
    /// This text.
    Text(&'a str),
    /// This text, if the function returns `true` for the reported text. Other texts are ignored.
    TextIf(&'a str, fn(&str) -> bool),
    /// This boolean.
    Flag(bool),
    /// This amount.
    Amount(Decimal),
    /// An amount above zero and up to this one.
    AmountUpTo(Decimal),
}

/// The ids and terms of an order that the client knows before the exchange reports the order.
pub trait ExpectedOrder {
    /// The name of the field with the caller's order id.
    const CLIENT_ORDER_ID: &'static str;

    /// The name of the field with the creation time, in Unix milliseconds.
    const CREATED_AT: &'static str;

    /// The names of the fields that can contain the status of an order.
    const STATUS: &'static [&'static str];

    /// The terms of the order that was sent, with which a reported order is compared. Differences are returned in the order of these terms.
    fn terms(&self) -> impl Iterator<Item = Term<'_>>;

    /// Whether the client generated the client order id, so that no older order can have the same id.
    fn has_generated_id(&self) -> bool;

    /// Compares every term with the corresponding field of the reported order. A field that is present but unreadable counts as a
    /// difference.
    fn compare(&self, reported: &JsonFields<'_>) -> Differences {
        let mut found = Differences { has_duplicates: reported.has_duplicates(), ..Differences::default() };
        for term in self.terms() {
            term.compare(reported, &mut found);
        }
        found
    }
}

impl Term<'_> {
    fn compare(&self, reported: &JsonFields<'_>, found: &mut Differences) {
        let field = self.field;
        match self.value {
            ExpectedValue::Id(sent) => found.add_identity(field, &reported.id(field), sent, |value| value == sent),
            ExpectedValue::Text(sent) => found.add_identity(field, &reported.text(field), sent, |value| value == sent),
            ExpectedValue::TextIf(sent, applies) => {
                found.add_identity(field, &reported.text(field), sent, |value| value == sent || !applies(value));
            }
            ExpectedValue::Flag(sent) => found.add_identity(field, &reported.boolean(field), &sent.to_string(), |value| *value == sent),
            ExpectedValue::Amount(sent) => found.add_amount(field, &reported.decimal(field), sent, |value| value == sent),
            ExpectedValue::AmountUpTo(sent) => {
                found.add_amount(field, &reported.decimal(field), sent, |value| value > Decimal::ZERO && value <= sent || value == sent);
            }
        }
    }
}

impl Differences {
    fn add_identity<T>(&mut self, field: &'static str, reported: &FieldValue<T>, sent: &str, is_same: impl FnOnce(&T) -> bool) {
        match reported {
            FieldValue::Absent => {}
            FieldValue::Value(value) if is_same(value) => {}
            _ => self.identity.push(Difference { field: field.into(), sent: sent.to_owned(), reported: None, is_rounding: false }),
        }
    }

    fn add_amount(&mut self, field: &'static str, reported: &FieldValue<Decimal>, sent: Decimal, is_same: impl FnOnce(Decimal) -> bool) {
        let reported = match *reported {
            FieldValue::Absent => return,
            FieldValue::Value(value) if is_same(value) => return,
            FieldValue::Value(value) => Some(value),
            FieldValue::Unreadable => None,
        };
        let is_rounding = reported.is_some_and(|reported| is_rounded(sent, reported));
        self.amounts.push(Difference { field: field.into(), sent: sent.to_string(), reported, is_rounding });
    }
}

/// Whether the reported amount is the sent amount, rounded to fewer decimals: 0.242 for 0.2421454, 85000.1 for 85000.12.
fn is_rounded(sent: Decimal, reported: Decimal) -> bool {
    let unit = Decimal::new(1, reported.scale());
    let difference = sent.checked_sub(reported).map(|difference| difference.abs());
    !reported.is_zero() && reported.scale() < sent.scale() && difference.is_some_and(|difference| difference < unit)
}

/// When an order write began.
#[derive(Clone, Copy, Debug)]
pub enum WriteStart {
    /// The time on the monotonic clock, because the exchange's clock may not have been read yet.
    Monotonic(Duration),
    /// The time on the exchange's clock, for a write that was loaded.
    Server(UnixMillis),
}

impl WriteStart {
    /// A write that begins now.
    pub fn now(client: &impl ReconcileClient) -> Self {
        Self::Monotonic(client.time().monotonic())
    }

    /// The time at which the write began, on the exchange's clock as it is estimated now. Before the first synchronisation, the time is
    /// that of this machine's wall clock.
    #[must_use]
    pub fn by_server_clock(self, client: &impl ReconcileClient) -> UnixMillis {
        match self {
            Self::Server(at) => at,
            Self::Monotonic(at) => {
                let ago = client.time().monotonic().saturating_sub(at).as_millis();
                UnixMillis::new(client.clock().now().as_millis().saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX)))
            }
        }
    }
}

/// The assumed maximum difference between clocks inside the exchange, in milliseconds. It equals the difference that the exchange allows
/// between a signed timestamp and its clock.
const MAX_CLOCK_DIFFERENCE: i64 = 10_000;

/// The beginning of 2020 in Unix milliseconds. A smaller number is assumed not to be a creation time in Unix milliseconds.
const EARLIEST_TIME: i64 = 1_577_836_800_000;

/// An order that a placement sent, and when the placement began.
#[derive(Clone, Debug)]
pub struct SentOrder<X> {
    /// The ids and terms of the order.
    pub expected: X,
    /// When the placement began.
    pub start: WriteStart,
}

impl<X: ExpectedOrder> SentOrder<X> {
    /// Checks whether an order that a lookup found by its client order id is the order that was sent. Returns the amounts that differ.
    ///
    /// If the client generated the id, no older order can have the same id. A different amount then means that the exchange changed the
    /// amount of this order. If the caller chose the id, an older order may have the same id, so only an amount that the exchange rounded
    /// is accepted.
    ///
    /// # Errors
    ///
    /// Returns an error if the reported order cannot be recognised as the order that was sent. The error is the [`LastLookup`] that
    /// describes why.
    pub fn recognize<S, E>(
        &self,
        client: &impl ReconcileClient,
        reported: &JsonFields<'_>,
        status: impl FnOnce(&JsonFields<'_>) -> Option<S>,
    ) -> Result<Vec<Difference>, LastLookup<S, E>> {
        if !is_consistent::<X>(reported) {
            return Err(LastLookup::Unreadable);
        }
        let differences = self.expected.compare(reported);
        if !differences.identity.is_empty() {
            let unreadable = differences.identity.iter().all(|difference| reported.id(&difference.field) == FieldValue::Unreadable);
            return Err(if unreadable { LastLookup::Unreadable } else { LastLookup::AnotherOrder });
        }
        if reported.id(X::CLIENT_ORDER_ID) == FieldValue::Absent {
            return Err(LastLookup::Unreadable);
        }
        let created_at = reported.integer(X::CREATED_AT).value();
        if created_at.is_some_and(|created_at| self.is_older(client, created_at)) {
            return Err(LastLookup::AnotherOrder);
        }
        let has_generated_id = self.expected.has_generated_id();
        let is_certainly_new = has_generated_id || created_at.is_some_and(|at| at >= EARLIEST_TIME);
        if differences.amounts.is_empty() || differences.are_roundings() && is_certainly_new {
            return Ok(differences.amounts);
        }
        let readable = differences.amounts.iter().all(|difference| difference.reported.is_some());
        match (has_generated_id, readable) {
            (true, true) => Ok(differences.amounts),
            (_, false) => Err(LastLookup::Unreadable),
            (false, true) => Err(LastLookup::Differs { status: status(reported), differences: differences.amounts }),
        }
    }

    /// Whether an order that was created at this time is older than the order that was sent.
    fn is_older(&self, client: &impl ReconcileClient, created_at: i64) -> bool {
        // The estimate of the exchange's clock may have been corrected since the order was sent, so the start of the write is computed
        // again from the current estimate.
        client.clock().is_synced() && older_than(self.start.by_server_clock(client)).contains(&created_at)
    }
}

/// The creation times, in Unix milliseconds, of orders that are certainly older than a write that began at `start`.
fn older_than(start: UnixMillis) -> Range<i64> {
    EARLIEST_TIME..start.as_millis().saturating_sub(MAX_CLOCK_DIFFERENCE)
}

/// Whether a reported order is consistent: the object contains no field twice, no field reports a failure, and all status fields contain
/// the same readable status.
#[must_use]
pub fn is_consistent<X: ExpectedOrder>(reported: &JsonFields<'_>) -> bool {
    let states = X::STATUS.iter().map(|name| reported.text(name)).filter(|state| *state != FieldValue::Absent);
    let states: Vec<FieldValue<Cow<'_, str>>> = states.collect();
    let is_one_state = states.iter().all(|state| matches!(state, FieldValue::Value(_)) && *state == states[0]);
    is_one_state && !reported.has_duplicates() && !reported.reports_failure()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Limit;

    impl ExpectedOrder for Limit {
        const CLIENT_ORDER_ID: &'static str = "clientOrderId";
        const CREATED_AT: &'static str = "createdAt";
        const STATUS: &'static [&'static str] = &["status", "orderStatus"];

        fn terms(&self) -> impl Iterator<Item = Term<'_>> {
            let is_condition = |text: &str| text.starts_with("STOP");
            [
                ("clientOrderId", ExpectedValue::Id("my-1")),
                ("side", ExpectedValue::Text("BUY")),
                ("orderType", ExpectedValue::TextIf("STOP_LIMIT", is_condition)),
                ("reduceOnly", ExpectedValue::Flag(false)),
                ("price", ExpectedValue::Amount(Decimal::new(85_000, 0))),
                ("quantity", ExpectedValue::AmountUpTo(Decimal::new(2, 1))),
            ]
            .into_iter()
            .map(|(field, value)| Term { field, value })
        }

        fn has_generated_id(&self) -> bool {
            false
        }
    }

    fn reported(json: &str) -> JsonFields<'_> {
        JsonFields::parse(json).expect("a JSON object")
    }

    fn compare(json: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let differences = Limit.compare(&reported(json));
        let name = |difference: &Difference| match difference.field {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => panic!("a comparison does not create names"),
        };
        let fields = |found: &[Difference]| found.iter().map(name).collect();
        (fields(&differences.identity), fields(&differences.amounts))
    }

    #[test]
    fn only_fields_that_are_present_are_compared() {
        assert_eq!(compare("{}"), (vec![], vec![]));
        assert_eq!(compare(r#"{"side":"BUY","price":"85000.00","quantity":0.10,"reduceOnly":false}"#), (vec![], vec![]));
    }

    #[test]
    fn every_field_that_differs_is_reported() {
        let other = r#"{"clientOrderId":"my-2","side":"SELL","orderType":"STOP","reduceOnly":true,"price":"1","quantity":"0.3"}"#;
        assert_eq!(compare(other), (vec!["clientOrderId", "side", "orderType", "reduceOnly"], vec!["price", "quantity"]));
    }

    #[test]
    fn a_text_that_the_term_does_not_apply_to_is_ignored() {
        assert_eq!(compare(r#"{"orderType":"MARKET"}"#), (vec![], vec![]));
    }

    #[test]
    fn an_unreadable_field_differs() {
        let unreadable = r#"{"clientOrderId":["my-1"],"side":1,"price":"1e4","quantity":""}"#;
        assert_eq!(compare(unreadable), (vec!["clientOrderId", "side"], vec!["price", "quantity"]));
    }

    #[test]
    fn a_rounded_amount_is_distinguished_from_another_amount() {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
        for (sent, reported, expected) in [
            ("0.2421454", "0.242", true),
            ("0.2421454", "0.243", true),
            ("85000.12", "85000.1", true),
            ("0.2421454", "0.244", false),
            ("85000.1", "85000.2", false),
            ("0.2", "0.1000", false),
            ("0.1", "0", false),
            ("1.5", "-79228162514264337593543950335", false),
        ] {
            assert_eq!(is_rounded(decimal(sent), decimal(reported)), expected, "{sent}, {reported}");
        }
    }

    #[test]
    fn an_order_that_contradicts_itself_is_not_consistent() {
        for (json, expected) in [
            (r#"{"status":"NEW","orderStatus":"NEW"}"#, true),
            (r#"{"status":"NEW","orderStatus":"FILLED"}"#, false),
            (r#"{"status":1}"#, false),
            (r#"{"price":"1","price":"1"}"#, false),
            (r#"{"success":false}"#, false),
        ] {
            assert_eq!(is_consistent::<Limit>(&reported(json)), expected, "{json}");
        }
    }

    #[test]
    fn an_order_is_older_if_it_was_created_more_than_ten_seconds_before_the_write() {
        let older = older_than(UnixMillis::new(1_772_710_377_808));
        assert!(older.contains(&1_772_710_367_807));
        assert!(!older.contains(&1_772_710_367_808));
        assert!(!older.contains(&1_772_710_367), "a time in seconds is not compared");
    }
}

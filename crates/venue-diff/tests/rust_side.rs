//! The effect of two revisions of generated code on code that uses them.

use venue_diff::provenance::ProvenanceLog;
use venue_diff::report::{Header, Report};
use venue_diff::rust::{CrateSources, RustChanges, RustClass, RustListing, Source};
use venue_spec::Document;

fn listing(types: &str) -> RustListing {
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let sources =
        [source("mod.rs", "mod client;\npub mod types;\npub use client::Client;"), source("client.rs", CLIENT), source("types.rs", types)];
    RustListing::read(&sources, "mod.rs").expect("Rust")
}

const CLIENT: &str = "
    /// The client.
    pub struct Client { core: Core }
    pub struct Hidden;
    impl Client {
        pub fn order(&self) -> builder::Order<'_> { builder::Order::new(&self.core) }
        fn core(&self) -> &Core { &self.core }
        #[doc(hidden)] pub fn for_macros(&self) {}
    }";

const TYPES: &str = r#"
    #[derive(Clone)] #[non_exhaustive] pub struct Order { pub price: Decimal, secret: u8 }
    pub struct Closed { pub a: u8 }
    ::venue_core::open_enum! { /// Which side.
        pub enum Side: str { /// Buys.
            Buy = "BUY", Sell = "SELL", } }
    ::venue_core::string_id! { pub struct OrderId; }
    ::venue_core::wire_object! { Order { required price "price" decimal; } }
    pub mod builder { pub struct Order; impl Order { pub fn price<V>(self, value: V) -> Self where V: TryInto<Decimal> { self } } }
"#;

#[test]
fn a_listing_has_exactly_the_items_that_other_crates_can_name() {
    insta::assert_snapshot!(listing(TYPES).to_text());
}

/// The changes of an edit, one per line.
fn check(from: &str, to: &str) -> String {
    let (old, new) = (listing(TYPES), listing(&TYPES.replace(from, to)));
    assert_ne!(old.to_text(), "", "there are items");
    let rust = RustChanges::new(&[CrateSources { name: "an-api", old: &old, new: &new }]);
    let (_, items) = rust.explained_by(&[]);
    items
        .iter()
        .map(|item| {
            format!("{} {}: {:?} → {:?}; {}\n", item.class, item.path, item.from, item.to, item.migration_hint.clone().unwrap_or_default())
        })
        .collect()
}

#[test]
fn each_kind_of_item_has_a_migration_hint() {
    let edits = [
        ("pub price: Decimal", "pub price: Option<Decimal>"),
        ("pub price: Decimal", "pub price: Decimal, pub note: String"),
        ("pub price: Decimal,", ""),
        ("pub a: u8", "pub a: u8, pub b: u8"),
        ("Sell = \"SELL\",", ""),
        ("Sell = \"SELL\",", "Sell = \"SELL\", Both = \"BOTH\","),
        ("Sell = \"SELL\",", "Sell = \"ASK\","),
        ("TryInto<Decimal>", "TryInto<Option<Decimal>>"),
        ("::venue_core::string_id! { pub struct OrderId; }", ""),
        ("#[derive(Clone)]", ""),
        ("/// Buys.", "/// Sells no more."),
    ];
    let text: String = edits.iter().map(|(from, to)| format!("{from} ⇒ {to}\n{}\n", check(from, to))).collect();
    insta::assert_snapshot!(text);
}

const SPEC: &str = "
paths:
  /v1/order:
    get:
      operationId: order
      parameters:
        - { name: symbol, in: query, required: true, description: The market., schema: { type: string } }
      responses:
        '200':
          content:
            application/json:
              schema:
                allOf:
                  - $ref: '#/components/schemas/Envelope'
                  - properties:
                      data: { $ref: '#/components/schemas/Order' }
components:
  schemas:
    Side:
      type: string
      enum: [BUY, SELL]
      x-enum-varnames: [Buy, Sell]
    Order:
      type: object
      required: [price]
      properties:
        price: { type: string, format: decimal, description: The price. }
        side: { type: string, description: Which side. }
        note: { type: string, description: Your own words., example: mine }
        count: { type: integer, format: int32, description: How many fills. }
        done: { type: boolean, description: Whether it is done. }
";

/// The code that is generated from the specification.
const CODE: [(&str, &str); 4] = [
    ("mod.rs", "mod client; pub mod requests; pub mod types; pub use client::Client;"),
    ("client.rs", "pub struct Client { core: Core }"),
    (
        "requests.rs",
        "#[non_exhaustive] pub struct Order { pub symbol: Option<String> }
         impl Order { pub fn symbol(self, value: impl Into<String>) -> Self { self } }
         impl ::venue_core::Request for Order { type Data = types::Order; }",
    ),
    (
        "types.rs",
        "::venue_core::open_enum! { pub enum Side: str { Buy = \"BUY\", Sell = \"SELL\", } }
         #[non_exhaustive] pub struct Order { pub price: Decimal, pub side: Option<String>, pub note: Option<String>, pub count: Option<i32>, pub done: Option<bool> }
         impl Order { pub fn builder() -> builder::Order { builder::Order::default() } }
         pub mod builder {
             pub struct Order;
             impl Order { pub fn price<V>(self, value: V) -> Self where V: TryInto<Decimal> { self } }
             impl From<super::Order> for Order { fn from(value: super::Order) -> Self { Self } }
         }",
    ),
];

/// Applies edits, each of which must match.
fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the edit matches: {from}");
        text.replace(from, to)
    })
}

/// The code after edits, each in the file that it names.
fn code(edits: &[(&str, &str, &str)]) -> RustListing {
    let sources: Vec<Source> = CODE
        .iter()
        .map(|(path, text)| {
            let of_file: Vec<(&str, &str)> = edits.iter().filter(|(file, ..)| file == path).map(|(_, from, to)| (*from, *to)).collect();
            Source { path: (*path).into(), text: edited(text, &of_file) }
        })
        .collect();
    RustListing::read(&sources, "mod.rs").expect("Rust")
}

/// The report of edits of the specification and of the code.
fn report(spec: &[(&str, &str)], rust: &[(&str, &str, &str)]) -> Report {
    let document = |source: &str| Document::parse_unchecked("spec.yaml", source.trim_start()).expect("YAML");
    let (old, new) = (document(SPEC), document(&edited(SPEC, spec)));
    let (old_rust, new_rust) = (code(&[]), code(rust));
    let rust = RustChanges::new(&[CrateSources { name: "an-api", old: &old_rust, new: &new_rust }]);
    let header = Header { specification: "spec.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, venue_diff::compare(&old, &new), Some((&rust, &["an-api"])), &ProvenanceLog::default())
}

/// The items of each change, one per line, with migration hints.
fn items(report: &Report) -> String {
    let mut text = String::new();
    for entry in &report.changes {
        let rust = entry.rust.as_ref().expect("the Rust side");
        text.push_str(&format!("{}: {}{}\n", entry.change.id, rust.class, words(rust.disagreement.as_deref())));
        for item in &rust.items {
            let sign = match (&item.from, &item.to) {
                (None, _) => '+',
                (_, None) => '-',
                _ => '~',
            };
            text.push_str(&format!("  {sign} {}{}\n", item.path, words(item.migration_hint.as_deref())));
        }
    }
    for item in &report.rust.as_ref().expect("the Rust side").unexplained {
        text.push_str(&format!("nothing explains {}\n", item.path));
    }
    text
}

fn words(words: Option<&str>) -> String {
    words.map(|words| format!(" ({words})")).unwrap_or_default()
}

const NOT_GENERATED: &str = "the generated code does not have this change yet: run `cargo xtask codegen`";

#[test]
fn a_change_of_the_specification_has_the_items_that_it_causes() {
    let report = report(&[("required: [price]", "required: [other]")], &[("types.rs", "pub price: Decimal", "pub price: Option<Decimal>")]);
    insta::assert_snapshot!(report.to_text());
    let rust = report.rust.expect("the Rust side");
    assert!(rust.unexplained.is_empty());
    assert_eq!(rust.crates[0].class, RustClass::Major);
}

#[test]
fn a_field_that_is_not_generated_yet_is_a_disagreement() {
    let field = "        price: { type: string, format: decimal, description: The price. }\n";
    let report = report(&[(field, &format!("{field}        size: {{ type: integer, description: How many. }}\n"))], &[]);
    let rust = report.changes[0].rust.as_ref().expect("the Rust side");
    assert_eq!(rust.disagreement.as_deref(), Some(NOT_GENERATED));
}

#[test]
fn an_item_without_a_cause_is_unexplained() {
    let report = report(&[], &[("types.rs", "pub note: Option<String>,", "")]);
    assert!(report.changes.is_empty());
    assert_eq!(items(&report), "nothing explains types::Order.note\n");
    assert!(report.to_text().contains("changes in Rust that no change of the specification explains"));
    assert_eq!(report.severity(), venue_diff::report::Severity::Breaking);
}

const TYPE_RENAMED: [(&str, &str); 2] = [("schemas/Order'", "schemas/Purchase'"), ("    Order:\n", "    Purchase:\n")];
const TYPE_REGENERATED: [(&str, &str, &str); 7] = [
    ("requests.rs", "types::Order;", "types::Purchase;"),
    ("types.rs", "pub struct Order {", "pub struct Purchase {"),
    (
        "types.rs",
        "impl Order { pub fn builder() -> builder::Order { builder::Order",
        "impl Purchase { pub fn builder() -> builder::Purchase { builder::Purchase",
    ),
    ("types.rs", "pub struct Order;", "pub struct Purchase;"),
    ("types.rs", "impl Order {", "impl Purchase {"),
    ("types.rs", "super::Order", "super::Purchase"),
    ("types.rs", "for Order", "for Purchase"),
];

#[test]
fn a_renamed_type_is_one_rename_for_all_its_members() {
    insta::assert_snapshot!(items(&report(&TYPE_RENAMED, &TYPE_REGENERATED)), @r"
    Purchase/renamed: major (compatible on the wire, but code no longer compiles)
      + types::Purchase
      - types::Order (replace `types::Order` by `types::Purchase`)
      + types::builder::Purchase
      - types::builder::Order (replace `types::builder::Order` by `types::builder::Purchase`)
    ");
}

#[test]
fn another_change_of_a_renamed_type_is_reported_under_the_new_name() {
    let spec = [TYPE_RENAMED.as_slice(), &[("required: [price]", "required: []"), ("        side: {", "        way: {")]].concat();
    let more = [("types.rs", "pub price: Decimal", "pub price: Option<Decimal>"), ("types.rs", "pub side:", "pub way:")];
    insta::assert_snapshot!(items(&report(&spec, &[TYPE_REGENERATED.as_slice(), &more].concat())), @r"
    Purchase.price/required: major
      ~ types::Purchase.price (change the type of `types::Purchase.price` to `Option<Decimal>`: it was `Decimal`)
    Purchase.way/renamed: major
      + types::Purchase.way
      - types::Order.side (replace `types::Order.side` by `types::Purchase.way`)
    Purchase/renamed: major (compatible on the wire, but code no longer compiles)
      + types::Purchase
      - types::Order (replace `types::Order` by `types::Purchase`)
      + types::builder::Purchase
      - types::builder::Order (replace `types::builder::Order` by `types::builder::Purchase`)
    ");
}

const OPERATION_RENAMED: [(&str, &str); 2] = [("operationId: order", "operationId: one_order"), ("name: symbol", "name: market")];
const OPERATION_REGENERATED: [(&str, &str, &str); 5] = [
    ("requests.rs", "pub struct Order {", "pub struct OneOrder {"),
    ("requests.rs", "impl Order {", "impl OneOrder {"),
    ("requests.rs", "for Order {", "for OneOrder {"),
    ("requests.rs", "pub symbol:", "pub market:"),
    ("requests.rs", "fn symbol(", "fn market("),
];

#[test]
fn a_renamed_operation_and_parameter_are_a_renamed_request_and_field() {
    insta::assert_snapshot!(items(&report(&OPERATION_RENAMED, &OPERATION_REGENERATED)), @r"
    one_order.query.market/renamed: major
      + requests::OneOrder.market
      - requests::Order.symbol (replace `requests::Order.symbol` by `requests::OneOrder.market`)
      + requests::OneOrder::market
      - requests::Order::symbol (replace `requests::Order::symbol` by `requests::OneOrder::market`)
    one_order/renamed: major (compatible on the wire, but code no longer compiles)
      + requests::OneOrder
      - requests::Order (replace `requests::Order` by `requests::OneOrder`)
    ");
}

#[test]
fn renames_that_are_not_generated_yet_are_disagreements() {
    for spec in [TYPE_RENAMED, OPERATION_RENAMED] {
        let report = report(&spec, &[]);
        let words: Vec<_> = report.changes.iter().map(|entry| entry.rust.as_ref().and_then(|rust| rust.disagreement.as_deref())).collect();
        assert!(!words.is_empty() && words.iter().all(|words| *words == Some(NOT_GENERATED)), "{words:?}");
    }
}

#[test]
fn an_item_with_two_causes_belongs_to_both() {
    let spec = [("        price: {", "        cost: {"), ("required: [price]", "required: []")];
    let rust = [("types.rs", "pub price: Decimal", "pub cost: Option<Decimal>"), ("types.rs", "fn price<V>", "fn cost<V>")];
    insta::assert_snapshot!(items(&report(&spec, &rust)), @r"
    Order.cost/renamed: major
      + types::Order.cost
      - types::Order.price (replace `types::Order.price` by `types::Order.cost`, and change the type of `types::Order.cost` to `Option<Decimal>`: it was `Decimal`)
      + types::builder::Order::cost
      - types::builder::Order::price (replace `types::builder::Order::price` by `types::builder::Order::cost`)
    Order.cost/required: major
      + types::Order.cost
      - types::Order.price (replace `types::Order.price` by `types::Order.cost`, and change the type of `types::Order.cost` to `Option<Decimal>`: it was `Decimal`)
    ");
    let spec = [(
        "note: { type: string, description: Your own words., example: mine",
        "note: { type: integer, description: A number., example: 1",
    )];
    let rust = [("types.rs", "pub note: Option<String>", "pub note: Option<i64>")];
    insta::assert_snapshot!(items(&report(&spec, &rust)), @r"
    Order.note/type: major
      ~ types::Order.note (change the type of `types::Order.note` to `Option<i64>`: it was `Option<String>`)
    Order.note/description: none
    Order.note/example: none
    ");
}

#[test]
fn uses_of_a_variant_with_another_value_must_be_checked() {
    let report =
        report(&[("[Buy, Sell]", "[Sell, Buy]")], &[("types.rs", "Buy = \"BUY\", Sell = \"SELL\"", "Sell = \"BUY\", Buy = \"SELL\"")]);
    insta::assert_snapshot!(items(&report), @r#"
    Side=BUY/variant: major
      ~ types::Side::Buy (check uses of `types::Side::Buy`: the value is "SELL", and was "BUY")
      ~ types::Side::Sell (check uses of `types::Side::Sell`: the value is "BUY", and was "SELL")
    Side=SELL/variant: major
      ~ types::Side::Buy (check uses of `types::Side::Buy`: the value is "SELL", and was "BUY")
      ~ types::Side::Sell (check uses of `types::Side::Sell`: the value is "BUY", and was "SELL")
    "#);
}

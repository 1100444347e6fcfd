//! The Rust side: what two revisions of generated code mean for code that uses it.

use sixmm_diff::changes::Ledger;
use sixmm_diff::report::{Header, Report};
use sixmm_diff::rust::{CrateSources, RustChanges, RustClass, RustListing, Source};
use sixmm_spec::Document;

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
    ::sixmm_core::open_enum! { /// Which side.
        pub enum Side: str { /// Buys.
            Buy = "BUY", Sell = "SELL", } }
    ::sixmm_core::string_id! { pub struct OrderId; }
    ::sixmm_core::wire_object! { Order { required price "price" decimal; } }
    pub mod builder { pub struct Order; impl Order { pub fn price<V>(self, value: V) -> Self where V: TryInto<Decimal> { self } } }
"#;

#[test]
fn a_listing_holds_what_others_can_name_and_nothing_else() {
    insta::assert_snapshot!(listing(TYPES).to_text());
}

/// The changes of one edit, a line each.
fn check(from: &str, to: &str) -> String {
    let (old, new) = (listing(TYPES), listing(&TYPES.replace(from, to)));
    assert_ne!(old.to_text(), "", "there are items");
    let rust = RustChanges::new(&[CrateSources { name: "an-api", old: &old, new: &new }]);
    let (_, items) = rust.explained_by(&[]);
    items
        .iter()
        .map(|item| format!("{} {}: {:?} → {:?}; {}\n", item.class, item.path, item.from, item.to, item.edit.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn each_kind_of_item_says_what_must_be_edited() {
    let edits = [
        ("pub price: Decimal", "pub price: Option<Decimal>"),
        ("pub price: Decimal", "pub price: Decimal, pub note: String"),
        ("pub price: Decimal,", ""),
        ("pub a: u8", "pub a: u8, pub b: u8"),
        ("Sell = \"SELL\",", ""),
        ("Sell = \"SELL\",", "Sell = \"SELL\", Both = \"BOTH\","),
        ("Sell = \"SELL\",", "Sell = \"ASK\","),
        ("TryInto<Decimal>", "TryInto<Option<Decimal>>"),
        ("::sixmm_core::string_id! { pub struct OrderId; }", ""),
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
    Order:
      type: object
      required: [price]
      properties:
        price: { type: string, format: decimal, description: The price. }
";

fn report(spec: (&str, &str), rust: (&str, &str)) -> Report {
    let document = |source: &str| Document::parse_unchecked("spec.yaml", source.trim_start()).expect("YAML");
    let (old, new) = (document(SPEC), document(&SPEC.replace(spec.0, spec.1)));
    let (old_rust, new_rust) = (listing(TYPES), listing(&TYPES.replace(rust.0, rust.1)));
    let rust = RustChanges::new(&[CrateSources { name: "an-api", old: &old_rust, new: &new_rust }]);
    let header = Header { specification: "spec.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
    Report::new(header, sixmm_diff::compare(&old, &new), Some((&rust, &["an-api"])), &Ledger::default())
}

#[test]
fn a_change_of_the_specification_has_the_items_that_change_because_of_it() {
    let report = report(("required: [price]", "required: [other]"), ("pub price: Decimal", "pub price: Option<Decimal>"));
    insta::assert_snapshot!(report.to_text());
    let rust = report.rust.expect("the Rust side");
    assert!(rust.unexplained.is_empty());
    assert_eq!(rust.crates[0].class, RustClass::Major);
}

#[test]
fn a_field_that_the_code_does_not_have_yet_is_a_disagreement() {
    let field = "        price: { type: string, format: decimal, description: The price. }\n";
    let report = report((field, &format!("{field}        size: {{ type: integer, description: How many. }}\n")), ("", ""));
    let rust = report.changes[0].rust.as_ref().expect("the Rust side");
    assert_eq!(rust.disagreement.as_deref(), Some("the specification says so, and the generated code does not: run `cargo xtask codegen`"));
}

#[test]
fn an_item_that_no_change_explains_is_shown_as_such() {
    let report = report(("", ""), ("Sell = \"SELL\",", ""));
    assert!(report.changes.is_empty());
    let unexplained = &report.rust.as_ref().expect("the Rust side").unexplained;
    assert_eq!(unexplained.iter().map(|item| item.path.as_str()).collect::<Vec<_>>(), ["types::Side::Sell"]);
    assert!(report.to_text().contains("changes in Rust that no change of the specification explains"));
    assert_eq!(report.outcome(), sixmm_diff::report::Outcome::Breaking);
}

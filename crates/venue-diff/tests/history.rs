//! Random histories: the origins of the steps are the origins of the combined changes.

use proptest::prelude::*;
use venue_diff::provenance::{History, Origin, ProvenanceLog, Step};
use venue_diff::{Change, Class};
use venue_spec::Document;

/// The schema of a response: its name, and the names and types of its fields.
#[derive(Debug, Clone)]
struct Spec {
    schema: String,
    fields: Vec<(String, &'static str)>,
}

const TYPES: [&str; 3] = ["string", "integer", "boolean"];

/// An edit. The index of a field is taken modulo the number of fields.
#[derive(Debug, Clone)]
enum RandomEdit {
    RenameSchema(u8),
    Add(u8),
    Rename(usize, u8),
    Remove(usize),
    Retype(usize, usize),
}

impl Spec {
    fn new() -> Self {
        let fields = ["price", "quantity", "side", "note", "count"];
        Self {
            schema: String::from("Order"),
            fields: fields.iter().enumerate().map(|(at, name)| ((*name).to_owned(), TYPES[at % 3])).collect(),
        }
    }

    fn edit(&mut self, edit: &RandomEdit) {
        let count = self.fields.len();
        let is_free = |fields: &[(String, &str)], name: &str| fields.iter().all(|(known, _)| known != name);
        match edit {
            RandomEdit::RenameSchema(name) => self.schema = format!("Order{name}"),
            RandomEdit::Add(name) if is_free(&self.fields, &format!("new{name}")) => {
                self.fields.push((format!("new{name}"), TYPES[usize::from(*name) % 3]))
            }
            RandomEdit::Rename(at, name) if count > 0 && is_free(&self.fields, &format!("other{name}")) => {
                self.fields[at % count].0 = format!("other{name}")
            }
            RandomEdit::Remove(at) if count > 2 => drop(self.fields.remove(at % count)),
            RandomEdit::Retype(at, type_) if count > 0 => self.fields[at % count].1 = TYPES[type_ % 3],
            _ => {}
        }
    }

    fn document(&self) -> Document {
        let Self { schema, fields } = self;
        let fields: String = fields
            .iter()
            .map(|(name, type_)| format!("        {name}: {{ type: {type_}, description: What is {type_} of it. }}\n"))
            .collect();
        let text = format!(
            "paths:\n  /v1/order:\n    get:\n      operationId: order\n      responses:\n        '200':\n          content:\n            application/json:\n\
             \x20             schema:\n                allOf:\n                  - $ref: '#/components/schemas/Envelope'\n                  - properties:\n\
             \x20                     data: {{ $ref: '#/components/schemas/{schema}' }}\n\
             components:\n  schemas:\n    {schema}:\n      type: object\n      description: An order.\n      properties:\n{fields}"
        );
        Document::parse_unchecked("spec.yaml", text).unwrap_or_else(|report| panic!("{report}"))
    }
}

/// A step in which each change has an entry.
fn step(changes: Vec<Change>, number: usize, origin: Origin) -> Step {
    let ids: Vec<String> = changes.iter().map(|change| format!("{:?}", change.id)).collect();
    let file = format!("[[change]]\norigin = \"{origin}\"\nevidence = \"the page of step {number}\"\nids = [{}]\n", ids.join(", "));
    let provenance =
        if changes.is_empty() { ProvenanceLog::default() } else { ProvenanceLog::read([("a.toml", file.as_str())]).expect("a valid file") };
    Step { changes, provenance }
}

fn edits() -> impl Strategy<Value = Vec<(Vec<RandomEdit>, bool)>> {
    let edit = prop_oneof![
        (0..3_u8).prop_map(RandomEdit::RenameSchema),
        (0..4_u8).prop_map(RandomEdit::Add),
        (0..8_usize, 0..4_u8).prop_map(|(at, name)| RandomEdit::Rename(at, name)),
        (0..8_usize).prop_map(RandomEdit::Remove),
        (0..8_usize, 0..3_usize).prop_map(|(at, type_)| RandomEdit::Retype(at, type_)),
    ];
    prop::collection::vec((prop::collection::vec(edit, 1..3), any::<bool>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn combined_changes_have_the_origins_of_their_steps(edits in edits()) {
        let mut spec = Spec::new();
        let first = spec.document();
        let mut before = first.clone();
        let mut steps = Vec::new();
        for (number, (edits, is_vendors)) in edits.iter().enumerate() {
            edits.iter().for_each(|edit| spec.edit(edit));
            let after = spec.document();
            let origin = if *is_vendors { Origin::Vendor } else { Origin::Correction };
            steps.push(step(venue_diff::compare(&before, &after), number, origin));
            before = after;
        }
        let changes = venue_diff::compare(&first, &before);
        let history = History::new(steps);
        for (change, attributed) in changes.iter().zip(history.attribute(&changes)).filter(|(change, _)| change.wire != Class::Documentation) {
            let origins: Vec<bool> = edits.iter().map(|(_, is_vendors)| *is_vendors).collect();
            let is_vendor = attributed.origin.map(|origin| origin == Origin::Vendor);
            if origins.iter().all(|is_vendors| *is_vendors == origins[0]) {
                prop_assert_eq!(is_vendor, Some(origins[0]), "{}: {:?}", change.id, attributed);
            }
            // Every change has an origin, or is reported as unattributed.
            prop_assert_eq!(attributed.origin.is_some(), attributed.unattributed.is_empty(), "{}: {:?}", change.id, attributed);
        }
        prop_assert!(history.unused(&changes).is_empty());
    }
}

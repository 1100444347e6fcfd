//! `cargo xtask codegen`: from the specifications to the generated crates.

mod sandbox_tables;

use std::process::ExitCode;

use anyhow::Context as _;
use venue_codegen::crates::{GeneratedFile, Target};
use venue_spec::Document;
use venue_spec::model::Api;

use crate::files;
use crate::specs::{SPECS, Spec, TEST_SPECS};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing: print what would change as a unified diff, and fail if anything would
    #[arg(long)]
    check: bool,
    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = crate::checkout::root();
    let mut is_clean = true;
    for spec in SPECS.iter().chain(&TEST_SPECS).filter(|spec| arguments.spec.as_ref().is_none_or(|name| name == spec.name)) {
        let source = std::fs::read_to_string(root.join(spec.path)).with_context(|| format!("cannot read `{}`", spec.path))?;
        let document = match Document::parse(spec.path, source) {
            Ok(document) => document,
            Err(report) => {
                use std::io::IsTerminal as _;
                let style = if std::io::stderr().is_terminal() { venue_spec::Style::Coloured } else { venue_spec::Style::Plain };
                eprintln!("{}", report.render(style));
                return Ok(ExitCode::FAILURE);
            }
        };
        let mut generated = generate(spec, &document)?;
        generated.extend(sandbox_tables::generate(spec, &Api::new(&document))?);
        let changed = if arguments.check { files::check(root, &generated)? } else { files::write(root, &generated)? };
        is_clean &= changed == 0;
        let lines: usize = generated.iter().map(|file| file.text.lines().count()).sum();
        let state = match (changed, arguments.check) {
            (0, _) => String::from("up to date"),
            (count, true) => format!("{count} out of date; run `cargo xtask codegen`"),
            (count, false) => format!("{count} written"),
        };
        let operations = Api::new(&document).operations.len();
        eprintln!("{}: {operations} operations, {} files, {lines} lines: {state}", spec.path, generated.len());
    }
    Ok(if arguments.check && !is_clean { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Generates the crates of a specification.
pub(crate) fn generate(spec: &Spec, document: &Document) -> anyhow::Result<Vec<GeneratedFile>> {
    let target = Target {
        specification: spec.path.to_owned(),
        api_crate: spec.api_crate.to_owned(),
        api_folder: spec.api_folder(),
        mocks: spec.mock_file(),
        trading_client_folder: spec.trading_client_folder(),
        snapshots: spec.snapshot_folder(),
    };
    venue_codegen::crates::generate(&target, document)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use venue_spec::model::Shape;

    use super::*;

    /// The table of rules in `*.prose.md` is written by hand, so it must be updated when an operation or a field is renamed.
    #[test]
    fn the_rules_in_prose_name_operations_and_fields_that_exist() {
        let has_table = |spec: &&Spec| crate::checkout::root().join(spec.path).with_extension("prose.md").exists();
        assert!(has_table(&&SPECS[0]), "`{}` has a table", SPECS[0].name);
        for spec in SPECS.iter().filter(has_table) {
            let read = |path: &Path| {
                std::fs::read_to_string(crate::checkout::root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            };
            let document = Document::parse(spec.path, read(Path::new(spec.path))).unwrap_or_else(|report| panic!("{report}"));
            let api = Api::new(&document);
            let text = read(&Path::new(spec.path).with_extension("prose.md"));
            let names: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|name| is_name(name)).collect();
            assert!(names.len() > 20, "only {} names in the table", names.len());
            for name in names {
                assert!(exists(&api, name), "`{name}` is no operation, schema, field or component");
            }
        }
    }

    /// Whether a word is written as the name of an operation (lower case with an underscore), of a schema (`Order`) or of a field
    /// (`Order.price`).
    fn is_name(word: &str) -> bool {
        let known_elsewhere = ["Outcome", "Unknown", "Market::rules", "Authorization: Bearer"];
        let is_operation = word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_schema = word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
            && word.bytes().any(|byte| byte.is_ascii_lowercase());
        (is_operation && !["check_inferred"].contains(&word)) || (is_schema && !known_elsewhere.contains(&word))
    }

    fn exists(api: &Api, name: &str) -> bool {
        let (owner, field) = name.split_once('.').map_or((name, None), |(owner, field)| (owner, Some(field)));
        let is_shared = ["RequestId", "Error"].contains(&owner);
        is_shared
            || api.operations.iter().any(|operation| operation.id == owner)
            || api.type_named(owner).is_some_and(|named| match (&named.shape, field) {
                (_, None) => true,
                (Shape::Object { fields, .. }, Some(field)) => fields.iter().any(|of| of.name == field),
                _ => false,
            })
    }

    #[test]
    fn every_operation_without_a_generated_client_method_has_a_hand_written_one() {
        let spec = &SPECS[0];
        let source = std::fs::read_to_string(crate::checkout::root().join(spec.path)).expect("the specification");
        let api = Api::new(&Document::parse(spec.path, source).unwrap_or_else(|report| panic!("{report}")));
        let hand_written = [
            ("session", vec!["login", "refresh_token", "exchange_ticket", "exchange_embed_token", "logout"]),
            ("listen key", vec!["create_listen_key", "renew_listen_key", "close_listen_key"]),
            ("`orders().get`, which takes either id of an order", vec!["order"]),
        ];
        let hand_written: Vec<&str> = hand_written.into_iter().flat_map(|(_, operations)| operations).collect();
        for operation in &api.operations {
            let is_hand_written = operation.order_write || hand_written.contains(&operation.id.as_str());
            assert_eq!(operation.client_method.is_none(), is_hand_written, "{}", operation.id);
        }
    }

    #[test]
    fn what_holds_for_the_whole_api_is_in_the_documentation_of_its_crate() {
        for spec in &SPECS {
            let library =
                std::fs::read_to_string(crate::checkout::root().join("crates").join(spec.api_crate).join("src/lib.rs")).expect("the crate");
            assert!(library.contains("#![doc = include_str!(\"generated/about.md\")]"), "{}", spec.api_crate);
            let source = std::fs::read_to_string(crate::checkout::root().join(spec.path)).expect("the specification");
            let document = Document::parse(spec.path, source).unwrap_or_else(|report| panic!("{report}"));
            let files = generate(spec, &document).expect("it can be generated");
            let about = files.iter().find(|file| file.path.ends_with("generated/about.md")).expect("the text");
            assert!(about.text.contains(Api::new(&document).description.trim()));
        }
    }
}

//! `cargo xtask missing`: lists the operations and fields of a specification that the files written by hand lack.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Deserialize;
use venue_spec::model::{Api, Field, Operation, Shape};
use venue_spec::rust_names::{pascal, snake};

use crate::checkout;
use crate::diff::{emit, revision_files};
use crate::specs::{SPECS, Spec};

#[derive(clap::Args)]
#[command(after_help = "\
The files are listed in openapi/handwritten/NAME.toml: requests and responses of the documentation, tables of tests, and the local exchange.
A name is found if a file contains it as a word, so a new field with the name of an older field is not reported: the tests find it.

The exit code is 1 if a name is missing, and 0 otherwise.")]
pub(crate) struct Arguments {
    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for spec in SPECS.iter().filter(|spec| arguments.spec.as_ref().is_none_or(|name| name == spec.name)) {
        let api = Api::new(&revision_files::read(spec)?);
        for gap in gaps(checkout::root(), spec, &api)? {
            text.push_str(&format!("{gap}\n"));
        }
    }
    emit(None, if text.is_empty() { "nothing is missing by hand\n" } else { &text })?;
    Ok(if text.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The places of a specification.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    place: Vec<Place>,
}

/// A file or a folder that is written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    /// The path, relative to the root of the repository.
    path: PathBuf,
    needs: Needs,
    /// The purpose of an entry, for messages.
    purpose: String,
    /// The extension of the files in a folder with a file for each operation.
    #[serde(default)]
    extension: String,
    /// Names that need no entry.
    #[serde(default)]
    except: BTreeSet<String>,
}

/// The names that a place must contain.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Needs {
    /// A file `OPERATION.EXTENSION` for each operation.
    AFilePerOperation,
    /// A file `OPERATION.EXTENSION` for each operation with an example of its response.
    AFilePerResponseExample,
    /// Each sent field in one of the files `OPERATION.….EXTENSION`.
    SentFieldsInTheFileOfTheOperation,
    /// The `operationId` of each operation, or the name of its request type.
    Operations,
    /// The method and the path of each operation.
    Routes,
    /// The name of each parameter and of each field of a body.
    SentFields,
    /// The name of each documented field of a response.
    ReceivedFields,
}

/// Lists the missing entries of all places, one line each.
fn gaps(root: &Path, spec: &Spec, api: &Api) -> anyhow::Result<Vec<String>> {
    let list = root.join("openapi/handwritten").join(format!("{}.toml", spec.name));
    let source = std::fs::read_to_string(&list).with_context(|| format!("cannot read `{}`", list.display()))?;
    let places: Places = toml::from_str(&source).with_context(|| format!("`{}` is not a list of places", list.display()))?;
    let mut gaps = Vec::new();
    for place in &places.place {
        let texts = texts(&root.join(&place.path))?;
        for operation in &api.operations {
            gaps.extend(gaps_of(place, &texts, api, operation));
        }
    }
    Ok(gaps)
}

fn gaps_of(place: &Place, texts: &[(PathBuf, String)], api: &Api, operation: &Operation) -> Vec<String> {
    let path = place.path.display();
    let all_contain = |words: &[String]| texts.iter().any(|(_, text)| words.iter().any(|word| contains_word(text, word)));
    let gap = |name: &str| format!("{path}: {} of {}: {}", name, operation.id, place.purpose);
    let has_file = || texts.iter().any(|(file, _)| file.ends_with(format!("{}.{}", operation.id, place.extension)));
    let whole = |is_missing: bool| if is_missing { vec![format!("{path}: {}: {}", operation.id, place.purpose)] } else { Vec::new() };
    match place.needs {
        Needs::AFilePerOperation => whole(!has_file()),
        Needs::AFilePerResponseExample => whole(operation.response.example.is_some() && !has_file()),
        Needs::Operations => whole(!all_contain(&[operation.id.clone(), pascal(&operation.id)])),
        Needs::Routes => whole(!all_contain(&[format!("{} {}", operation.method, operation.path)])),
        Needs::SentFieldsInTheFileOfTheOperation => {
            let is_of_operation =
                |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().split('.').next() == Some(operation.id.as_str()));
            let contains = |name: &str| texts.iter().any(|(file, text)| is_of_operation(file) && contains_word(text, name));
            sent_fields(api, operation)
                .iter()
                .filter(|name| !place.except.contains(*name) && !contains(name))
                .map(|name| gap(name))
                .collect()
        }
        Needs::SentFields | Needs::ReceivedFields => {
            let names = if place.needs == Needs::SentFields { sent_fields(api, operation) } else { received_fields(api, operation) };
            let names = names.iter().filter(|name| !place.except.contains(*name));
            names.filter(|name| !all_contain(&[(*name).clone(), snake(name)])).map(|name| gap(name)).collect()
        }
    }
}

/// The names of the parameters and of the documented fields of the body.
fn sent_fields(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let parameters =
        operation.parameters.iter().filter(|parameter| parameter.location != "header" && parameter.field.provisional.is_none());
    let mut names: BTreeSet<String> = parameters.map(|parameter| parameter.field.name.clone()).collect();
    if let Some(body) = &operation.body {
        // The items of a list whose fields are only inferred need no entry.
        add_fields(api, &body.schema, &mut BTreeSet::new(), &mut names);
    }
    names
}

fn received_fields(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    add_fields(api, &operation.response.schema, &mut BTreeSet::new(), &mut names);
    names
}

fn add_fields(api: &Api, schema: &str, seen: &mut BTreeSet<String>, names: &mut BTreeSet<String>) {
    if !seen.insert(schema.to_owned()) {
        return;
    }
    let Some(Shape::Object { fields, .. }) = api.type_named(schema).map(|named| &named.shape) else { return };
    let is_documented = |field: &&Field| field.provisional.is_none();
    for field in fields.iter().filter(is_documented) {
        names.insert(field.name.clone());
        let infers_items = field.inferred.of(venue_spec::model::Aspect::Items).is_some();
        if let Some(inner) = field.kind.named().filter(|_| !infers_items) {
            add_fields(api, inner, seen, names);
        }
    }
}

/// Whether a text contains a word that no letter, digit or underscore precedes or follows.
fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    text.match_indices(word).any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next()))
}

/// The texts of a file, or of all files of a folder.
fn texts(path: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut texts = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).with_context(|| format!("cannot list `{}`", path.display()))?;
            for entry in entries {
                open.push(entry.with_context(|| format!("cannot list `{}`", path.display()))?.path());
            }
        } else {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            texts.push((path, text));
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::*;

    #[test]
    fn nothing_is_missing_by_hand() {
        for spec in &SPECS {
            let api = Api::new(&revision_files::read(spec).expect("a specification"));
            let gaps = gaps(checkout::root(), spec, &api).expect("places");
            assert!(gaps.is_empty(), "cargo xtask missing:\n{}", gaps.join("\n"));
        }
    }

    #[test]
    fn all_places_without_a_new_field_are_listed_at_once() {
        let spec = &SPECS[0];
        let source = std::fs::read_to_string(checkout::root().join(spec.path)).expect("the specification");
        let place = "    ServerTime:\n      type: object\n      description: The server's clock.\n      required: [timestamp, timestampMs, iso, timezone]\n      properties:\n";
        assert!(source.contains(place));
        let field = "        leapSeconds:\n          type: integer\n          description: Leap seconds since 1970.\n";
        let source = source.replace(place, &format!("{place}{field}"));
        let parameter = "        - name: priceType\n          in: query\n";
        assert!(source.contains(parameter));
        let source = source.replacen(
            parameter,
            &format!("        - name: timeZone\n          in: query\n          description: Time zone.\n          schema: {{ type: string }}\n{parameter}"),
            1,
        );
        let api = Api::new(&Document::parse(spec.path, source).expect("a specification"));
        assert_eq!(
            gaps(checkout::root(), spec, &api).expect("places"),
            [
                "tests/fixtures/requests: timeZone of klines: a request with every parameter, in OPERATION.every_parameter.txt",
                "crates/sixmm-sandbox/src: timeZone of klines: the local exchange reads the parameter",
                "crates/sixmm-sandbox/src: leapSeconds of server_time: the local exchange sends the field",
            ]
        );
    }
}

//! The crates of an exchange: the API crate, its typed mocks, the snapshots of its API, and the plain methods of the trading client.
//!
//! Most modules generate one file and have the name of this file; `trading_client` generates two. The others are shared: `docs` generates the
//! rustdoc of items, `limits` the checks of requests, and `rust_types` the Rust types of fields. `markdown` escapes descriptions, and
//! `source_file` formats the files.

mod api_docs;
mod api_snapshots;
mod asyncapi;
mod client;
mod docs;
mod inferred_list;
mod json_schema;
mod limits;
mod markdown;
mod mocks;
mod names;
mod operations;
mod progenitor_spec;
mod requests;
mod rust_types;
mod setters;
mod short_paths;
mod source_file;
mod streams;
mod text;
mod trading_client;
mod type_builders;
mod types;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use quote::quote;
use venue_spec::Document;
use venue_spec::model::{Api, Body, Field, Kind, Rule, Shape, Type};

pub use api_snapshots::{GeneratedCode, Pages};

/// The crates that are generated from a specification. Paths are relative to the root of the repository.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path of the specification, which generated files name as their source.
    pub specification: String,
    /// The name of the API crate.
    pub api_crate: String,
    /// The folder of the API crate.
    pub api_folder: PathBuf,
    /// The file of the typed mocks.
    pub mocks: PathBuf,
    /// The folder of the trading client, which gets the methods that only forward a request; `None` if there is no trading client.
    pub trading_client_folder: Option<PathBuf>,
    /// The folder of the API snapshots; `None` if no snapshots are generated.
    pub snapshots: Option<PathBuf>,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The path, relative to the root of the repository.
    pub path: PathBuf,
    /// The complete text.
    pub text: String,
}

impl GeneratedFile {
    /// A file of this text.
    pub fn new(path: impl Into<PathBuf>, text: String) -> Self {
        Self { path: path.into(), text }
    }
}

impl Target {
    /// The name of the API crate in Rust code.
    fn crate_ident(&self) -> String {
        self.api_crate.replace('-', "_")
    }
}

/// The specification and the names of the generated crates, which all generators of files use.
struct Context<'a> {
    api: &'a Api,
    target: &'a Target,
}

impl Context<'_> {
    /// Whether requests contain an object inside of another object, as a field or as an item of a list. Any other sent object is only the
    /// complete body of a request.
    fn is_nested(&self, named: &Type) -> bool {
        let contains = |other: &Type| match &other.shape {
            Shape::Object { fields, .. } => fields.iter().any(|field| field.kind.named() == Some(named.name.as_str())),
            _ => false,
        };
        named.sent && self.api.types.iter().any(|other| other.sent && contains(other))
    }

    /// The traits among `PartialEq`, `Eq` and `Hash` that a type with these fields can derive, because all of its fields implement
    /// them.
    fn equality(&self, fields: &[Field]) -> TokenStream {
        let all = |is: &dyn Fn(&Kind) -> bool| fields.iter().all(|field| is(&field.kind));
        match (all(&|kind| self.has(kind, Trait::Eq)), all(&|kind| self.has(kind, Trait::Hash))) {
            (true, true) => quote! { PartialEq, Eq, Hash },
            (true, false) => quote! { PartialEq, Eq },
            (false, _) => quote! { PartialEq },
        }
    }

    fn has(&self, kind: &Kind, of: Trait) -> bool {
        match kind {
            Kind::Any => false,
            Kind::Secret => of == Trait::Eq,
            Kind::List(item) => self.has(item, of),
            Kind::Named(name) => match self.api.type_named(name) {
                // A received object has `extra`, which holds any JSON.
                Some(Type { received, shape: Shape::Object { fields, .. }, .. }) => {
                    !received && fields.iter().all(|field| self.has(&field.kind, of))
                }
                Some(Type { shape: Shape::Undocumented | Shape::Tuple { .. }, .. }) | None => false,
                Some(_) => true,
            },
            _ => true,
        }
    }
}

/// The fields of an object, or the positions of a row; `None` for other types.
fn fields_of(named: &Type) -> Option<&[Field]> {
    match &named.shape {
        Shape::Object { fields, .. } | Shape::Tuple { fields } => Some(fields),
        Shape::Enum { .. } | Shape::Id { .. } | Shape::Undocumented => None,
    }
}

/// The fields of the body of a request; empty if there is no body.
fn body_fields<'a>(api: &'a Api, body: Option<&Body>) -> &'a [Field] {
    match body.and_then(|body| api.type_named(&body.schema)).map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields,
        _ => &[],
    }
}

/// The rules over the fields of the body of a request; empty if there is no body.
fn body_rules<'a>(api: &'a Api, body: Option<&Body>) -> &'a [Rule] {
    match body.and_then(|body| api.type_named(&body.schema)).map(|named| &named.shape) {
        Some(Shape::Object { rules, .. }) => rules,
        _ => &[],
    }
}

/// A trait that not every type has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trait {
    Eq,
    Hash,
}

/// Generates all files of a target. The same specification always results in the same bytes.
///
/// # Errors
///
/// Returns an error if progenitor panics or rejects the specification. This means that `venue-spec` lacks a check, because its checks
/// accepted the specification. Also returns an error if code from progenitor does not have the expected items, or if generated code is not
/// valid Rust.
pub fn generate(target: &Target, document: &Document) -> anyhow::Result<Vec<GeneratedFile>> {
    let source = Api::new(document);
    let mut api = source.clone();
    markdown::escape(&mut api);
    let context = Context { api: &api, target };
    let specification = &target.specification;
    let spec = progenitor_spec::spec(&api)?;
    let settings = settings(&api);
    let code = syn::parse2::<syn::File>(progenitor(|| Generator::new(&settings).generate_tokens(&spec))?)?;
    let mocks = syn::parse2::<syn::File>(progenitor(|| Generator::new(&settings).httpmock(&spec, &target.crate_ident()))?)?;
    let types = module(&code.items, "types")?;
    let type_items = types.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
    let api_file = |name: &str, text: String| GeneratedFile::new(target.api_folder.join("src/generated").join(name), text);
    let mut index = source_file::File::new(specification, "Generated code.");
    let streams = if api.streams.is_empty() { "" } else { "pub mod streams;\n" };
    // The methods and derived traits of a deprecated type name the type.
    let removed = if api.operations.iter().any(|operation| operation.removed) {
        "#[expect(deprecated, reason = \"the request types of removed operations are deprecated\")]\n"
    } else {
        ""
    };
    index
        .text(&format!("mod client;\npub mod operations;\n{removed}pub mod requests;\n{streams}pub mod types;\n\npub use client::Client;"));
    let requests = requests::file(&context)?;
    let type_definitions = types::file(&context, &types::layouts(types))?;
    let pages = Pages::new(source, GeneratedCode::parse(&requests, &type_definitions)?);
    let mut files = vec![
        api_file("mod.rs", index.finish()),
        api_file("about.md", about(specification, &api)),
        GeneratedFile::new(Path::new(specification).with_extension("inferred.md"), inferred_list::file(specification, &api)),
        api_file("client.rs", client::file(&context)?),
        api_file("operations.rs", operations::file(&context)?),
        api_file("requests.rs", requests),
        api_file("types.rs", type_definitions),
        api_file("types/builder.rs", type_builders::file(&context, module(type_items, "builder")?)?),
        GeneratedFile::new(target.mocks.clone(), mocks::file(&context, mocks)?),
    ];
    if !api.streams.is_empty() {
        files.push(api_file("streams.rs", streams::file(&context)?));
    }
    if let Some(text) = asyncapi::file(specification, document) {
        files.push(GeneratedFile::new(Path::new(specification).with_extension("asyncapi.yaml"), text));
    }
    if let Some(folder) = &target.trading_client_folder {
        let mut index = source_file::File::new(specification, "Generated code.");
        index.text("mod calls;\nmod groups;");
        let client_file = |name: &str, text: String| GeneratedFile::new(folder.join("src/generated").join(name), text);
        files.push(client_file("mod.rs", index.finish()));
        files.push(client_file("calls.rs", trading_client::calls(&context)?));
        files.push(client_file("groups.rs", trading_client::groups(&context)?));
    }
    if let Some(folder) = &target.snapshots {
        let pages = pages.all().context("the snapshots of the API")?;
        files.extend(pages.into_iter().map(|(name, page)| GeneratedFile::new(folder.join(name + ".txt"), page)));
    }
    Ok(files)
}

/// The description of the whole API, for the documentation of the API crate.
fn about(specification: &str, api: &Api) -> String {
    let mut text =
        format!("<!-- Generated by `cargo xtask codegen` from `{specification}`. Do not edit. -->\n\n{}\n", api.description.trim());
    if let Some(lifecycle) = &api.lifecycle {
        text.push_str(&format!("\n# End of the exchange\n\n{}\n", api_docs::lifecycle(lifecycle)));
    }
    text.push_str(&api_docs::servers(api));
    text.push_str(&api_docs::rate_limits(api));
    text
}

fn settings(api: &Api) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    for (name, replacement) in progenitor_spec::CORE_TYPES {
        settings.with_replacement(name, replacement, std::iter::empty());
    }
    for named in &api.types {
        if fields_of(named).is_none() {
            let traits = [progenitor_impl::TypeImpl::Display];
            settings.with_replacement(&named.name, format!("crate::types::{}", named.name), traits.into_iter());
        }
    }
    settings
}

/// Runs progenitor, and converts a panic to an error. The checks of `venue-spec` reject everything that is known to make progenitor
/// panic, so the error names the place for the missing check.
fn progenitor(generate: impl FnOnce() -> progenitor_impl::Result<proc_macro2::TokenStream>) -> anyhow::Result<proc_macro2::TokenStream> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(generate))
        .map_err(|_| {
            anyhow::anyhow!(
                "progenitor panicked (see above) at a specification that passes the checks: a rule is missing in `crates/venue-spec/src/checks`"
            )
        })?
        .context("progenitor rejected the specification")
}

fn module<'a>(items: &'a [syn::Item], name: &str) -> anyhow::Result<&'a syn::ItemMod> {
    items
        .iter()
        .find_map(|item| match item {
            syn::Item::Mod(module) if module.ident == name => Some(module),
            _ => None,
        })
        .with_context(|| format!("progenitor generated no module `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A specification that uses every feature.
    pub(super) const VALID: &str = include_str!("../../../venue-spec/tests/valid.yaml");

    /// The files of a specification for a made-up target.
    pub(super) fn generated(source: &str) -> (Document, Vec<GeneratedFile>) {
        let target = Target {
            specification: String::from("valid.yaml"),
            api_crate: String::from("venue-api"),
            api_folder: PathBuf::from("crates/venue-api"),
            mocks: PathBuf::from("crates/venue-mocks/src/generated.rs"),
            trading_client_folder: Some(PathBuf::from("crates/venue-client")),
            snapshots: Some(PathBuf::from("crates/venue-api/snapshots")),
        };
        let document = Document::parse("valid.yaml", source).unwrap_or_else(|report| panic!("{report}"));
        let files = generate(&target, &document).expect("the specification can be generated");
        (document, files)
    }

    /// A specification with several servers, rows, success conditions and a removed operation.
    const SECOND: &str = include_str!("../../../venue-spec/tests/second.yaml");

    #[test]
    fn the_same_specification_gives_the_same_bytes() {
        assert_eq!(generated(VALID).1, generated(VALID).1);
        assert_eq!(generated(SECOND).1, generated(SECOND).1);
    }

    #[test]
    fn the_text_about_the_api_has_its_end_its_servers_and_its_rate_limits() {
        let files = generated(SECOND).1;
        let about = files.iter().find(|file| file.path.ends_with("about.md")).expect("the text");
        insta::assert_snapshot!("about", about.text);
    }

    /// The pages show each word in the wire format and in Rust.
    #[test]
    fn the_pages_of_operations_and_rows_have_their_properties() {
        let files = generated(SECOND).1;
        let page = |name: &str| {
            let path = Path::new("crates/venue-api/snapshots").join(name);
            files.iter().find(|file| file.path == path).map(|file| file.text.as_str()).expect("the page")
        };
        let names = [
            "operations/order_book.txt",
            "operations/candles.txt",
            "operations/trades.txt",
            "operations/cancel_orders.txt",
            "operations/cancel_order.txt",
            "schemas/Candle.txt",
            "schemas/CancelRequest.txt",
            "schemas/OrderId.txt",
            "streams/spot.txt",
        ];
        let pages: Vec<String> = names.iter().map(|name| format!("--- {name}\n{}", page(name))).collect();
        insta::assert_snapshot!("second_pages", pages.join("\n"));
    }

    #[test]
    fn a_removed_operation_has_no_mock_and_no_client_method() {
        let files = generated(SECOND).1;
        let text = |name: &str| &files.iter().find(|file| file.path.ends_with(name)).expect("the file").text;
        assert!(!text("venue-mocks/src/generated.rs").contains("/v1/cancel"));
        assert!(text("requests.rs").contains("pub struct CancelOrder {"));
        assert!(!text("requests.rs").contains("Request for CancelOrder {"));
        assert!(text("operations.rs").contains("\"/v1/cancel\""));
    }
}

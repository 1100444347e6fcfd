//! `cargo xtask codegen`: from the specifications to the generated crates.

mod builders;
mod calls;
mod client;
mod docs;
mod inferences;
mod limits;
mod lower;
mod mock;
mod names;
mod prose;
pub(crate) mod review;
mod schema;
mod setters;
mod shorten;
mod streams;
mod text;
mod types;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use venue_spec::Document;
use venue_spec::model::{Api, Shape};

use crate::files::{self, GeneratedFile};
use crate::specs::{EDGE_CASES, SPECS, Spec};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing: print what would change as a unified diff, and fail if anything would
    #[arg(long)]
    check: bool,
    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,
}

/// A specification and the crates that come out of it.
pub(crate) struct Target<'a> {
    pub(crate) api: &'a Api,
    pub(crate) spec: &'a Spec,
}

impl Target<'_> {
    /// The generated crate, as Rust code names it.
    pub(crate) fn crate_ident(&self) -> String {
        self.spec.api_crate.replace('-', "_")
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = crate::checkout::root();
    let mut is_clean = true;
    for spec in SPECS.iter().chain([&EDGE_CASES]).filter(|spec| arguments.spec.as_ref().is_none_or(|name| name == spec.name)) {
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
        let generated = generate(spec, &document)?;
        let changed = if arguments.check { files::check(root, &generated)? } else { files::write(root, &generated)? };
        is_clean &= changed == 0;
        let lines: usize = generated.iter().map(|file| file.text.lines().count()).sum();
        let state = match (changed, arguments.check) {
            (0, _) => String::from("up to date"),
            (count, true) => format!("{count} out of date; run `cargo xtask codegen`"),
            (count, false) => format!("{count} written"),
        };
        eprintln!("{}: {} operations, {} files, {lines} lines: {state}", spec.path, document_operations(&document), generated.len());
    }
    Ok(if arguments.check && !is_clean { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn document_operations(document: &Document) -> usize {
    Api::new(document).operations.len()
}

/// Everything that comes out of a specification. The same specification gives the same bytes.
pub(crate) fn generate(spec: &Spec, document: &Document) -> anyhow::Result<Vec<GeneratedFile>> {
    let mut api = Api::new(document);
    prose::escape(&mut api);
    let target = Target { api: &api, spec };
    let lowered = lower::lower(&api)?;
    let settings = settings(&api);
    let code = syn::parse2::<syn::File>(progenitor(|| Generator::new(&settings).generate_tokens(&lowered))?)?;
    let mocks = syn::parse2::<syn::File>(progenitor(|| Generator::new(&settings).httpmock(&lowered, &target.crate_ident()))?)?;
    let types = module(&code.items, "types")?;
    let type_items = types.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
    let api_file = |name: &str, text: String| GeneratedFile::new(spec.api_folder().join("src/generated").join(name), text);
    let mut index = text::File::new(spec.path, "Generated code.");
    let streams = if api.streams.is_empty() { "" } else { "pub mod streams;\n" };
    index.text(&format!("pub mod builder;\nmod client;\npub mod operations;\n{streams}pub mod types;\n\npub use client::Client;"));
    let mut files = vec![
        api_file("mod.rs", index.finish()),
        api_file("about.md", about(spec, &api)),
        GeneratedFile::new(Path::new(spec.path).with_extension("inferred.md"), inferences::file(spec.path, &api)),
        api_file("client.rs", client::client(&target)?),
        api_file("operations.rs", client::operations(&target)?),
        api_file("builder.rs", calls::file(&target, module(&code.items, "builder")?)?),
        api_file("types.rs", types::file(&target, &types::layouts(types))?),
        api_file("types/builder.rs", builders::file(&target, module(type_items, "builder")?)?),
        GeneratedFile::new(spec.mock_file(), mock::file(&target, mocks)?),
    ];
    if !api.streams.is_empty() {
        files.push(api_file("streams.rs", streams::file(&target)?));
    }
    Ok(files)
}

/// What the specification says of the whole API, for the crate's documentation.
fn about(spec: &Spec, api: &Api) -> String {
    format!("<!-- Generated by `cargo xtask codegen` from `{}`. Do not edit. -->\n\n{}\n", spec.path, api.description.trim())
}

fn settings(api: &Api) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    for (name, replacement) in lower::CORE_TYPES {
        settings.with_replacement(name, replacement, std::iter::empty());
    }
    for named in &api.types {
        if !matches!(named.shape, Shape::Object { .. }) {
            let traits = [progenitor_impl::TypeImpl::Display];
            settings.with_replacement(&named.name, format!("crate::types::{}", named.name), traits.into_iter());
        }
    }
    settings
}

/// The checks refuse what progenitor is known to panic at. Should it find something new, the maintainer still gets a sentence.
fn progenitor(generate: impl FnOnce() -> progenitor_impl::Result<proc_macro2::TokenStream>) -> anyhow::Result<proc_macro2::TokenStream> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(generate))
        .map_err(|_| {
            anyhow::anyhow!(
                "progenitor panicked (see above): the specification is sound by our rules, so a rule is missing in `venue-spec`"
            )
        })?
        .context("progenitor refused the specification")
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

    #[test]
    fn the_same_specification_gives_the_same_bytes() {
        for spec in &SPECS {
            let source = std::fs::read_to_string(crate::checkout::root().join(spec.path)).expect("the specification can be read");
            let generate = || {
                let document = Document::parse(spec.path, source.clone()).expect("it is sound");
                let files = super::generate(spec, &document).expect("it can be generated");
                files.into_iter().map(|file| (file.path, file.text)).collect::<Vec<_>>()
            };
            assert_eq!(generate(), generate());
        }
    }
}

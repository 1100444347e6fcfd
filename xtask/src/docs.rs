//! `cargo xtask docs`: writes the API reference as a self-contained HTML page.

mod redoc;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};
use venue_spec::Document;

use crate::specs::{SPECS, Spec};

#[derive(clap::Args)]
#[command(after_help = "\
The page contains Redoc. Its pinned version is fetched from npm once.")]
pub(crate) struct Arguments {
    /// Only this specification, by its name in the table
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::specs::NAMES))]
    spec: Option<String>,

    /// The folder for the pages. Default: `target/docs` in the repository
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = folder(arguments.output.as_deref(), crate::checkout::root());
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    for spec in SPECS.iter().filter(|spec| arguments.spec.as_ref().is_none_or(|name| name == spec.name)) {
        let path = folder.join(format!("{}.html", spec.name));
        std::fs::write(&path, html(spec)?).with_context(|| format!("cannot write `{}`", path.display()))?;
        println!("{}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The output folder. A relative path is relative to the current directory, as in other commands.
fn folder(output: Option<&Path>, root: &Path) -> PathBuf {
    output.map_or_else(|| root.join("target/docs"), Path::to_owned)
}

/// The page of a specification.
pub(crate) fn html(spec: &Spec) -> anyhow::Result<String> {
    page(&crate::diff::revision_files::read(spec)?, &redoc::bundle()?)
}

/// The options of Redoc: our extensions, and the appearance. No option may load anything from the network.
fn options() -> Value {
    json!({
        "hideDownloadButtons": true,
        "disableSearch": false,
        "expandResponses": "200",
        "jsonSamplesExpandLevel": 4,
        "showExtensions": ["x-venue-permission", "x-venue-repeatable", "x-venue-unit", "x-undocumented", "x-provisional"],
        "sortTagsAlphabetically": false,
        "theme": { "typography": { "fontFamily": "system-ui, sans-serif", "headings": { "fontFamily": "system-ui, sans-serif" } } },
    })
}

/// The content security policy forbids all requests, because the page contains everything.
const POLICY: &str =
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; worker-src blob:";

/// The page with Redoc, the specification, and a script that combines them.
fn page(document: &Document, redoc: &str) -> anyhow::Result<String> {
    anyhow::ensure!(
        !redoc.to_lowercase().contains("</script"),
        "Redoc's script contains `</script`, which would end the script element: choose another version"
    );
    let title = document.json()["info"]["title"].as_str().unwrap_or("API");
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>{}</title>\n<style>body {{ margin: 0 }}</style>\n</head>\n<body>\n<div id=\"reference\"></div>\n\
         <script>{redoc}</script>\n\
         <script>Redoc.init({}, {}, document.getElementById(\"reference\"));</script>\n</body>\n</html>\n",
        escaped(title),
        in_script(document.json())?,
        in_script(&options())?,
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Serializes JSON for a script element. No text in the JSON can end the element.
fn in_script(value: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_specification_cannot_end_the_script_element() {
        let script = in_script(&json!({ "description": "</script><script>alert(1)" })).expect("JSON");
        assert!(!script.contains('<'));
        assert_eq!(serde_json::from_str::<Value>(&script).expect("JSON")["description"], "</script><script>alert(1)");
    }

    #[test]
    fn a_given_folder_is_relative_to_the_caller_and_the_default_to_the_repository() {
        let root = Path::new("/repository");
        assert_eq!(folder(Some(Path::new("pages")), root), Path::new("pages"));
        assert_eq!(folder(Some(Path::new("/pages")), root), Path::new("/pages"));
        assert_eq!(folder(None, root), Path::new("/repository/target/docs"));
    }

    #[test]
    fn a_bundle_that_would_end_the_script_element_is_rejected() {
        let document = crate::diff::revision_files::read(&SPECS[0]).expect("a specification");
        let error = page(&document, "var x = '</SCRIPT>'").expect_err("the script would end");
        assert!(error.to_string().contains("choose another version"));
    }
}

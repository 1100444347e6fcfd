//! Writes the tables of operations and schemas that requests are checked against, from `openapi/6mm.yaml`.

use std::path::PathBuf;
use std::{env, fs};

use venue_codegen::request_tables;
use venue_spec::Document;
use venue_spec::model::Api;

fn main() {
    let path = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../openapi/6mm.yaml");
    println!("cargo::rerun-if-changed={}", path.display());
    let source = fs::read_to_string(&path).expect("the repository contains the specification");
    let document = Document::parse("openapi/6mm.yaml", source).unwrap_or_else(|report| panic!("{report}"));
    let tables = request_tables::file(&Api::new(&document), access).unwrap_or_else(|error| panic!("openapi/6mm.yaml: {error}"));
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("spec.rs");
    fs::write(target, tables).expect("the build script can write to its output folder");
}

/// The variant of `Access` for the alternatives of credentials of an operation.
fn access(security: &[Vec<String>]) -> Option<&'static str> {
    let alternatives: Vec<Vec<&str>> = security.iter().map(|schemes| schemes.iter().map(String::as_str).collect()).collect();
    let alternatives: Vec<&[&str]> = alternatives.iter().map(Vec::as_slice).collect();
    Some(match alternatives.as_slice() {
        [] => "Public",
        [[], ["jwt"]] => "TokenIfAny",
        [["jwt"]] => "Token",
        [["jwt"], ["apiKey", "timestamp", "signature"]] => "TokenOrKey",
        [["cookie"]] => "Cookie",
        [["jwt", "cookie"]] => "TokenAndCookie",
        _ => return None,
    })
}

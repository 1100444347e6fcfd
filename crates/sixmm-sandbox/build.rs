//! Writes the tables of operations and schemas that requests are checked against: `openapi/6mm.yaml` as Rust constants, so that nothing
//! is parsed when an exchange starts.

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

use heck::ToPascalCase;
use serde_json::Value;
use venue_spec::Document;
use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Operation, Rule, Shape};

fn main() {
    let path = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../openapi/6mm.yaml");
    println!("cargo::rerun-if-changed={}", path.display());
    let source = fs::read_to_string(&path).expect("the specification stands beside the crates");
    let document = Document::parse("openapi/6mm.yaml", source).unwrap_or_else(|report| panic!("{report}"));
    let tables = tables(&Api::new(&document)).expect("writing to a string cannot fail");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("spec.rs");
    fs::write(target, tables).expect("cargo's own folder can be written");
}

fn tables(api: &Api) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "/// An operation of the exchange's API, by its name in the specification.")?;
    writeln!(out, "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]\npub enum Operation {{")?;
    for operation in &api.operations {
        let Operation { id, summary, documentation, .. } = operation;
        writeln!(out, "    /// {summary} (`{id}`). Documentation: <{documentation}>\n    {},", id.to_pascal_case())?;
    }
    writeln!(out, "}}\n\nimpl Operation {{\n    /// Every operation, in the order of the documentation.\n    pub const ALL: &[Self] = &[")?;
    for operation in &api.operations {
        writeln!(out, "        Self::{},", operation.id.to_pascal_case())?;
    }
    writeln!(out, "    ];\n}}\n\npub(crate) static FACTS: &[Facts] = &[")?;
    for operation in &api.operations {
        let query: Vec<&Field> =
            operation.parameters.iter().filter(|parameter| parameter.location == "query").map(|parameter| &parameter.field).collect();
        let body = operation.body.as_ref().map_or("None".to_owned(), |body| format!("Some({})", index(api, &body.schema)));
        writeln!(
            out,
            "    Facts {{ name: {:?}, method: {:?}, path: {:?}, access: Access::{}, permission: Permission::{}, query: &{}, rules: &{}, body: {body}, answer: {} }},",
            operation.id,
            operation.method,
            operation.path,
            access(&operation.security),
            operation.permission.to_pascal_case(),
            fields(api, query.into_iter()),
            rules(&operation.rules),
            index(api, &operation.response.schema),
        )?;
    }
    writeln!(out, "];\n\npub(crate) static SCHEMAS: &[Schema] = &[")?;
    for schema in &api.types {
        let shape = match &schema.shape {
            Shape::Object { fields: of, rules: conditions } => {
                format!("Shape::Object {{ fields: &{}, rules: &{} }}", fields(api, of.iter()), rules(conditions))
            }
            Shape::Enum { integer, values, extensible, .. } => {
                let (open, documented) = (extensible.is_some(), schema.provisional.is_none());
                let kind = if *integer { "Numbers" } else { "Words" };
                let values: Vec<String> =
                    values.iter().map(|value| if *integer { value.wire.to_string() } else { format!("{:?}", value.text()) }).collect();
                format!("Shape::{kind} {{ values: &[{}], open: {open}, documented: {documented} }}", values.join(", "))
            }
            Shape::Id => "Shape::Id".to_owned(),
            Shape::Undocumented => "Shape::Anything".to_owned(),
        };
        writeln!(out, "    /* {} */ {shape},", schema.name)?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

/// Which credentials go with an operation. A combination that is not known stops the build: it would be left unchecked.
fn access(security: &[Vec<String>]) -> &'static str {
    let alternatives: Vec<Vec<&str>> = security.iter().map(|schemes| schemes.iter().map(String::as_str).collect()).collect();
    let alternatives: Vec<&[&str]> = alternatives.iter().map(Vec::as_slice).collect();
    match alternatives.as_slice() {
        [] => "Public",
        [[], ["jwt"]] => "TokenIfAny",
        [["jwt"]] => "Token",
        [["jwt"], ["apiKey", "timestamp", "signature"]] => "TokenOrKey",
        [["cookie"]] => "Cookie",
        [["jwt", "cookie"]] => "TokenAndCookie",
        other => panic!("the sandbox does not know how to check {other:?}"),
    }
}

fn fields<'a>(api: &Api, fields: impl Iterator<Item = &'a Field>) -> String {
    let fields: Vec<String> = fields
        .map(|field| {
            let Field { name, required, kind: of, limits, inferred, .. } = field;
            let (minimum, maximum) = (limits.minimum, limits.maximum);
            let need = match (required, inferred.of(Aspect::Required)) {
                (true, _) => "Documented",
                (false, Some(_)) => "Inferred",
                (false, None) => "None",
            };
            let inferred_limits = inferred.of(Aspect::Limits).is_some();
            format!(
                "Field {{ name: {name:?}, need: Need::{need}, kind: {}, minimum: {minimum:?}, maximum: {maximum:?}, inferred_limits: {inferred_limits} }}",
                kind(api, of)
            )
        })
        .collect();
    format!("[{}]", fields.join(", "))
}

fn kind(api: &Api, of: &Kind) -> String {
    match of {
        Kind::String | Kind::Secret => "Kind::Text".to_owned(),
        Kind::Decimal => "Kind::Decimal".to_owned(),
        Kind::Int32 => "Kind::Int32".to_owned(),
        Kind::Int64 | Kind::UnixMillis | Kind::UnixSeconds => "Kind::Int64".to_owned(),
        Kind::Boolean => "Kind::Boolean".to_owned(),
        Kind::Any => panic!("the sandbox does not know how to check a field of any type"),
        Kind::List(item) => format!("Kind::List(&{})", kind(api, item)),
        Kind::Named(name) => format!("Kind::Named({})", index(api, name)),
    }
}

fn rules(rules: &[Rule]) -> String {
    let rules: Vec<String> = rules
        .iter()
        .map(|rule| {
            let condition = match &rule.condition {
                Condition::AnyOf(names) => format!("Condition::AnyOf(&{names:?})"),
                Condition::Require { field, when, unless } => {
                    format!("Condition::Require {{ field: {field:?}, when: &{}, unless: &{} }}", conditions(when), conditions(unless))
                }
            };
            let inferred = |aspect| rule.inferred.of(aspect).is_some();
            format!(
                "Rule {{ condition: {condition}, inferred: {}, inferred_exception: {} }}",
                inferred(Aspect::Rule),
                inferred(Aspect::Unless)
            )
        })
        .collect();
    format!("[{}]", rules.join(", "))
}

fn conditions(conditions: &[(String, Vec<Value>)]) -> String {
    let conditions: Vec<String> = conditions
        .iter()
        .map(|(field, values)| {
            let values: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Value::String(text) => format!("Literal::Text({text:?})"),
                    Value::Bool(flag) => format!("Literal::Flag({flag})"),
                    Value::Number(number) => format!("Literal::Number({number})"),
                    other => panic!("a rule compares {field} with {other}"),
                })
                .collect();
            format!("({field:?}, &[{}])", values.join(", "))
        })
        .collect();
    format!("[{}]", conditions.join(", "))
}

fn index(api: &Api, name: &str) -> usize {
    api.types.iter().position(|schema| schema.name == name).unwrap_or_else(|| panic!("no schema is called {name}"))
}

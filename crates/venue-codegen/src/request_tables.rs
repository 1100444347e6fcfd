//! Generates the tables by which a local exchange checks requests: operations and schemas as Rust constants.
//!
//! [`file()`] generates them as source code, so that the local exchange need not parse a specification when it starts. The code must be
//! included into a module that declares the types of the tables: `Facts`, `Access`, `Permission`,
//! `Schema`, `Shape`, `Field`, `Need`, `Kind`, `Rule`, `Condition` and `Literal`. The tables refer to a schema by its index in
//! `SCHEMAS`.

use std::fmt;

use heck::ToPascalCase as _;
use serde_json::Value;
use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Operation, Rule, Shape, Type};

/// A part of a specification that the tables cannot express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    operation_or_schema: String,
    problem: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.operation_or_schema, self.problem)
    }
}

impl std::error::Error for TableError {}

/// Returns the text of the file: an enum `Operation`, and the constants `FACTS` and `SCHEMAS`.
///
/// `access` maps the alternative sets of security schemes of an operation to the name of a variant of `Access`.
///
/// # Errors
///
/// Returns an error if `access` returns `None`, because the local exchange would otherwise not check the credentials of the
/// operation. Also returns an error if a request has a field whose value can be any JSON, or a rule that compares a field with a
/// value that the tables cannot express.
///
/// # Panics
///
/// Panics if the specification refers to a schema that does not exist. The checks of `venue-spec` reject such a specification.
pub fn file(api: &Api, access: impl Fn(&[Vec<String>]) -> Option<&'static str>) -> Result<String, TableError> {
    let mut text = operation_enum(&api.operations);
    text.push_str("\npub(crate) static FACTS: &[Facts] = &[\n");
    for operation in &api.operations {
        text.push_str(&facts(api, operation, &access)?);
    }
    text.push_str("];\n\npub(crate) static SCHEMAS: &[Schema] = &[\n");
    for schema in &api.types {
        text.push_str(&format!("    /* {} */ {},\n", schema.name, shape(api, schema)?));
    }
    text.push_str("];\n");
    Ok(text)
}

fn operation_enum(operations: &[Operation]) -> String {
    let variant = |operation: &Operation| {
        let Operation { id, summary, documentation, .. } = operation;
        format!("    /// {summary} (`{id}`). Documentation: <{documentation}>\n    {},\n", id.to_pascal_case())
    };
    let variants: String = operations.iter().map(variant).collect();
    let all: String = operations.iter().map(|operation| format!("        Self::{},\n", operation.id.to_pascal_case())).collect();
    format!(
        "/// An operation of the exchange's API, by its name in the specification.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, \
         Ord)]\npub enum Operation {{\n{variants}}}\n\nimpl Operation {{\n    /// Every operation, in the order of the documentation.\n    \
         pub const ALL: &[Self] = &[\n{all}    ];\n}}\n"
    )
}

fn facts(api: &Api, operation: &Operation, access: impl Fn(&[Vec<String>]) -> Option<&'static str>) -> Result<String, TableError> {
    let Operation { id, method, path, security, permission, parameters, rules, body, response, .. } = operation;
    let access = access(security).ok_or_else(|| TableError {
        operation_or_schema: id.clone(),
        problem: format!("accepts a combination of credentials that the local exchange cannot check: {security:?}"),
    })?;
    let query = parameters.iter().filter(|parameter| parameter.location == "query").map(|parameter| &parameter.field);
    Ok(format!(
        "    Facts {{ name: {id:?}, method: {method:?}, path: {path:?}, access: Access::{access}, permission: Permission::{}, query: &{}, rules: \
         &{}, body: {}, answer: {} }},\n",
        permission.to_pascal_case(),
        fields(api, id, query)?,
        self::rules(id, rules)?,
        body.as_ref().map_or_else(|| String::from("None"), |body| format!("Some({})", index(api, &body.schema))),
        index(api, &response.schema),
    ))
}

fn shape(api: &Api, schema: &Type) -> Result<String, TableError> {
    Ok(match &schema.shape {
        Shape::Object { fields, rules } => format!(
            "Shape::Object {{ fields: &{}, rules: &{} }}",
            self::fields(api, &schema.name, fields.iter())?,
            self::rules(&schema.name, rules)?
        ),
        Shape::Enum { integer, values, extensible, .. } => {
            let (open, documented) = (extensible.is_some(), schema.provisional.is_none());
            let kind = if *integer { "Numbers" } else { "Words" };
            let values = values.iter().map(|value| if *integer { value.wire.to_string() } else { format!("{:?}", value.text()) });
            format!("Shape::{kind} {{ values: &{}, open: {open}, documented: {documented} }}", list(values))
        }
        Shape::Id { .. } => String::from("Shape::Id"),
        Shape::Tuple { .. } | Shape::Undocumented => String::from("Shape::Anything"),
    })
}

fn fields<'a>(api: &Api, owner: &str, fields: impl Iterator<Item = &'a Field>) -> Result<String, TableError> {
    let rows = fields.map(|field| {
        let Field { name, required, kind: of, limits, inferred, .. } = field;
        let (minimum, maximum) = (limits.minimum, limits.maximum);
        let need = match (required, inferred.of(Aspect::Required)) {
            (true, _) => "Documented",
            (false, Some(_)) => "Inferred",
            (false, None) => "None",
        };
        let inferred_limits = inferred.of(Aspect::Limits).is_some();
        let kind = kind(api, of).ok_or_else(|| TableError {
            operation_or_schema: owner.to_owned(),
            problem: format!("has the field `{name}` of any type, which the local exchange cannot check"),
        })?;
        Ok(format!(
            "Field {{ name: {name:?}, need: Need::{need}, kind: {kind}, minimum: {minimum:?}, maximum: {maximum:?}, inferred_limits: \
             {inferred_limits} }}"
        ))
    });
    Ok(list(rows.collect::<Result<Vec<_>, TableError>>()?))
}

/// `None` for a field of any type.
fn kind(api: &Api, of: &Kind) -> Option<String> {
    Some(match of {
        Kind::String | Kind::Secret | Kind::UnixMillisText | Kind::UnixSecondsText => String::from("Kind::Text"),
        Kind::Decimal => String::from("Kind::Decimal"),
        Kind::Int32 => String::from("Kind::Int32"),
        Kind::Int64 | Kind::UnixMillis | Kind::UnixSeconds => String::from("Kind::Int64"),
        Kind::Boolean => String::from("Kind::Boolean"),
        Kind::Any => return None,
        Kind::List(item) => format!("Kind::List(&{})", kind(api, item)?),
        Kind::Named(name) => format!("Kind::Named({})", index(api, name)),
    })
}

fn rules(owner: &str, rules: &[Rule]) -> Result<String, TableError> {
    let rows = rules.iter().map(|rule| {
        let condition = match &rule.condition {
            Condition::AnyOf(names) => format!("Condition::AnyOf(&{names:?})"),
            Condition::OneOf(names) => {
                return Err(TableError {
                    operation_or_schema: owner.to_owned(),
                    problem: format!("has a rule about exactly one of {names:?}, which the local exchange cannot check"),
                });
            }
            Condition::Require { field, when, unless } => {
                let (when, unless) = (conditions(owner, when)?, conditions(owner, unless)?);
                format!("Condition::Require {{ field: {field:?}, when: &{when}, unless: &{unless} }}")
            }
        };
        let inferred = |aspect| rule.inferred.of(aspect).is_some();
        Ok(format!(
            "Rule {{ condition: {condition}, inferred: {}, inferred_exception: {} }}",
            inferred(Aspect::Rule),
            inferred(Aspect::Unless)
        ))
    });
    Ok(list(rows.collect::<Result<Vec<_>, TableError>>()?))
}

fn conditions(owner: &str, conditions: &[(String, Vec<Value>)]) -> Result<String, TableError> {
    let rows = conditions.iter().map(|(field, values)| {
        let values = values.iter().map(|value| match value {
            Value::String(text) => Ok(format!("Literal::Text({text:?})")),
            Value::Bool(flag) => Ok(format!("Literal::Flag({flag})")),
            Value::Number(number) => Ok(format!("Literal::Number({number})")),
            other => Err(TableError {
                operation_or_schema: owner.to_owned(),
                problem: format!("has a rule that compares `{field}` with {other}"),
            }),
        });
        Ok(format!("({field:?}, &{})", list(values.collect::<Result<Vec<_>, TableError>>()?)))
    });
    Ok(list(rows.collect::<Result<Vec<_>, TableError>>()?))
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn index(api: &Api, name: &str) -> usize {
    api.types.iter().position(|schema| schema.name == name).unwrap_or_else(|| panic!("no schema is called {name}"))
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::*;

    /// A specification that uses every feature.
    const VALID: &str = include_str!("../../venue-spec/tests/valid.yaml");

    fn api(source: &str) -> Api {
        Api::new(&Document::parse("valid.yaml", source).unwrap_or_else(|report| panic!("{report}")))
    }

    #[test]
    fn every_operation_and_schema_has_a_row() {
        let api = api(&VALID.replace("        fills:\n", "        fills:\n          type: string\n"));
        let text = file(&api, |_| Some("Public")).expect("the tables can be written");
        assert_eq!(text.matches("    Facts {").count(), api.operations.len());
        assert_eq!(text.matches("    /* ").count(), api.types.len());
    }

    #[test]
    fn a_field_of_any_type_is_an_error_that_names_schema_and_field() {
        let error = file(&api(VALID), |_| Some("Public")).expect_err("`fills` has no type");
        assert_eq!(error.to_string(), "`Order` has the field `fills` of any type, which the local exchange cannot check");
    }

    #[test]
    fn an_unknown_combination_of_credentials_is_an_error_that_names_the_operation() {
        let error = file(&api(VALID), |_| None).expect_err("no combination is known");
        assert!(error.to_string().contains("accepts a combination of credentials"), "{error}");
    }
}

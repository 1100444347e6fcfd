//! Formats the examples in the rustdoc of request types and of the client, which rustdoc compiles.

use venue_spec::model::{Api, Aspect, Condition, Field, Kind, Operation, Rule, Shape};

use super::super::{Context, body_rules, names};

/// The example of the first operation that needs no credentials and is not deprecated. If there is none, the example of the first operation
/// that still exists.
pub(in crate::crates) fn first_example(context: &Context<'_>) -> String {
    let operation = context.api.operations.iter().find(|operation| operation.security.is_empty() && !operation.deprecated);
    operation
        .or_else(|| context.api.operations.iter().find(|operation| !operation.removed))
        .map(|operation| example(context, operation))
        .unwrap_or_default()
}

/// Formats an example that rustdoc compiles. The example sends a request with the documented example values, and with every other
/// parameter that a rule requires.
pub(super) fn example(context: &Context<'_>, operation: &Operation) -> String {
    let documented = operation.body.as_ref().and_then(|body| body.example.as_ref());
    let fields = super::super::requests::fields(context, operation);
    let rules: Vec<&Rule> = operation.rules.iter().chain(body_rules(context.api, operation.body.as_ref())).collect();
    let Some(call) = (Values { api: context.api, documented }).call(&fields, &rules, "    ") else { return String::new() };
    let mut uses = vec!["Client"];
    uses.extend(["ExactDecimal"].into_iter().filter(|name| call.contains(*name)));
    uses.push("requests");
    uses.extend(["types"].into_iter().filter(|_| call.contains("types::")));
    let deprecated = if operation.deprecated { "# #![allow(deprecated)]\n" } else { "" };
    format!(
        "```no_run\n{deprecated}use {}::{{{}}};\n\n# async fn example(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\nlet request = \
         requests::{}::new{call};\nlet response = client.send(request).await?;\nprintln!(\"{{:?}}\", response.data());\n# Ok(())\n# }}\n```\n",
        context.target.crate_ident(),
        uses.join(", "),
        names::type_(&operation.id),
    )
}

/// The example values of fields.
struct Values<'a> {
    api: &'a Api,
    /// The documented example of an object. It takes precedence over the examples of its fields.
    documented: Option<&'a serde_json::Value>,
}

impl Values<'_> {
    fn of(&self, field: &Field) -> Option<serde_json::Value> {
        self.documented.and_then(|body| body.get(&field.name)).or(field.example.as_ref()).cloned()
    }

    /// The fields that an example sets: required fields, fields with a documented example, and fields that a rule requires for these
    /// values.
    fn shown<'f>(&self, fields: &[&'f Field], rules: &[&Rule]) -> Vec<&'f Field> {
        let mut shown: Vec<&Field> = fields.iter().copied().filter(|field| is_usual(field) || self.of(field).is_some()).collect();
        for rule in rules {
            let missing = match &rule.condition {
                Condition::AnyOf(names) | Condition::OneOf(names) if !shown.iter().any(|field| names.contains(&field.name)) => {
                    names.first()
                }
                Condition::Require { field, when, unless } => {
                    let chosen = |(name, values): &(String, Vec<serde_json::Value>)| {
                        shown
                            .iter()
                            .find(|field| field.name == *name)
                            .and_then(|field| first_value(self.api, field, self.of(field)))
                            .is_some_and(|value| values.contains(&value))
                    };
                    (when.iter().all(chosen) && !unless.iter().any(chosen)).then_some(field)
                }
                Condition::AnyOf(_) | Condition::OneOf(_) => None,
            };
            let missing = missing.and_then(|name| fields.iter().copied().find(|field| field.name == *name));
            shown.extend(missing.filter(|missing| !shown.iter().any(|field| field.name == missing.name)));
        }
        fields.iter().copied().filter(|field| shown.iter().any(|shown| shown.name == field.name)).collect()
    }

    /// Formats the code that creates the request of an example: the arguments of `new`, and the calls of setters after it. Returns `None`
    /// if there is no value for a required field.
    fn call(&self, fields: &[&Field], rules: &[&Rule], indentation: &str) -> Option<String> {
        let shown = self.shown(fields, rules);
        let value = |field: &Field| rust_value(self.api, &field.kind, self.of(field).as_ref());
        let arguments = fields.iter().filter(|field| field.required).map(|field| value(field)).collect::<Option<Vec<_>>>()?;
        let optional = shown.iter().filter(|field| !field.required && !field.deprecated);
        let setters =
            optional.filter_map(|field| Some(format!("\n{indentation}.{}({})", super::super::requests::method(field), value(field)?)));
        Some(format!("({}){}", arguments.join(", "), setters.collect::<String>()))
    }

    /// Formats the calls of the setters of a builder.
    fn setters(&self, fields: &[&Field], rules: &[&Rule]) -> String {
        let value = |field: &Field| rust_value(self.api, &field.kind, self.of(field).as_ref());
        let shown = self.shown(fields, rules);
        shown.into_iter().filter_map(|field| Some(format!(".{}({})", names::field(&field.name), value(field)?))).collect()
    }
}

/// Whether the field is required, either by the documentation or by an inference.
fn is_usual(field: &Field) -> bool {
    field.required || field.inferred.of(Aspect::Required).is_some()
}

/// The value of a field in the example: the documented value, or the first value of an enum.
fn first_value(api: &Api, field: &Field, documented: Option<serde_json::Value>) -> Option<serde_json::Value> {
    documented.or_else(|| match &api.type_named(field.kind.named()?)?.shape {
        Shape::Enum { values, .. } => values.first().map(|value| value.wire.clone()),
        _ => None,
    })
}

/// Formats an example value as a Rust expression. If no value is documented, makes up a value of the type. Returns `None` if no value of
/// the type can be made up.
fn rust_value(api: &Api, kind: &Kind, value: Option<&serde_json::Value>) -> Option<String> {
    let text = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    Some(match kind {
        Kind::String | Kind::Secret => format!("{:?}", text.unwrap_or_else(|| String::from("…"))),
        Kind::Decimal => decimal(&text.unwrap_or_else(|| String::from("1"))),
        Kind::UnixMillis | Kind::UnixSeconds | Kind::UnixMillisText | Kind::UnixSecondsText | Kind::Int64 => {
            format!("{}_i64", text.unwrap_or_else(|| String::from("1")))
        }
        Kind::Int32 => text.unwrap_or_else(|| String::from("1")),
        Kind::Boolean => text?,
        Kind::Any => return None,
        Kind::List(item) if matches!(**item, Kind::String) => {
            let items: Vec<String> = value?.as_array()?.iter().map(|item| format!("{item}.to_string()")).collect();
            format!("vec![{}]", items.join(", "))
        }
        Kind::List(item) => {
            let Shape::Object { fields, rules } = &api.type_named(item.named()?)?.shape else { return None };
            let documented = value.and_then(|list| list.get(0));
            let setters = Values { api, documented }.setters(&fields.iter().collect::<Vec<_>>(), &rules.iter().collect::<Vec<_>>());
            format!("vec![types::{}::builder(){setters}.build()?]", item.named()?)
        }
        Kind::Named(name) => match &api.type_named(name)?.shape {
            Shape::Enum { values, .. } => {
                let found = values.iter().find(|candidate| Some(candidate.text()) == text).or_else(|| values.first())?;
                format!("types::{name}::{}", found.variant)
            }
            Shape::Id { .. } => format!("{:?}", text.unwrap_or_else(|| String::from("…"))),
            Shape::Object { .. } | Shape::Tuple { .. } | Shape::Undocumented => return None,
        },
    })
}

/// Formats a decimal as a Rust expression: an integer, or a text that is parsed exactly.
fn decimal(text: &str) -> String {
    let is_integer = text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer { text.to_owned() } else { format!("\"{text}\".parse::<ExactDecimal>()?") }
}

//! A JSON document that can be spelled wrongly: names can occur twice, and a value can be any text.

use std::fmt;

use serde_json::Value;

/// A node of the document.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A value as it is written.
    Raw(String),
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
}

impl Node {
    pub(super) fn parse(text: &str) -> Self {
        Self::from(&serde_json::from_str::<Value>(text).expect("JSON"))
    }

    pub(super) fn fields(&mut self) -> Option<&mut Vec<(String, Self)>> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }

    pub(super) fn field(&mut self, name: &str) -> Option<&mut Self> {
        self.fields()?.iter_mut().find_map(|(own, node)| (own == name).then_some(node))
    }

    /// Gives a field another value, if there is one of this name.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if let Some(node) = self.field(name) {
            *node = Self::Raw(value.to_owned());
        }
    }

    /// Gives a field this value, whether there is one of this name or not.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        if self.field(name).is_some() {
            self.set(name, value);
        } else {
            self.add(name, value);
        }
    }

    /// Adds a field to an object, even if there is one of this name.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if let Some(fields) = self.fields() {
            fields.push((name.to_owned(), Self::Raw(value.to_owned())));
        }
    }

    /// The objects of the document that hold no other object or list: the rows, or the data of a single order.
    pub(super) fn objects(&mut self) -> Vec<&mut Vec<(String, Self)>> {
        match self {
            Self::Object(fields) => {
                if fields.iter().all(|(_, node)| matches!(node, Self::Raw(_))) {
                    return vec![fields];
                }
                fields.iter_mut().flat_map(|(_, node)| node.objects()).collect()
            }
            Self::Array(items) => items.iter_mut().flat_map(Self::objects).collect(),
            Self::Raw(_) => Vec::new(),
        }
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Object(fields) => Self::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            other => Self::Raw(other.to_string()),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(text) => f.write_str(text),
            Self::Object(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, node)| format!("\"{name}\":{node}")).collect();
                write!(f, "{{{}}}", fields.join(","))
            }
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(","))
            }
        }
    }
}

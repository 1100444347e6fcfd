//! Which operations reach a part of a specification, and in which direction it travels.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Content, Listing, Subject};

/// Which way something travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the program to the exchange.
    Request,
    /// From the exchange to the program.
    Response,
    /// Both ways.
    Both,
    /// Neither: no operation reaches it.
    None,
}

impl Direction {
    pub(crate) fn new(request: bool, response: bool) -> Self {
        match (request, response) {
            (true, true) => Self::Both,
            (true, false) => Self::Request,
            (false, true) => Self::Response,
            (false, false) => Self::None,
        }
    }

    pub(crate) fn is_request(self) -> bool {
        matches!(self, Self::Request | Self::Both)
    }

    pub(crate) fn is_response(self) -> bool {
        matches!(self, Self::Response | Self::Both)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self::new(self.is_request() || other.is_request(), self.is_response() || other.is_response())
    }
}

/// The operations that reach something, as a tree: from what changed to whoever uses it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedOperations {
    /// Every operation that reaches it, each once, by name.
    pub operations: Vec<String>,
    /// How they reach it, if it is shared.
    pub tree: Vec<Branch>,
}

impl AffectedOperations {
    /// The same after operations have changed their names.
    pub(crate) fn renamed(mut self, rename: impl Fn(&str) -> String + Copy) -> Self {
        self.operations.iter_mut().for_each(|operation| *operation = rename(operation));
        self.tree = self.tree.into_iter().map(|branch| branch.renamed(rename)).collect();
        self
    }
}

impl Branch {
    fn renamed(mut self, rename: impl Fn(&str) -> String + Copy) -> Self {
        self.operations.iter_mut().for_each(|operation| *operation = rename(operation));
        self.branches = self.branches.into_iter().map(|branch| branch.renamed(rename)).collect();
        self
    }
}

/// A use of something shared, and who uses that in turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Branch {
    /// The use: a field, a shared parameter or response; or `request` or `answer`, for the operations that use it themselves.
    pub by: String,
    /// The operations that use it there themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// Who uses the schema that it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
}

/// Who uses what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    users: BTreeMap<Subject, Vec<User>>,
    operations: Vec<String>,
}

#[derive(Debug, Clone)]
enum User {
    /// An operation, by itself.
    Operation { name: String, direction: Direction },
    /// A part of something else that is shared.
    Part { label: String, of: Subject },
}

impl Reach {
    pub(crate) fn new(listing: &Listing) -> Self {
        let mut reach = Self::default();
        for element in listing.elements() {
            if let Subject::Operation(name) = &element.subject {
                reach.operations.push(name.clone());
            }
            for attribute in &element.attributes {
                for used in used(&attribute.name, &attribute.content) {
                    if let Some(user) = user(&element.subject, &attribute.name) {
                        reach.users.entry(used).or_default().push(user);
                    }
                }
            }
        }
        reach
    }

    /// Which way something travels. `attribute` tells apart what an operation sends from what it answers.
    pub(crate) fn direction(&self, subject: &Subject, attribute: Option<&str>) -> Direction {
        match subject {
            Subject::Operation(_) => match attribute {
                Some(name) if name.starts_with("body") => Direction::Request,
                Some(name) if name.starts_with("answer") || name.starts_with("errors") => Direction::Response,
                Some("method" | "path" | "security" | "x-venue-permission") => Direction::Request,
                _ => Direction::Both,
            },
            Subject::Api if attribute.is_some_and(|name| name.starts_with("x-venue-envelope")) => Direction::Response,
            Subject::Api | Subject::Section(_) => Direction::Both,
            Subject::Server(_) | Subject::Stream(_) => Direction::Request,
            Subject::Channel { .. } => Direction::Response,
            _ => {
                let mut seen = BTreeSet::new();
                self.travel(&root(subject), &mut seen)
            }
        }
    }

    fn travel(&self, subject: &Subject, seen: &mut BTreeSet<Subject>) -> Direction {
        match subject {
            Subject::Operation(_) => return Direction::Request,
            _ if !seen.insert(subject.clone()) => return Direction::None,
            _ => {}
        }
        self.users_of(subject).iter().fold(Direction::None, |direction, user| {
            direction.and(match user {
                User::Operation { direction, .. } => *direction,
                User::Part { of, .. } => self.travel(of, seen),
            })
        })
    }

    /// Who reaches something.
    pub(crate) fn affected(&self, subject: &Subject) -> AffectedOperations {
        let tree = match root(subject) {
            Subject::Operation(name) => return AffectedOperations { operations: vec![name], tree: Vec::new() },
            Subject::Api | Subject::Server(_) => return AffectedOperations { operations: self.operations.clone(), tree: Vec::new() },
            shared => self.branches(&shared, &mut Vec::new()),
        };
        let mut operations = BTreeSet::new();
        collect(&tree, &mut operations);
        let in_order = self.operations.iter().filter(|name| operations.contains(name.as_str())).cloned().collect();
        AffectedOperations { operations: in_order, tree }
    }

    fn branches(&self, subject: &Subject, way: &mut Vec<Subject>) -> Vec<Branch> {
        if way.contains(subject) {
            return Vec::new();
        }
        way.push(subject.clone());
        let mut branches: Vec<Branch> = Vec::new();
        for user in self.users_of(subject) {
            match user {
                User::Operation { name, direction } => {
                    let by = if direction.is_request() { "request" } else { "answer" };
                    match branches.iter_mut().find(|branch| branch.by == by) {
                        Some(branch) if branch.operations.contains(name) => {}
                        Some(branch) => branch.operations.push(name.clone()),
                        None => branches.push(Branch { by: by.to_owned(), operations: vec![name.clone()], branches: Vec::new() }),
                    }
                }
                User::Part { label, of } => {
                    branches.push(Branch { by: label.clone(), operations: Vec::new(), branches: self.branches(of, way) });
                }
            }
        }
        way.pop();
        branches
    }

    /// Where something is used, in words, after its users have changed their names.
    pub(crate) fn uses(&self, subject: &Subject, rename: impl Fn(&Subject) -> Subject) -> BTreeSet<String> {
        let users = self.users_of(subject).iter().map(|user| match user {
            User::Operation { name, direction } => format!("{direction:?} of {}", rename(&Subject::Operation(name.clone()))),
            User::Part { label, of } => label.replacen(&of.to_string(), &rename(of).to_string(), 1),
        });
        users.collect()
    }

    fn users_of(&self, subject: &Subject) -> &[User] {
        self.users.get(subject).map_or(&[], Vec::as_slice)
    }
}

/// What an attribute makes use of.
fn used(name: &str, content: &Content) -> Vec<Subject> {
    match content {
        Content::Type(expression) => expression.named().map(|name| Subject::Type(name.to_owned())).into_iter().collect(),
        Content::Reference(target) if name == "shared" => vec![Subject::SharedParameter(target.clone())],
        Content::Reference(target) if name.starts_with("errors") => vec![Subject::SharedResponse(target.clone())],
        Content::Reference(target) => vec![Subject::Type(target.clone())],
        Content::Credentials(alternatives) => alternatives.iter().flatten().map(|scheme| Subject::Scheme(scheme.clone())).collect(),
        Content::Text(permission) if name == "x-venue-permission" => vec![Subject::Permission(permission.clone())],
        Content::Text(section) if name == "section" => vec![Subject::Section(section.clone())],
        Content::Text(_) | Content::Tree(_) | Content::Condition(_) => Vec::new(),
    }
}

/// Who uses what an attribute of this subject names.
fn user(subject: &Subject, attribute: &str) -> Option<User> {
    match subject {
        Subject::Operation(name) => {
            let is_answer = attribute.starts_with("answer") || attribute.starts_with("errors");
            let direction = Direction::new(!is_answer, is_answer);
            Some(User::Operation { name: name.clone(), direction })
        }
        Subject::Parameter { operation, .. } => Some(User::Operation { name: operation.clone(), direction: Direction::Request }),
        Subject::SharedParameter(_) | Subject::SharedResponse(_) => Some(User::Part { label: subject.to_string(), of: subject.clone() }),
        Subject::Field { owner, .. } => Some(User::Part { label: subject.to_string(), of: Subject::Type(owner.clone()) }),
        _ => None,
    }
}

/// What others refer to: a field is reached through its schema.
fn root(subject: &Subject) -> Subject {
    match subject {
        Subject::Field { owner, .. } | Subject::Value { owner, .. } => Subject::Type(owner.clone()),
        Subject::Parameter { operation, .. } => Subject::Operation(operation.clone()),
        Subject::Condition { holder, .. } if holder.starts_with(|c: char| c.is_ascii_uppercase()) => Subject::Type(holder.clone()),
        Subject::Condition { holder, .. } => Subject::Operation(holder.clone()),
        other => other.clone(),
    }
}

fn collect<'a>(tree: &'a [Branch], operations: &mut BTreeSet<&'a str>) {
    for branch in tree {
        operations.extend(branch.operations.iter().map(String::as_str));
        collect(&branch.branches, operations);
    }
}

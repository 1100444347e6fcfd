//! The operations that use a part of a specification, and the direction in which the part is sent.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Content, Listing, Subject};

/// The direction in which a part of a specification is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Only requests contain the part.
    Request,
    /// Only responses contain the part.
    Response,
    /// Requests and responses contain the part.
    Both,
    /// No operation uses the part.
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

/// The operations that a change affects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedOperations {
    /// The names of all affected operations, without duplicates.
    pub operations: Vec<String>,
    /// How the operations use the changed part, if several operations can share it.
    pub tree: Vec<Branch>,
}

impl AffectedOperations {
    /// Applies the new names of renamed operations.
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

/// A use of a shared part, and the uses of the part that contains this use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Branch {
    /// The use: a field, a shared parameter, a shared response, or `request` or `answer` for direct uses by operations.
    pub by: String,
    /// The operations with a direct use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// The uses of the schema that contains this use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
}

/// The uses of each shared part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    users: BTreeMap<Subject, Vec<User>>,
    operations: Vec<String>,
    /// The position of each operation's server.
    servers: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
enum User {
    /// An operation that uses the part directly.
    Operation { name: String, direction: Direction },
    /// Another shared part that uses the part.
    Part { label: String, of: Subject },
}

impl Reach {
    pub(crate) fn new(listing: &Listing) -> Self {
        let mut reach = Self::default();
        for element in listing.elements() {
            if let Subject::Operation(name) = &element.subject {
                reach.operations.push(name.clone());
                reach.servers.extend(listing.server_position(element).map(|position| (name.clone(), position)));
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

    /// Whether requests, responses or both contain a subject. For an operation, the result depends on the changed `attribute`.
    pub(crate) fn direction(&self, subject: &Subject, attribute: Option<&str>) -> Direction {
        match subject {
            Subject::Operation(_) => match attribute {
                Some(name) if name.starts_with("body") => Direction::Request,
                Some(name) if name.starts_with("answer") || name.starts_with("errors") => Direction::Response,
                Some(name) if name.starts_with("success.") => Direction::Response,
                Some("method" | "path" | "server" | "security" | "x-venue-permission" | "x-venue-rate-limit") => Direction::Request,
                _ => Direction::Both,
            },
            Subject::Api if attribute.is_some_and(|name| name.starts_with("x-venue-envelope")) => Direction::Response,
            Subject::Api | Subject::Section(_) => Direction::Both,
            Subject::Stream(_) if attribute.is_some_and(|name| name.starts_with("messages.")) => Direction::Response,
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
            // A stream uses a schema only for the messages that it sends.
            Subject::Stream(_) => return Direction::Response,
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

    /// The operations that use a subject, directly or through other parts.
    pub(crate) fn affected(&self, subject: &Subject) -> AffectedOperations {
        let tree = match root(subject) {
            Subject::Operation(name) => return AffectedOperations { operations: vec![name], tree: Vec::new() },
            Subject::Api => return AffectedOperations { operations: self.operations.clone(), tree: Vec::new() },
            Subject::Server(position) => {
                let is_of = |operation: &&String| self.servers.get(*operation) == Some(&position);
                return AffectedOperations { operations: self.operations.iter().filter(is_of).cloned().collect(), tree: Vec::new() };
            }
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

    /// Describes the direct uses of a subject. `rename` returns the new names of the users.
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

/// The shared parts that an attribute refers to.
fn used(name: &str, content: &Content) -> Vec<Subject> {
    match content {
        Content::Type(expression) => expression.named().map(|name| Subject::Type(name.to_owned())).into_iter().collect(),
        Content::Reference(target) if name == "shared" => vec![Subject::SharedParameter(target.clone())],
        Content::Reference(target) if name.starts_with("errors") => vec![Subject::SharedResponse(target.clone())],
        Content::Reference(target) => vec![Subject::Type(target.clone())],
        Content::Credentials(alternatives) => alternatives.iter().flatten().map(|scheme| Subject::Scheme(scheme.clone())).collect(),
        Content::Text(permission) if name == "x-venue-permission" => vec![Subject::Permission(permission.clone())],
        Content::Text(section) if name == "section" => vec![Subject::Section(section.clone())],
        Content::Text(_) | Content::Tree(_) | Content::Condition(_) | Content::RateLimit(_) => Vec::new(),
    }
}

/// The user of the parts that an attribute of `subject` refers to.
fn user(subject: &Subject, attribute: &str) -> Option<User> {
    match subject {
        Subject::Operation(name) => {
            let is_answer = attribute.starts_with("answer") || attribute.starts_with("errors");
            let direction = Direction::new(!is_answer, is_answer);
            Some(User::Operation { name: name.clone(), direction })
        }
        Subject::Parameter { operation, .. } => Some(User::Operation { name: operation.clone(), direction: Direction::Request }),
        Subject::SharedParameter(_) | Subject::SharedResponse(_) | Subject::Stream(_) => {
            Some(User::Part { label: subject.to_string(), of: subject.clone() })
        }
        Subject::Field { owner, .. } => Some(User::Part { label: subject.to_string(), of: Subject::Type(owner.clone()) }),
        _ => None,
    }
}

/// The shared part that contains a subject. For a field, this is its schema.
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

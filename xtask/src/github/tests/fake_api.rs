//! The part of the API of GitHub that the commands use, on the loopback interface.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::github::api::Api;
use crate::test_server::{self, Reply, Request};

const TOKEN: &str = "token-of-the-run";
const PREFIX: &str = "/repos/owner/name";

/// The objects of the repository.
#[derive(Default)]
struct State {
    pulls: Vec<Value>,
    issues: Vec<Value>,
    comments: Vec<Value>,
    /// The commit of the branch `drift`.
    branch: Option<Value>,
    tree: Value,
}

pub(super) struct FakeApi {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl FakeApi {
    pub(super) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let port = test_server::start(move |_, request| respond(request, &mut shared.lock().expect("no thread panics")));
        Self { port, state }
    }

    pub(super) fn api(&self) -> Api {
        self.api_with(TOKEN)
    }

    pub(super) fn api_with(&self, token: &str) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port), "owner/name", token)
    }

    /// Adds an open pull request with its newest commit and its branch.
    pub(super) fn add_pull_request(&self, number: u64, head: &str, label: &str) {
        let pull = json!({ "number": number, "state": "open", "head": { "sha": head, "label": label } });
        self.state().pulls.push(pull);
    }

    pub(super) fn close_pull_request(&self, number: u64) {
        let mut state = self.state();
        let pull = state.pulls.iter_mut().find(|pull| pull["number"] == number).expect("a pull request");
        pull["state"] = "closed".into();
    }

    pub(super) fn add_comment(&self, author: &str, body: &str) {
        let mut state = self.state();
        let id = state.comments.len() + 1;
        state.comments.push(json!({ "id": id, "user": { "login": author }, "body": body }));
    }

    pub(super) fn comments_of(&self, author: &str) -> Vec<String> {
        let state = self.state();
        let own = state.comments.iter().filter(|comment| comment["user"]["login"] == author);
        own.map(|comment| comment["body"].as_str().expect("a text").to_owned()).collect()
    }

    pub(super) fn open_issues(&self) -> Vec<String> {
        let state = self.state();
        let open = state.issues.iter().filter(|issue| issue["state"] == "open");
        open.map(|issue| issue["body"].as_str().expect("a text").to_owned()).collect()
    }

    /// The description of the only pull request, and the files of its commit.
    pub(super) fn drift(&self) -> (String, Value) {
        let state = self.state();
        assert_eq!(state.pulls.len(), 1);
        (state.pulls[0]["body"].as_str().expect("a text").to_owned(), state.tree.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics")
    }
}

fn respond(request: &Request, state: &mut State) -> Reply {
    let authorization = request.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
    if authorization != Some(&format!("Bearer {TOKEN}")) {
        return Some((401, json!({ "message": "Bad credentials" }).to_string().into_bytes()));
    }
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let path = path.strip_prefix(PREFIX)?.trim_start_matches('/');
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let words: Vec<&str> = path.split('/').collect();
    let found = match (request.method.as_str(), &words[..]) {
        ("GET", [""]) => Some(json!({ "default_branch": "main" })),
        ("GET", ["pulls"]) => {
            let head = parameter(query, "head").unwrap_or_default();
            let is_listed = |pull: &&Value| pull["state"] == "open" && pull["head"]["label"] == head;
            Some(state.pulls.iter().filter(is_listed).cloned().collect())
        }
        ("GET", ["pulls", number]) => state.pulls.iter().find(|pull| pull["number"] == id_in(number)).cloned(),
        ("POST", ["pulls"]) => {
            let mut pull = body;
            pull["number"] = 100.into();
            pull["state"] = "open".into();
            pull["head"] = json!({ "label": format!("owner:{}", pull["head"].as_str().unwrap_or_default()) });
            state.pulls.push(pull.clone());
            Some(pull)
        }
        ("PATCH", ["pulls", number]) => update(&mut state.pulls, "number", number, &body),
        ("GET", ["issues"]) => {
            let pulls =
                state.pulls.iter().map(|pull| json!({ "number": pull["number"], "title": "Scheduled checks fail", "pull_request": {} }));
            Some(pulls.chain(state.issues.iter().filter(|issue| issue["state"] == "open").cloned()).collect())
        }
        ("POST", ["issues"]) => {
            let mut issue = body;
            issue["number"] = 100.into();
            issue["state"] = "open".into();
            state.issues.push(issue.clone());
            Some(issue)
        }
        ("PATCH", ["issues", "comments", id]) => update(&mut state.comments, "id", id, &body),
        ("PATCH", ["issues", number]) => update(&mut state.issues, "number", number, &body),
        ("GET", ["issues", _, "comments"]) => {
            let number = |name| parameter(query, name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
            let (page, size) = (number("page"), number("per_page"));
            Some(state.comments.iter().skip((page - 1) * size).take(size).cloned().collect())
        }
        ("POST", ["issues", _, "comments"]) => {
            let id = state.comments.len() + 1;
            let comment = json!({ "id": id, "user": { "login": "github-actions[bot]" }, "body": body["body"] });
            state.comments.push(comment.clone());
            Some(comment)
        }
        ("GET", ["git", "ref", "heads", "main"]) => Some(json!({ "object": { "sha": "main-commit" } })),
        ("GET", ["git", "ref", "heads", "drift"]) => state.branch.clone(),
        ("GET", ["git", "commits", "main-commit"]) => Some(json!({ "tree": { "sha": "main-tree" } })),
        ("POST", ["git", "trees"]) if body["base_tree"] == "main-tree" => {
            state.tree = body["tree"].clone();
            Some(json!({ "sha": "new-tree" }))
        }
        ("POST", ["git", "commits"]) if body["tree"] == "new-tree" && body["parents"] == json!(["main-commit"]) => {
            Some(json!({ "sha": "new-commit" }))
        }
        ("POST", ["git", "refs"]) if state.branch.is_none() && body["ref"] == "refs/heads/drift" => {
            state.branch = Some(body.clone());
            Some(body)
        }
        ("PATCH", ["git", "refs", "heads", "drift"]) if state.branch.is_some() && body["force"] == true => Some(body),
        ("DELETE", ["git", "refs", "heads", "drift"]) => {
            state.branch = None;
            return Some((204, Vec::new()));
        }
        _ => None,
    };
    Some(found.map_or((404, b"{}".to_vec()), |found| (200, found.to_string().into_bytes())))
}

/// Sets the fields of an object in a list.
fn update(list: &mut [Value], key: &str, value: &str, fields: &Value) -> Option<Value> {
    let object = list.iter_mut().find(|object| object[key] == id_in(value))?;
    for (name, field) in fields.as_object()? {
        object[name] = field.clone();
    }
    Some(object.clone())
}

/// The number in a path.
fn id_in(part: &str) -> u64 {
    part.parse().unwrap_or_default()
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').filter_map(|part| part.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value)
}

//! A registry of crates on the loopback interface: a sparse index, uploads and downloads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::release::registry::index_path;
use crate::test_server::{self, Reply, Request};

/// A failure of the registry while it receives a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The registry responds with status 503 and stores nothing.
    RejectBefore,
    /// The registry stores the crate and closes the connection without a response.
    DropAfter,
}

/// The stored crates.
#[derive(Default)]
struct State {
    /// The file of each crate in the index.
    index: BTreeMap<String, String>,
    /// The packages, by the name and the version of the crate.
    packages: BTreeMap<(String, String), Vec<u8>>,
    /// The names of the crates in the order in which their first version was stored.
    published: Vec<String>,
    uploads: usize,
    fault: Option<(String, Fault)>,
}

/// A running registry.
pub(super) struct RegistryServer {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl RegistryServer {
    pub(super) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let port = test_server::start(move |port, request| respond(port, request, &shared));
        Self { port, state }
    }

    /// The address of the index for Cargo's configuration.
    pub(super) fn index(&self) -> String {
        format!("sparse+http://127.0.0.1:{}/index/", self.port)
    }

    /// The next upload of a crate fails.
    pub(super) fn fail_once(&self, name: &str, fault: Fault) {
        self.state().fault = Some((name.to_owned(), fault));
    }

    /// The names of the stored crates, in the order in which they were stored.
    pub(super) fn published(&self) -> Vec<String> {
        self.state().published.clone()
    }

    /// The number of stored versions.
    pub(super) fn uploads(&self) -> usize {
        self.state().uploads
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics")
    }
}

/// The status and the body of a response; `None` to close the connection.
fn respond(port: u16, request: &Request, state: &Mutex<State>) -> Reply {
    let Request { method, target, body, .. } = request;
    let mut state = state.lock().expect("no thread panics");
    if method == "PUT" && target == "/api/v1/crates/new" {
        return upload(body, &mut state);
    }
    if target == "/index/config.json" {
        let base = format!("http://127.0.0.1:{port}");
        return Some((200, json!({ "dl": format!("{base}/dl"), "api": base }).to_string().into_bytes()));
    }
    if let Some(path) = target.strip_prefix("/index/") {
        let file = state.index.iter().find(|(name, _)| index_path(name) == path).map(|(_, file)| file.clone().into_bytes());
        return Some(file.map_or((404, Vec::new()), |file| (200, file)));
    }
    let words: Vec<&str> = target.split('/').collect();
    if let ["", "dl", name, version, "download"] = words[..] {
        let package = state.packages.get(&(name.to_owned(), version.to_owned()));
        return Some(package.map_or((404, Vec::new()), |package| (200, package.clone())));
    }
    Some((404, Vec::new()))
}

/// Stores an uploaded crate. The body has the length of the metadata, the metadata, the length of the package, and the package.
fn upload(body: &[u8], state: &mut State) -> Reply {
    let (metadata, rest) = part(body);
    let (package, _) = part(rest);
    let metadata: Value = serde_json::from_slice(metadata).expect("cargo sends JSON");
    let text = |key: &str| metadata[key].as_str().expect("a text").to_owned();
    let (name, version) = (text("name"), text("vers"));
    let fault = state.fault.take_if(|(of, _)| *of == name).map(|(_, fault)| fault);
    if fault == Some(Fault::RejectBefore) {
        return Some((503, Vec::new()));
    }
    let key = (name.clone(), version.clone());
    let dependencies: Vec<Value> = metadata["deps"].as_array().expect("a list").iter().map(index_dependency).collect();
    let unknown = dependencies.iter().find(|dependency| !state.index.contains_key(dependency["name"].as_str().unwrap_or_default()));
    let error = match unknown {
        Some(dependency) => Some(format!("no known crate named {}", dependency["name"])),
        None if state.packages.contains_key(&key) => Some(format!("crate version `{version}` is already uploaded")),
        None => None,
    };
    if let Some(error) = error {
        return Some((200, json!({ "errors": [{ "detail": error }] }).to_string().into_bytes()));
    }
    let checksum: String = Sha256::digest(package).iter().map(|byte| format!("{byte:02x}")).collect();
    let entry = json!({
        "name": name, "vers": version, "deps": dependencies, "cksum": checksum, "features": metadata["features"], "yanked": false,
    });
    let file = state.index.entry(name.clone()).or_default();
    file.push_str(&format!("{entry}\n"));
    state.packages.insert(key, package.to_vec());
    state.uploads += 1;
    if !state.published.contains(&name) {
        state.published.push(name);
    }
    let accepted = json!({ "warnings": { "invalid_categories": [], "invalid_badges": [], "other": [] } });
    (fault != Some(Fault::DropAfter)).then(|| (200, accepted.to_string().into_bytes()))
}

/// A part of an upload after its length in four bytes, and the rest.
fn part(body: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = body.split_at(4);
    rest.split_at(u32::from_le_bytes(length.try_into().expect("four bytes")) as usize)
}

/// A dependency in the form of the index, from the form of an upload.
fn index_dependency(uploaded: &Value) -> Value {
    json!({
        "name": uploaded["name"],
        "req": uploaded["version_req"],
        "features": uploaded["features"],
        "optional": uploaded["optional"],
        "default_features": uploaded["default_features"],
        "target": uploaded["target"],
        "kind": uploaded["kind"],
        "registry": uploaded["registry"],
    })
}

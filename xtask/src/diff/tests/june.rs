//! The only change of the exchange between June and autumn of 2026 is the host of the stream.

use std::collections::{BTreeMap, BTreeSet};

use venue_diff::Class;
use venue_diff::provenance::Origin;
use venue_spec::Document;
use venue_spec::model::{Api, Field, Kind, Operation, Shape};

use super::*;

/// The facts of the documentation in June.
const JUNE: &str = include_str!("june.txt");

/// The lines of the file that are not comments.
fn lines() -> impl Iterator<Item = &'static str> {
    JUNE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The rest of each line that begins with a word.
fn said_of(word: &str) -> Vec<&'static str> {
    lines().filter_map(|line| line.strip_prefix(word)).map(str::trim).collect()
}

/// The current specification, which describes the autumn as long as the exchange does not change.
fn autumn() -> Document {
    let source = fs::read_to_string(crate::checkout::root().join(SPECS[0].path)).expect("the specification");
    Document::parse(SPECS[0].path, source).expect("the specification is valid")
}

/// The specification of June: the current one with the old host.
fn june(autumn: &Document) -> String {
    let url = autumn.root().at(HOST).expect("a stream has an address").span;
    let source = autumn.source();
    format!("{}{}{}", &source[..url.start], said_of("stream")[0], &source[url.end..])
}

const HOST: &str = "/x-venue-streams/websocket/url";

#[test]
fn between_june_and_autumn_only_the_host_of_the_stream_changed() {
    let autumn = autumn();
    let line = autumn.line_of(HOST).expect("the node has a line");
    let repository = TestRepository::empty("june");
    repository.write("openapi/6mm.yaml", &june(&autumn));
    repository.commit("June");
    repository.write("openapi/6mm.yaml", autumn.source());
    repository.write(
        "openapi/changes/6mm/2026-autumn.toml",
        "[[change]]\norigin = \"vendor\"\nevidence = \"docs, commit 0b59fb3: the service endpoints name another host\"\n\
         ids = [\"stream:websocket/url\"]\n",
    );
    let report = repository.report(None);
    assert_eq!(ids(&report), ["stream:websocket/url"]);
    let entry = &report.changes[0];
    assert_eq!((entry.change.wire, entry.origin), (Class::Breaking, Some(Origin::Vendor)));
    assert_eq!(entry.change.new.as_ref().map(|place| place.line), Some(line));
    assert_eq!(report.severity(), Severity::Breaking);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let text = report.to_text();
    assert!(text.contains("`wss://6mm.com/ws` → `wss://ws.6mm.com/ws`"), "{text}");
    assert!(text.contains(&format!("openapi/6mm.yaml:{line}\n")), "{text}");
}

#[test]
fn the_streams_of_june_are_those_of_today_except_for_the_host() {
    let api = Api::new(&autumn());
    let stream = &api.streams[0];
    let opened: Vec<&str> = stream.authentication.iter().map(|(name, _)| name.as_str()).collect();
    let public: Vec<&str> = stream.channels.iter().filter(|channel| !channel.private).map(|channel| channel.topic.as_str()).collect();
    assert_eq!((said_of("opened by"), said_of("public"), said_of("server")), (opened, public, vec![api.servers[0].url.as_str()]));
    assert_eq!(api.streams.len(), said_of("stream").len());
}

/// So the specification of June is the current one with the host of June.
#[test]
fn the_rest_operations_of_june_are_those_of_today() {
    let api = Api::new(&autumn());
    let changed_since: BTreeSet<&str> = said_of("changed since:").into_iter().collect();
    let mut rows: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines().filter(|line| line.contains(" /v1/") && !line.starts_with("changed since:")) {
        let route = line.match_indices(' ').nth(1).map_or(line, |(end, _)| &line[..end]);
        rows.insert(route, &line[route.len()..]);
    }
    for operation in &api.operations {
        let route = format!("{} {}", operation.method, operation.path);
        let row = rows.remove(route.as_str());
        if !changed_since.contains(route.as_str()) {
            let differences = row.map_or_else(|| vec![String::from("was not there")], |row| differences(&api, operation, row));
            assert!(differences.is_empty(), "{route}: {}\n{WHAT_TO_DO}", differences.join("\n"));
        }
    }
    rows.retain(|route, _| !changed_since.contains(route));
    assert!(rows.is_empty(), "no longer there: {:?}\n{WHAT_TO_DO}", rows.keys());
}

const WHAT_TO_DO: &str = "this differs from the documentation of June 2026: correct the specification or, if the exchange has changed, \
                          write `changed since:` and the route into xtask/src/diff/tests/june.txt";

/// The differences between an operation and its row, one per line.
fn differences(api: &Api, operation: &Operation, row: &str) -> Vec<String> {
    let (sent, answered) = row.split_once("->").unwrap_or((row, ""));
    let (permission, sent) = sent.split_once(':').unwrap_or((sent, ""));
    let mut found = sent_otherwise(api, operation, sent);
    if permission.trim() != operation.permission {
        found.push(format!("permission: {}, then {}", operation.permission, permission.trim()));
    }
    let known = answered_by(api, operation);
    found.extend(answered.split_whitespace().filter(|path| !known.contains(*path)).map(|path| format!("the answer has no `{path}`")));
    found
}

fn sent_otherwise(api: &Api, operation: &Operation, june: &str) -> Vec<String> {
    let body = operation.body.as_ref().and_then(|body| api.type_named(&body.schema));
    let body_fields: &[Field] = match body.map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields,
        _ => &[],
    };
    let parameters = operation.parameters.iter().filter(|parameter| parameter.location == "query").map(|parameter| &parameter.field);
    let mut fields: BTreeMap<&str, &Field> = parameters.chain(body_fields).map(|field| (field.name.as_str(), field)).collect();
    let mut found = Vec::new();
    for word in june.split_whitespace() {
        let name = word.trim_end_matches(['!', '?']);
        match fields.remove(name) {
            None => found.push(format!("nothing is sent as `{name}`")),
            Some(field) if !word.ends_with('?') && field.required != word.ends_with('!') => {
                found.push(format!("`{name}` is {}", if field.required { "required" } else { "optional" }));
            }
            Some(_) => {}
        }
    }
    let more = fields.values().filter(|field| field.provisional.is_none());
    found.extend(more.map(|field| format!("`{}` is sent, too", field.name)));
    found
}

/// Every field of the data, with its path.
fn answered_by(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), operation.response.schema.clone())];
    while let Some((way, name)) = open.pop() {
        let Some(Shape::Object { fields, .. }) = api.type_named(&name).map(|named| &named.shape) else { continue };
        for field in fields {
            let path = format!("{way}{}", field.name);
            match &field.kind {
                Kind::Named(inner) => open.push((format!("{path}."), inner.clone())),
                Kind::List(item) => open.extend(item.named().map(|inner| (format!("{path}[]."), inner.to_owned()))),
                _ => {}
            }
            found.insert(path);
        }
    }
    found
}

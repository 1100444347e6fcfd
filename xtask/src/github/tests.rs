//! Tests with an API on the loopback interface.

mod fake_api;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::drift::{Drift, synchronize};
use super::{comment, issue};
use fake_api::FakeApi;

/// The event of a finished workflow run for a commit.
fn event(head: &str) -> Value {
    json!({ "workflow_run": { "event": "pull_request", "head_sha": head } })
}

/// The folder with a report.
fn report(number: u64, head: &str, comment: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pull-request.json"), json!({ "number": number, "head": head }).to_string()).expect("a file");
    fs::write(folder.path().join("comment.md"), comment).expect("a file");
    folder
}

#[test]
fn the_comment_of_a_pull_request_is_created_once_and_then_updated() {
    let server = FakeApi::start();
    server.add_pull_request(7, "abc", "fork:branch");
    // Comments of others stay, even if they begin with the same line.
    for page in 0..120 {
        server.add_comment("someone", &format!("comment {page}"));
    }
    server.add_comment("someone", "<!-- sixmm: report of a pull request -->\nan imitation");
    let update = |text: &str| comment::update(&server.api(), report(7, "abc", text).path(), &event("abc")).expect("an accepted report");
    assert_eq!(update("first\n"), "commented on pull request 7");
    assert_eq!(update("second\n"), "updated the comment of pull request 7");
    let own = server.comments_of("github-actions[bot]");
    insta::assert_snapshot!(own.join("\n---\n"), @r"
    <!-- sixmm: report of a pull request -->
    second

    <sub>Written by the code of this pull request at abc, and not checked.</sub>
    ");
    assert_eq!(server.comments_of("someone").len(), 121);
}

#[test]
fn a_report_about_another_commit_or_pull_request_is_not_posted() {
    let server = FakeApi::start();
    server.add_pull_request(7, "abc", "fork:branch");
    server.add_pull_request(8, "newer", "fork:other");
    let update = |number, head: &str, event: &Value| comment::update(&server.api(), report(number, head, "text").path(), event);
    let error = |number, head: &str, event: &Value| update(number, head, event).expect_err("a rejected report").to_string();
    assert_eq!(error(7, "other", &event("abc")), "the report is about another commit than the workflow run");
    assert_eq!(error(9, "abc", &event("abc")), "`pulls/9` does not exist");
    let push = json!({ "workflow_run": { "event": "push", "head_sha": "abc" } });
    assert_eq!(error(7, "abc", &push), "the workflow run does not belong to a pull request");
    let skipped = update(8, "abc", &event("abc")).expect("no error");
    assert_eq!(skipped, "the newest commit of pull request 8 is not abc: no comment");
    server.close_pull_request(7);
    assert_eq!(update(7, "abc", &event("abc")).expect("no error"), "pull request 7 is not open: no comment");
    assert_eq!(server.comments_of("github-actions[bot]"), Vec::<String>::new());
}

#[test]
fn a_comment_is_limited_and_mentions_no_account() {
    let server = FakeApi::start();
    server.add_pull_request(7, "abc", "fork:branch");
    let text = format!("@someone <!-- hidden -->\n{}", "line\n".repeat(100));
    comment::update(&server.api(), report(7, "abc", &text).path(), &event("abc")).expect("an accepted report");
    let comment = server.comments_of("github-actions[bot]").remove(0);
    assert!(comment.contains("\n@\u{200b}someone &lt;!-- hidden -->\n"), "{comment}");
    assert!(comment.contains("The report is longer."), "{comment}");
    assert_eq!(comment.matches("line\n").count(), 59);
}

#[test]
fn one_issue_about_scheduled_jobs_is_opened_updated_and_closed() {
    let server = FakeApi::start();
    server.add_pull_request(7, "abc", "fork:branch");
    let needs = |faults: &str, msrv: &str| json!({ "faults": { "result": faults }, "msrv": { "result": msrv } });
    let update = |needs: &Value| issue::update(&server.api(), needs).expect("the API responds");
    assert_eq!(update(&needs("success", "success")), "each job succeeded, and no issue is open");
    assert_eq!(update(&needs("failure", "success")), "opened the issue");
    assert_eq!(update(&needs("failure", "cancelled")), "updated issue 100");
    let open = server.open_issues();
    assert_eq!(open.len(), 1);
    assert!(open[0].contains("- faults (failure)\n- msrv (cancelled)\n"), "{}", open[0]);
    assert_eq!(update(&needs("success", "success")), "closed issue 100");
    assert_eq!(server.open_issues().len(), 0);
}

#[test]
fn one_pull_request_about_drift_is_opened_updated_in_place_and_closed() {
    let server = FakeApi::start();
    let folder = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Drift", "-c", "user.email=drift@example.org"];
        assert!(Command::new("git").arg("-C").arg(folder.path()).args(identity).args(arguments).status().expect("git runs").success());
    };
    fs::write(folder.path().join("facts.txt"), "old\n").expect("a file");
    fs::write(folder.path().join("gone.txt"), "old\n").expect("a file");
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "facts"]);
    let update = |differs, report: &str| {
        synchronize(&server.api(), folder.path(), &Drift { differs, report: report.to_owned() }).expect("the API responds")
    };
    assert_eq!(update(false, ""), "nothing differs, and no pull request is open");

    fs::write(folder.path().join("facts.txt"), "new\n").expect("a file");
    fs::remove_file(folder.path().join("gone.txt")).expect("a file");
    assert_eq!(update(true, "a field is new\n"), "opened a pull request");
    assert_eq!(update(true, "two fields are new\n"), "updated pull request 100");
    let (body, tree) = server.drift();
    assert_eq!(body, "`cargo xtask drift --fetch` reports:\n\n````text\ntwo fields are new\n````\n");
    let expected = json!([
        { "path": "facts.txt", "mode": "100644", "type": "blob", "content": "new\n" },
        { "path": "gone.txt", "mode": "100644", "type": "blob", "sha": null },
    ]);
    assert_eq!(tree, expected);

    assert_eq!(update(false, ""), "nothing differs: closed pull request 100");
    assert_eq!(update(false, ""), "nothing differs, and no pull request is open");
}

#[test]
fn an_error_of_the_api_has_its_message_and_no_token() {
    let server = FakeApi::start();
    let error = server.api_with("wrong").get("pulls/7").expect_err("a rejected token").to_string();
    assert_eq!(error, "GET pulls/7: HTTP 401: Bad credentials");
}

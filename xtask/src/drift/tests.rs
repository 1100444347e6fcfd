//! The committed profiles and lock files, and the command on pages that are built here.

use std::fs;

use tempfile::TempDir;

use super::*;

/// The documentation of an exchange of this repository.
fn documentation(name: &str) -> (&'static Spec, Documentation) {
    let spec = SPECS.iter().find(|spec| spec.name == name).expect("a specification");
    (spec, Documentation::read(checkout::root(), spec).expect("a profile"))
}

/// Writes pages into a folder.
fn folder(pages: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in pages {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a page");
    }
    folder
}

#[test]
fn the_specifications_agree_with_the_reviewed_documentation() {
    for spec in &SPECS {
        let (spec, documentation) = documentation(spec.name);
        let report = documentation.report_of_review(spec, &checkout::root().join(spec.documentation_lock())).expect("a report");
        assert_eq!(report.class(), None, "cargo xtask drift --reviewed --spec {}:\n{}", spec.name, report.to_text());
    }
}

#[test]
fn a_specification_that_contradicts_the_review_is_reported_with_the_line_of_the_lock_file() {
    let (spec, mut documentation) = documentation("6mm");
    let source = documentation.specification.source().replacen("default: 500, maximum: 1000", "default: 400, maximum: 1000", 1);
    documentation.specification = Document::parse(spec.path, source).expect("a specification");
    let report = documentation.report_of_review(spec, &checkout::root().join(spec.documentation_lock())).expect("a report");
    let [finding] = report.findings.as_slice() else { panic!("{}", report.to_text()) };
    assert_eq!(finding.subject, "GET /v1/public/market/klines query limit");
    assert_eq!(finding.message, "the pages state the default `500`, and the specification states `400`");
    let lock = fs::read_to_string(checkout::root().join(spec.documentation_lock())).expect("a lock file");
    assert!(lock.lines().nth(finding.place.line - 1).expect("a line").contains("klines query limit: default = 500"));
}

#[test]
fn the_printed_diff_can_be_applied_by_git() {
    let (spec, documentation) = documentation("6mm");
    let page = "## Klines\n\n```http\nGET /v1/public/market/klines\n```\n\n\
                | Parameter | Type | Required | Description |\n| --- | --- | --- | --- |\n\
                | `symbol` | string | No | Contract |\n\
                | `limit` | int64 | No | Records, default `400`, maximum `900` |\n\
                | `since` | string | No | Start |\n";
    let pages = folder(&[("rest-api/market-data.mdx", page)]);
    let report = documentation.report(spec, &[pages.path().to_path_buf()], Path::new("no.lock")).expect("a report");
    let repository = folder(&[(spec.path, documentation.specification.source()), ("edit.diff", &report.diff)]);
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git").args(arguments).current_dir(repository.path()).output().expect("git");
        assert!(output.status.success(), "{}\n{}", report.diff, String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["apply", "edit.diff"]);
    let edited = fs::read_to_string(repository.path().join(spec.path)).expect("the specification");
    assert!(edited.contains("schema: { type: integer, format: int64, default: 400, maximum: 900 }"), "{}", report.diff);
    assert!(edited.contains("- name: since\n          in: query\n          description: Since.\n          schema: { type: string }"));
    let edited = Document::parse(spec.path, edited).expect("a valid specification");
    let ids: Vec<String> = venue_diff::compare(&documentation.specification, &edited).into_iter().map(|change| change.id).collect();
    assert_eq!(ids, report.change_ids);
    assert!(report.change_entry().contains("\"klines.query.limit/default\""), "{}", report.change_entry());
}

#[test]
fn the_version_of_the_pages_is_the_commit_of_the_folder() {
    let (spec, documentation) = documentation("bitmart");
    let pages = folder(&[("introduction.md", "# Introduction\n"), ("COMMIT", "abc\n")]);
    let report = documentation.report(spec, &[pages.path().to_path_buf()], Path::new("no.lock")).expect("a report");
    assert_eq!(report.version, "abc");
    assert_eq!(report.lock.version, "abc");
}

#[test]
fn a_folder_without_pages_is_an_error() {
    let (spec, documentation) = documentation("6mm");
    let empty = folder(&[]);
    let error = documentation.report(spec, &[empty.path().to_path_buf()], Path::new("no.lock")).expect_err("no pages");
    assert!(error.to_string().ends_with("has no `.md` or `.mdx` file"), "{error}");
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let codes = [(None, 0_u8), (Some(Class::Unread), 1), (Some(Class::Words), 3), (Some(Class::Facts), 4)];
    for (class, code) in codes {
        assert_eq!(format!("{:?}", exit_code(class)), format!("{:?}", ExitCode::from(code)));
    }
}

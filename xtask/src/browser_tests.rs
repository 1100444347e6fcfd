//! Tests of HTML pages in a real browser.
//!
//! The tests need Chromium, so that `cargo test` skips them. `cargo xtask ci --only pages` installs Debian's Chromium where
//! possible, and runs them as `cargo test --package xtask browser_tests:: -- --ignored`. The tests write the pages and
//! screenshots into `target/pages`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// Opens a page in the browser. Returns its text, and the path of a screenshot.
fn render(name: &str, html: &str) -> anyhow::Result<(String, PathBuf)> {
    let folder = crate::checkout::root().join("target/pages");
    std::fs::create_dir_all(&folder).context("cannot create target/pages")?;
    let page = folder.join(format!("{name}.html"));
    std::fs::write(&page, html).context("cannot write the page")?;
    let picture = folder.join(format!("{name}.png"));
    let dom = crate::tools::output(&mut browser(&folder, name, &page, &["--dump-dom"]))?;
    let screenshot = format!("--screenshot={}", picture.display());
    crate::tools::output(&mut browser(&folder, name, &page, &[&screenshot, "--window-size=1400,2400"]))?;
    Ok((text_of(&dom), picture))
}

/// Headless Chromium with its own profile, and without network access.
fn browser(folder: &Path, name: &str, page: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--hide-scrollbars",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--virtual-time-budget=30000"]);
    // No name resolves, so that a page that needs the network fails the test.
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command.arg(format!("--user-data-dir={}", folder.join(format!("profile-{name}")).display()));
    command.args(arguments).arg(format!("file://{}", page.display()));
    command
}

/// The visible text of a page: the text between tags, except for scripts and styles.
fn text_of(dom: &str) -> String {
    let mut text = String::new();
    let mut rest = dom;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let hidden = ["script", "style", "title"].into_iter().find(|tag| rest[1..].starts_with(tag));
        let end = match hidden {
            Some(tag) => rest.find(&format!("</{tag}>")).map(|end| end + tag.len() + 3),
            None => rest.find('>').map(|end| end + 1),
        };
        text.push(' ');
        rest = end.map_or("", |end| &rest[end..]);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks that a screenshot is more than a blank page.
fn assert_drawn(picture: &Path) {
    let bytes = std::fs::read(picture).expect("a picture");
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 20_000, "{} is almost empty: {} bytes", picture.display(), bytes.len());
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn the_reference_opens_in_a_browser_and_shows_every_operation() {
    let spec = &crate::specs::SPECS[0];
    let html = crate::docs::html(spec).expect("a page");
    let (text, picture) = render("reference", &html).expect("a browser");
    let document = crate::diff::revision_files::read(spec).expect("a specification");
    for operation in &venue_spec::model::Api::new(&document).operations {
        assert!(text.contains(&operation.summary), "{}: `{}` is missing on the page", operation.id, operation.summary);
        assert!(text.contains(&operation.path), "{}: `{}` is missing on the page", operation.id, operation.path);
    }
    assert!(!text.contains("Something went wrong"), "Redoc failed");
    assert_drawn(&picture);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn a_report_opens_in_a_browser_and_shows_every_change() {
    let report = crate::diff::example();
    let (text, picture) = render("diff", &report.to_html()).expect("a browser");
    assert!(report.changes.len() >= 300, "{} changes are not enough for this test", report.changes.len());
    for entry in &report.changes {
        assert!(text.contains(&entry.change.id), "`{}` is missing on the page", entry.change.id);
    }
    assert_drawn(&picture);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn what_is_typed_into_the_filter_leaves_the_changes_that_contain_it() {
    let report = crate::diff::example();
    let wanted = &report.changes[0].change.id;
    // The command line cannot type into a page. So a script sets the filter, and removes the parts that are hidden
    // afterwards.
    let typed = format!(
        "<script>filter.value = {}; filter.dispatchEvent(new Event('input')); document.querySelectorAll('[hidden]').forEach(part => part.remove());</script></body>",
        serde_json::to_string(wanted).expect("JSON")
    );
    let (text, _) = render("filter", &report.to_html().replace("</body>", &typed)).expect("a browser");
    let shown = report.changes.iter().filter(|entry| text.contains(&entry.change.id)).count();
    assert!(text.contains(wanted.as_str()));
    assert!(shown < 10, "{shown} changes are still visible");
}

#[test]
fn the_text_of_a_page_is_the_text_between_its_tags() {
    assert_eq!(text_of("<p>a &lt; <b>b</b></p><script>if (a < b) { c }</script><style>p { d }</style>e"), "a < b e");
}

//! The pages that people look at, opened in a real browser.
//!
//! The tests need Debian's Chromium, so that `cargo test` leaves them out. `cargo xtask ci --only pages` installs it where that is possible, and
//! runs them: `cargo test --package xtask pages:: -- --ignored`. They write the pages and their pictures into `target/pages`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// A page as the browser drew it: its text, and a picture in `target/pages`.
fn drawn(name: &str, html: &str) -> anyhow::Result<(String, PathBuf)> {
    let folder = crate::checkout::root().join("target/pages");
    std::fs::create_dir_all(&folder).context("target/pages cannot be made")?;
    let page = folder.join(format!("{name}.html"));
    std::fs::write(&page, html).context("the page cannot be written")?;
    let picture = folder.join(format!("{name}.png"));
    let dom = crate::tools::output(&mut browser(&folder, name, &page, &["--dump-dom"]))?;
    let screenshot = format!("--screenshot={}", picture.display());
    crate::tools::output(&mut browser(&folder, name, &page, &[&screenshot, "--window-size=1400,2400"]))?;
    Ok((text_of(&dom), picture))
}

/// Chromium without a window, a profile of its own, and whatever it would ask of the internet.
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
    // Every name leads nowhere: a page that needs the network shows it.
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command.arg(format!("--user-data-dir={}", folder.join(format!("profile-{name}")).display()));
    command.args(arguments).arg(format!("file://{}", page.display()));
    command
}

/// The text between the tags, without scripts and styles, whose text nobody sees.
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

/// A picture that is more than a blank page.
fn assert_drawn(picture: &Path) {
    let bytes = std::fs::read(picture).expect("a picture");
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 20_000, "{} holds next to nothing: {} bytes", picture.display(), bytes.len());
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn the_reference_opens_in_a_browser_and_shows_every_operation() {
    let spec = &crate::specs::SPECS[0];
    let html = crate::docs::html(spec).expect("a page");
    let (text, picture) = drawn("reference", &html).expect("a browser");
    let document = crate::diff::revision_files::read(spec).expect("a specification");
    for operation in &venue_spec::model::Api::new(&document).operations {
        assert!(text.contains(&operation.summary), "{}: `{}` is not to be seen", operation.id, operation.summary);
        assert!(text.contains(&operation.path), "{}: `{}` is not to be seen", operation.id, operation.path);
    }
    assert!(!text.contains("Something went wrong"), "Redoc failed");
    assert_drawn(&picture);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn a_report_opens_in_a_browser_and_shows_every_change() {
    let report = crate::diff::example();
    let (text, picture) = drawn("diff", &report.to_html()).expect("a browser");
    assert!(report.changes.len() >= 300, "{} changes are no test", report.changes.len());
    for entry in &report.changes {
        assert!(text.contains(&entry.change.id), "`{}` is not to be seen", entry.change.id);
    }
    assert_drawn(&picture);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn what_is_typed_into_the_filter_leaves_the_changes_that_contain_it() {
    let report = crate::diff::example();
    let wanted = &report.changes[0].change.id;
    // A page cannot be typed into from the command line: a script types in its stead, and takes away what is no longer shown.
    let typed = format!(
        "<script>filter.value = {}; filter.dispatchEvent(new Event('input')); document.querySelectorAll('[hidden]').forEach(part => part.remove());</script></body>",
        serde_json::to_string(wanted).expect("JSON")
    );
    let (text, _) = drawn("filter", &report.to_html().replace("</body>", &typed)).expect("a browser");
    let shown = report.changes.iter().filter(|entry| text.contains(&entry.change.id)).count();
    assert!(text.contains(wanted.as_str()));
    assert!(shown < 10, "{shown} changes are still to be seen");
}

#[test]
fn the_text_of_a_page_is_what_stands_between_its_tags() {
    assert_eq!(text_of("<p>a &lt; <b>b</b></p><script>if (a < b) { c }</script><style>p { d }</style>e"), "a < b e");
}

//! Tests of the generated HTML pages in a real browser.
//!
//! The tests need Chromium, so that `cargo test` skips them. `cargo xtask ci --only pages` installs Debian's Chromium where
//! possible, and runs them as `cargo test --package xtask browser_tests:: -- --ignored`. The tests write the pages and
//! screenshots into `target/pages`.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// A page as the browser shows it.
struct Shown {
    /// The text that a person sees. The browser leaves out text that the style hides.
    text: String,
    /// The computed font of the first heading.
    font: String,
    /// The number of elements with text that have a size.
    elements: u64,
    /// By how many pixels the page is wider than the window.
    overflow: i64,
}

/// A script that a test adds to a page. The script runs after the page's own scripts, and replaces the page by a JSON description
/// of the displayed text, the font, the number of visible elements and the width of the page.
const DESCRIBE: &str = r#"<script>
setTimeout(() => {
  const root = document.documentElement;
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const hasSize = (element) => element.getBoundingClientRect().width > 0 && element.getBoundingClientRect().height > 0;
  const shown = {
    text: document.body.innerText,
    font: getComputedStyle(document.querySelector('h1')).fontFamily,
    elements: [...document.body.querySelectorAll('*')].filter((element) => hasText(element) && hasSize(element)).length,
    overflow: root.scrollWidth - root.clientWidth,
  };
  const description = document.createElement('pre');
  description.textContent = JSON.stringify(shown);
  document.body.replaceChildren(description);
}, 20000);
</script></body>"#;

/// Opens a page in the browser, and writes a picture of the page into `target/pages`.
fn show(name: &str, html: &str) -> anyhow::Result<Shown> {
    let folder = crate::checkout::root().join("target/pages");
    std::fs::create_dir_all(&folder).context("target/pages cannot be made")?;
    let write = |file: String, html: &str| {
        let page = folder.join(file);
        std::fs::write(&page, html).context("the page cannot be written")?;
        anyhow::Ok(page)
    };
    let page = write(format!("{name}.html"), html)?;
    let (content, end) = html.rsplit_once("</body>").context("the page has no body")?;
    let described = write(format!("{name}.described.html"), &format!("{content}{DESCRIBE}{end}"))?;
    let picture = folder.join(format!("{name}.png"));
    let dom = crate::tools::output(&mut browser(&folder, name, &described, &["--dump-dom"]))?;
    let screenshot = format!("--screenshot={}", picture.display());
    crate::tools::output(&mut browser(&folder, name, &page, &[&screenshot, "--window-size=1400,2400"]))?;
    let json = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).context("the page was not described")?.0;
    let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&");
    let shown: serde_json::Value = serde_json::from_str(&json).context("the description cannot be read")?;
    let text = shown["text"].as_str().context("no text")?;
    Ok(Shown {
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        font: shown["font"].as_str().context("no font")?.to_owned(),
        elements: shown["elements"].as_u64().context("no number of elements")?,
        overflow: shown["overflow"].as_i64().context("no overflow")?,
    })
}

impl Shown {
    /// Checks that the page has its own style and fits into the window, and that it shows at least this number of elements with text.
    fn assert_styled(&self, elements: u64) {
        assert!(!self.font.contains("Times"), "the heading has the browser's default font: {}", self.font);
        assert!(self.elements >= elements, "{} elements with text are shown", self.elements);
        assert!(self.overflow <= 0, "the page is {} pixels wider than the window", self.overflow);
    }
}

/// Chromium without a window and without access to the internet, with a separate profile.
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
    // No host name can be resolved, so that a page that needs the network fails.
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command.arg(format!("--user-data-dir={}", folder.join(format!("profile-{name}")).display()));
    command.args(arguments).arg(format!("file://{}", page.display()));
    command
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn the_reference_opens_in_a_browser_and_shows_every_operation() {
    let spec = &crate::specs::SPECS[0];
    let html = crate::docs::html(spec).expect("a page");
    let shown = show("reference", &html).expect("a browser");
    let text = &shown.text;
    let document = crate::diff::revision_files::read(spec).expect("a specification");
    for operation in &venue_spec::model::Api::new(&document).operations {
        assert!(text.contains(&operation.summary), "{}: `{}` is not shown", operation.id, operation.summary);
        assert!(text.contains(&operation.path), "{}: `{}` is not shown", operation.id, operation.path);
    }
    assert!(!text.contains("Something went wrong"), "Redoc failed");
    shown.assert_styled(1000);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn a_report_opens_in_a_browser_and_shows_every_change() {
    let report = crate::diff::example();
    let shown = show("diff", &report.to_html()).expect("a browser");
    assert!(report.changes.len() >= 300, "{} changes are no test", report.changes.len());
    for entry in &report.changes {
        assert!(shown.text.contains(&entry.change.id), "`{}` is not shown", entry.change.id);
    }
    shown.assert_styled(report.changes.len() as u64);
}

#[test]
#[ignore = "needs Chromium: CI's step `pages` runs it, as does `cargo xtask ci --only pages` here"]
fn the_filter_shows_only_the_changes_that_contain_the_typed_text() {
    let report = crate::diff::example();
    let wanted = &report.changes[0].change.id;
    // Chromium has no command-line option for typing into a page, so that a script types.
    let typed = format!(
        "<script>filter.value = {}; filter.dispatchEvent(new Event('input'));</script></body>",
        serde_json::to_string(wanted).expect("JSON")
    );
    let shown = show("filter", &report.to_html().replace("</body>", &typed)).expect("a browser");
    let count = report.changes.iter().filter(|entry| shown.text.contains(&entry.change.id)).count();
    assert!(shown.text.contains(wanted.as_str()));
    assert!(count < 10, "{count} changes are still shown");
}

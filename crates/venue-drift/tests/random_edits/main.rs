//! Edits pages at random, and requires that each edit is reported at its place.
//!
//! The pages are built from the facts of our own specification, with headers and words of this test, so they contain no text of a vendor.
//! `DRIFT_EDITS=1000` tries more edits.

mod edits;
mod pages;
mod places;

use std::collections::BTreeMap;

use oorandom::Rand64;
use venue_drift::finding::{Class, Finding, Rule};
use venue_drift::lock::Lock;
use venue_drift::markdown::{self, Page};
use venue_drift::profile::Profile;
use venue_drift::{Input, Report, Specification, report};
use venue_spec::Document;

use edits::Edit;
use pages::Site;
use places::Target;

fn specification() -> Document {
    // The path is read at run time, because two checkouts can share a target directory and thus this program.
    let source = std::fs::read_to_string("../../openapi/6mm.yaml").expect("the specification");
    Document::parse("openapi/6mm.yaml", source).expect("a valid specification")
}

fn read(site: &Site) -> Vec<Page> {
    site.render().iter().map(|(name, text)| markdown::read(name, &format!("{name}.md"), text, &["data-at".to_owned()])).collect()
}

fn run(site: &Site, specification: &Document, profile: &Profile, lock: Option<&Lock>) -> Report {
    let pages = read(site);
    report(&Input { lock, ..Input::new(&pages, specification, profile) })
}

#[test]
fn every_random_edit_of_the_pages_is_reported_at_its_place() {
    let count: usize = std::env::var("DRIFT_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(30);
    let specification = specification();
    let mut profile = Profile::parse(pages::PROFILE).expect("a profile");
    let site = Site::new(&Specification::new(&specification, &profile));
    profile.pages = site.page_names();
    pages::add_access(&mut profile, &site);

    let lock = run(&site, &specification, &profile, None).lock;
    let unedited = run(&site, &specification, &profile, Some(&lock));
    assert_eq!(unedited.class(), None, "{}", unedited.to_text());

    let mut random = Rand64::new(20_261_130);
    let mut outcomes: BTreeMap<&'static str, [usize; 3]> = BTreeMap::new();
    for number in 0..count {
        let mut edited = site.clone();
        let edit = Edit::ALL[number % Edit::ALL.len()];
        let Some(target) = edit.apply(&mut edited, &mut random) else { continue };
        let found = run(&edited, &specification, &profile, Some(&lock));
        let outcome = outcome(&found.findings, &target);
        outcomes.entry(edit.name()).or_default()[outcome] += 1;
        assert!(outcome < SILENT, "silent: {} {target:?}", edit.name());
        if outcome == ONLY_SECTION {
            println!("only in the section: {} {target:?}\n{}", edit.name(), found.to_text());
        }
    }
    let total: usize = outcomes.values().flatten().sum();
    let placed: usize = outcomes.values().map(|outcome| outcome[PLACED]).sum();
    println!("{placed} of {total} edits at the right subject and line");
    for (name, [placed, section, _]) in &outcomes {
        println!("  {name}: {placed} placed, {section} only in the section");
    }
    assert!(total * 9 >= count * 8, "only {total} of {count} edits were possible");
    assert!(placed * 100 >= total * 99, "{outcomes:?}");
}

const PLACED: usize = 0;
const ONLY_SECTION: usize = 1;
const SILENT: usize = 2;

/// Whether a finding names the subject and the line of an edit, or only its section, or nothing.
fn outcome(findings: &[Finding], target: &Target) -> usize {
    let names_subject = |finding: &Finding| {
        target.subjects.iter().any(|subject| finding.subject == *subject || finding.operation.as_ref() == Some(subject))
            || matches!(finding.rule, Rule::Unreadable | Rule::PageGone)
            || target.is_text && finding.class == Class::Words
    };
    let is_on_page = |finding: &Finding| finding.place.page == target.page;
    let is_placed = |finding: &Finding| {
        is_on_page(finding) && (target.lines.contains(&finding.place.line) || target.lines.is_empty()) && names_subject(finding)
    };
    if findings.iter().any(is_placed) {
        PLACED
    } else if findings.iter().any(is_on_page) {
        ONLY_SECTION
    } else {
        SILENT
    }
}

//! Formats a report as a self-contained HTML page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::inline_code::inline_code;
use super::labels::{draft, item_name, provenance_folder};
use super::{Entry, Report, reach_tree};
use crate::change::{Class, Edit};
use crate::rust::{ItemChange, RustClass};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn html(report: &Report) -> String {
    let title = format!("{}: {}", report.specification, report.headline());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { code { (report.specification) } }
                    p { (report.headline()) }
                    p.revisions { code { (report.base) } " → " code { (report.head) } }
                    @for note in &report.notes { p.note { (inline_code(note)) } }
                    (counts(report))
                    input #filter type="search" placeholder="operation, field, rule, Rust item" aria-label="Show only changes that contain";
                }
                main {
                    (problems(report))
                    @for class in Class::ALL {
                        @let entries: Vec<&Entry> = report.of_class(class).collect();
                        @if !entries.is_empty() {
                            section class=(class) id=(class) {
                                h2 { (class) " " small { (entries.len()) } }
                                @for entry in entries { (self::entry(report, entry)) }
                            }
                        }
                    }
                    (unexplained(report))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn counts(report: &Report) -> Markup {
    html! {
        ul.counts {
            @for class in Class::ALL {
                li class=(class) { a href={ "#" (class) } { b { (report.of_class(class).count()) } " " (class) } }
            }
            @for changed in report.rust.iter().flat_map(|rust| &rust.crates) {
                li.crate { code { (changed.name) } " " b { (changed.class) } }
            }
        }
    }
}

fn problems(report: &Report) -> Markup {
    html! {
        @if !report.problems.is_empty() {
            section.problems {
                h2 { "provenance problems " small { (report.problems.len()) } }
                details open[report.problems.len() < 8] {
                    summary { "missing and invalid entries below " code { (provenance_folder(&report.specification)) } }
                    ul { @for problem in &report.problems { li { (inline_code(&problem.to_string())) } } }
                }
                @if let Some(draft) = draft(&report.problems) {
                    details.draft {
                        summary {
                            "a template for a new file below " code { (provenance_folder(&report.specification)) } ", with an entry for each cause"
                        }
                        pre { (draft) }
                    }
                }
            }
        }
    }
}

fn entry(report: &Report, entry: &Entry) -> Markup {
    let change = &entry.change;
    let affected = reach_tree::lines(change);
    html! {
        article id=(change.id) {
            h3 { code { (change.subject) } " " (edit(&change.edit)) }
            @if let Some(route) = &change.route { p.route { code { (route) } } }
            p { (inline_code(&change.reason)) ". " @for rule in &change.rules { span.rule { (rule) } " " } }
            p.position { (entry.positions(&report.specification)) " · " (entry.direction()) " · " code { (change.id) } }
            @if let Some(page) = &entry.page { pre.page { (page) } }
            @if let (Some(origin), Some(evidence)) = (entry.origin, &entry.evidence) { p.origin { b { (origin) } ": " (inline_code(evidence)) } }
            @if let Some(reason) = &entry.accepted { p.accepted { b { "accepted" } ": " (inline_code(reason)) } }
            @if !affected.is_empty() { details open[affected.len() < 12] { summary { (affected[0]) } pre { (affected[1..].join("\n")) } } }
            @if let Some(rust) = &entry.rust {
                @if rust.class != RustClass::None || rust.disagreement.is_some() {
                    details open[rust.class == RustClass::Major && rust.items.len() < 12] {
                        summary { "Rust: " b { (rust.class) } @if let Some(words) = &rust.disagreement { ", " (inline_code(words)) } }
                        (items(&rust.items))
                    }
                }
            }
        }
    }
}

fn edit(edit: &Edit) -> Markup {
    match edit {
        Edit::Changed { attribute, from, to } => html! {
            (attribute)
            span.values {
                @if let Some(from) = from { del { (from) } }
                @if let Some(to) = to { ins { (to) } }
            }
        },
        other => inline_code(&other.to_string()),
    }
}

fn unexplained(report: &Report) -> Markup {
    let unexplained = report.unexplained();
    html! {
        @if !unexplained.is_empty() {
            section.unexplained {
                h2 { "changes in Rust that no change of the specification explains " small { (unexplained.len()) } }
                (items(unexplained))
            }
        }
    }
}

fn items(items: &[ItemChange]) -> Markup {
    html! {
        ul.items {
            @for item in items {
                li {
                    code { (item_name(item)) }
                    span.values {
                        @if let Some(from) = &item.from { del { (from) } }
                        @if let Some(to) = &item.to { ins { (to) } }
                    }
                    @if let Some(migration_hint) = &item.migration_hint { p.migration_hint { (inline_code(migration_hint)) } }
                }
            }
        }
    }
}

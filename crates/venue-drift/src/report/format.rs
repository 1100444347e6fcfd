//! The report as text, Markdown and annotations for GitHub Actions.

use super::Report;
use crate::finding::{Class, Finding};

impl Report {
    /// The report for a terminal or a log.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.summary());
        for (class, title) in CLASSES {
            let findings: Vec<&Finding> = self.findings.iter().filter(|finding| finding.class == class).collect();
            if findings.is_empty() {
                continue;
            }
            text.push_str(&format!("\n{title}\n"));
            let mut section = String::new();
            for finding in findings {
                if finding.place.section() != section {
                    section = finding.place.section();
                    text.push_str(&format!("\n  {}\n", section.trim_end_matches('#')));
                }
                text.push_str(&self.finding(finding));
            }
        }
        if !self.diff.is_empty() {
            text.push_str("\nedits of the specification, for `git apply`\n\n");
            text.push_str(&self.diff);
            text.push_str(&format!("\nentry for a file below openapi/changes\n\n{}", self.change_entry()));
        }
        text
    }

    fn summary(&self) -> String {
        let answers = self.sections;
        let mut text = self.specification.clone();
        if !self.version.is_empty() {
            text.push_str(&format!(", version {}", self.version));
        }
        if let Some(reviewed) = self.reviewed_version.as_ref().filter(|reviewed| !reviewed.is_empty() && **reviewed != self.version) {
            text.push_str(&format!(", last review of version {reviewed}"));
        }
        text.push_str(&format!(
            "\n  sections: {} same, {} facts differ, {} words differ, {} unreadable",
            answers.same, answers.facts_differ, answers.words_differ, answers.unreadable
        ));
        let counts: Vec<String> = self.counts.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
        text.push_str(&format!("\n  pages: {}, {}", self.pages, counts.join(", ")));
        if self.deviations > 0 {
            text.push_str(&format!("\n  deviations kept on purpose: {}", self.deviations));
        }
        text
    }

    fn finding(&self, finding: &Finding) -> String {
        let subject = if finding.subject == finding.place.section() { String::new() } else { format!("{}: ", finding.subject) };
        let mut text = format!("    {}: {subject}{}\n", finding.place, finding.message);
        if let Some(line) = finding.specification_line {
            text.push_str(&format!("        {}:{line}", self.specification));
            if let Some(rust) = &finding.rust {
                let name = if self.rust_crate.is_empty() { rust.clone() } else { format!("{}::{rust}", self.rust_crate) };
                text.push_str(&format!(", {name}"));
            }
            text.push('\n');
        }
        text
    }

    /// The prefilled entry for a file below `openapi/changes`.
    pub fn change_entry(&self) -> String {
        let mut sections: Vec<String> =
            self.findings.iter().filter(|finding| finding.edit.is_some()).map(|finding| finding.place.section()).collect();
        sections.dedup();
        let version = if self.version.is_empty() { String::new() } else { format!(", version {}", self.version) };
        let ids: Vec<String> = self.change_ids.iter().map(|id| format!("    {id:?},\n")).collect();
        format!(
            "[[change]]\norigin = \"vendor\"  # or \"correction\"\nevidence = \"docs{version}: {}\"\nids = [\n{}]\n",
            sections.join(", "),
            ids.concat()
        )
    }

    /// The report as a comment for a pull request.
    pub fn to_markdown(&self) -> String {
        let answers = self.sections;
        let mut text = format!(
            "### {}, {} pages\n\n| same | facts differ | words differ | unreadable |\n| --- | --- | --- | --- |\n| {} | {} | {} | {} |\n",
            self.specification, self.pages, answers.same, answers.facts_differ, answers.words_differ, answers.unreadable
        );
        for (class, title) in CLASSES {
            let findings: Vec<&Finding> = self.findings.iter().filter(|finding| finding.class == class).collect();
            if findings.is_empty() {
                continue;
            }
            text.push_str(&format!("\n#### {title}\n\n"));
            for finding in findings {
                let ours = finding.specification_line.map(|line| format!(" (`{}:{line}`)", self.specification)).unwrap_or_default();
                text.push_str(&format!("- `{}` **{}**: {}{ours}\n", finding.place, escaped(&finding.subject), escaped(&finding.message)));
            }
        }
        if !self.diff.is_empty() {
            text.push_str(&format!("\n```diff\n{}```\n\n```toml\n{}```\n", self.diff, self.change_entry()));
        }
        text
    }

    /// One annotation of GitHub Actions for each finding, at the line of the specification if there is one.
    pub fn to_github(&self) -> String {
        let annotation = |finding: &Finding| {
            let level = if finding.class == Class::Words { "warning" } else { "error" };
            let (file, line) = match finding.specification_line {
                Some(line) => (self.specification.as_str(), line),
                None => (finding.place.file.as_str(), finding.place.line),
            };
            let message = format!("{}: {}: {}", finding.place, finding.subject, finding.message);
            format!("::{level} file={file},line={line},title=documentation::{}\n", message.replace('%', "%25").replace('\n', "%0A"))
        };
        self.findings.iter().map(annotation).collect()
    }
}

const CLASSES: [(Class, &str); 3] = [(Class::Unread, "unreadable"), (Class::Facts, "facts differ"), (Class::Words, "words differ")];

fn escaped(text: &str) -> String {
    text.replace('*', "\\*").replace('<', "&lt;")
}

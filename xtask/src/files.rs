//! The one way in which generated files reach the disk, or a diff.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use similar::TextDiff;

/// A file that a command generates.
pub(crate) struct GeneratedFile {
    /// From the repository's top.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl GeneratedFile {
    pub(crate) fn new(path: PathBuf, text: String) -> Self {
        Self { path, text }
    }
}

/// Writes what differs, deletes what nothing generates any more, and says how many files that were.
pub(crate) fn write(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<usize> {
    let changes = changes(root, files)?;
    for Change { path, new, .. } in &changes {
        let (name, path) = (path.display(), root.join(path));
        let Some(text) = new else {
            std::fs::remove_file(&path).with_context(|| format!("cannot delete `{name}`"))?;
            continue;
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder of `{name}`"))?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write `{name}`"))?;
    }
    Ok(changes.len())
}

/// Prints what differs as a unified diff, and says how many files that are. Writes nothing.
pub(crate) fn check(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<usize> {
    let changes = changes(root, files)?;
    for change in &changes {
        print!("{}", change.diff());
    }
    Ok(changes.len())
}

struct Change<'a> {
    path: PathBuf,
    /// `None` if there is no file.
    old: Option<String>,
    /// `None` if there should be none.
    new: Option<&'a str>,
}

impl Change<'_> {
    fn diff(&self) -> String {
        let name = |side: char, text: Option<&str>| text.map_or(String::from("/dev/null"), |_| format!("{side}/{}", self.path.display()));
        let (old, new) = (self.old.as_deref(), self.new);
        TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default())
            .unified_diff()
            .context_radius(3)
            .header(&name('a', old), &name('b', new))
            .to_string()
    }
}

fn changes<'a>(root: &Path, files: &'a [GeneratedFile]) -> anyhow::Result<Vec<Change<'a>>> {
    let mut changes = Vec::new();
    for file in files {
        let old = match std::fs::read_to_string(root.join(&file.path)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", file.path.display())),
        };
        if old.as_ref() != Some(&file.text) {
            changes.push(Change { path: file.path.clone(), old, new: Some(&file.text) });
        }
    }
    for path in stale(root, files)? {
        let old = std::fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read `{}`", path.display()))?;
        changes.push(Change { path, old: Some(old), new: None });
    }
    Ok(changes)
}

/// What lies in a folder called `generated`, and is not.
fn stale(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<Vec<PathBuf>> {
    let wanted: BTreeSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    let folders: BTreeSet<&Path> =
        files.iter().filter_map(|file| file.path.ancestors().find(|folder| folder.ends_with("generated"))).collect();
    let mut stale = Vec::new();
    let mut open: Vec<PathBuf> = folders.into_iter().map(Path::to_path_buf).collect();
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list `{}`", folder.display()))?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else if !wanted.contains(path.as_path()) {
                stale.push(path);
            }
        }
    }
    stale.sort();
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("sixmm-files-{name}-{}", std::process::id()));
        let generated = folder.join("generated/types");
        std::fs::create_dir_all(&generated).expect("a folder");
        std::fs::write(generated.join("old.rs"), "old\n").expect("a file");
        std::fs::write(folder.join("generated/lib.rs"), "one\n").expect("a file");
        folder
    }

    fn files() -> Vec<GeneratedFile> {
        vec![
            GeneratedFile::new("generated/lib.rs".into(), "one\ntwo\n".into()),
            GeneratedFile::new("generated/new.rs".into(), "new\n".into()),
        ]
    }

    #[test]
    fn a_check_shows_what_a_write_would_do_and_does_nothing() {
        let root = folder("check");
        let changes: String = changes(&root, &files()).expect("readable").iter().map(Change::diff).collect();
        insta::assert_snapshot!(changes, @r"
        --- a/generated/lib.rs
        +++ b/generated/lib.rs
        @@ -1 +1,2 @@
         one
        +two
        --- /dev/null
        +++ b/generated/new.rs
        @@ -0,0 +1 @@
        +new
        --- a/generated/types/old.rs
        +++ /dev/null
        @@ -1 +0,0 @@
        -old
        ");
        assert_eq!(check(&root, &files()).expect("readable"), 3);
        assert!(root.join("generated/types/old.rs").exists() && !root.join("generated/new.rs").exists());
    }

    #[test]
    fn after_a_write_nothing_differs_and_nothing_stale_is_left() {
        let root = folder("write");
        assert_eq!(write(&root, &files()).expect("writable"), 3);
        assert!(!root.join("generated/types/old.rs").exists());
        assert_eq!(write(&root, &files()).expect("writable"), 0);
    }
}

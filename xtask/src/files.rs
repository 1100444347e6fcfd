//! Writes generated files to the disk, or prints the differences from the files on the disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use similar::TextDiff;
use venue_codegen::crates::GeneratedFile;

/// The names of folders that hold generated files only. A file in such a folder is deleted if it is no longer generated.
const OUTPUT_FOLDERS: [&str; 2] = ["generated", "snapshots"];

/// Writes the files that differ, and deletes files that are no longer generated. Returns the number of written and deleted files.
///
/// A file never has an incomplete text: first all new texts are written to temporary files (`NAME.new`), then the temporary files
/// are renamed. If the process is killed between two renames, some files have the old text and others the new text. [`check`]
/// reports this, and the next call of this function completes the change.
pub(crate) fn write(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<usize> {
    let changes = changes(root, files)?;
    for step in steps(&changes) {
        step.take(root)?;
    }
    Ok(changes.len())
}

/// The suffix of a temporary file, until it is renamed.
const STAGED: &str = ".new";

/// A file operation on the way from the old files to the new files.
enum Step<'a> {
    Stage { path: &'a Path, text: &'a str },
    Rename { path: &'a Path },
    Delete { path: &'a Path },
}

/// Returns the file operations for all changes. No existing file is changed before all new texts are written.
fn steps<'a>(changes: &'a [Change<'a>]) -> Vec<Step<'a>> {
    let staged = changes.iter().filter_map(|change| Some(Step::Stage { path: &change.path, text: change.new? }));
    let placed = changes.iter().map(|change| match change.new {
        Some(_) => Step::Rename { path: &change.path },
        None => Step::Delete { path: &change.path },
    });
    staged.chain(placed).collect()
}

impl Step<'_> {
    fn take(&self, root: &Path) -> anyhow::Result<()> {
        match self {
            Self::Stage { path, text } => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(root.join(folder))
                        .with_context(|| format!("cannot make the folder of `{}`", path.display()))?;
                }
                stage(&root.join(staged(path)), text).with_context(|| format!("cannot write `{}`", path.display()))
            }
            Self::Rename { path } => {
                std::fs::rename(root.join(staged(path)), root.join(path)).with_context(|| format!("cannot replace `{}`", path.display()))
            }
            Self::Delete { path } => match std::fs::remove_file(root.join(path)) {
                // The file was a temporary file of a killed process, and has already been renamed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                deleted => deleted.with_context(|| format!("cannot delete `{}`", path.display())),
            },
        }
    }
}

/// Writes a file and syncs its content to the disk. Without the sync, a rename could reach the disk before the content.
fn stage(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn staged(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(STAGED);
    PathBuf::from(name)
}

/// Prints the differences as unified diffs, and returns the number of files that differ. Writes nothing.
pub(crate) fn check(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<usize> {
    let changes = changes(root, files)?;
    for change in &changes {
        print!("{}", change.diff());
    }
    Ok(changes.len())
}

struct Change<'a> {
    path: PathBuf,
    /// The text on the disk; `None` if the file does not exist.
    old: Option<String>,
    /// The generated text; `None` if the file is no longer generated.
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
    for path in stale(root, files)?.into_iter().chain(left_over(root, files)) {
        let old = std::fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read `{}`", path.display()))?;
        changes.push(Change { path, old: Some(old), new: None });
    }
    Ok(changes)
}

/// The temporary files that a killed process left beside files outside of the output folders.
fn left_over<'a>(root: &Path, files: &'a [GeneratedFile]) -> impl Iterator<Item = PathBuf> + 'a {
    let root = root.to_owned();
    let outside = files.iter().filter(|file| output_folder(&file.path).is_none());
    outside.map(|file| staged(&file.path)).filter(move |path| root.join(path).is_file())
}

/// The output folder that a file belongs to.
fn output_folder(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|folder| OUTPUT_FOLDERS.iter().any(|name| folder.ends_with(name)))
}

/// The files in output folders that are no longer generated.
fn stale(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<Vec<PathBuf>> {
    let wanted: BTreeSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| output_folder(&file.path)).collect();
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
        let _ = std::fs::remove_dir_all(&folder);
        let generated = folder.join("generated/types");
        std::fs::create_dir_all(&generated).expect("a folder");
        std::fs::write(generated.join("old.rs"), "old\n").expect("a file");
        std::fs::write(folder.join("generated/lib.rs"), "one\n").expect("a file");
        folder
    }

    fn files() -> Vec<GeneratedFile> {
        vec![GeneratedFile::new("generated/lib.rs", "one\ntwo\n".into()), GeneratedFile::new("generated/new.rs", "new\n".into())]
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

    /// Every file below a folder, with its text.
    fn tree(root: &Path) -> Vec<(String, String)> {
        let mut open = vec![root.to_owned()];
        let mut found = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
                if entry.is_dir() {
                    open.push(entry);
                } else {
                    let name = entry.strip_prefix(root).expect("below").display().to_string();
                    found.push((name, std::fs::read_to_string(&entry).expect("a text")));
                }
            }
        }
        found.sort();
        found
    }

    /// Files in a folder called `generated`, and one that is not.
    fn mixed() -> Vec<GeneratedFile> {
        let mut files = files();
        files.push(GeneratedFile::new("mocks/src/generated.rs", "mocks\n".into()));
        files
    }

    #[test]
    fn a_write_that_is_killed_after_any_step_leaves_complete_files_and_the_next_one_completes_it() {
        let reference = folder("killed-reference");
        let before = tree(&reference);
        write(&reference, &mixed()).expect("writable");
        let after = tree(&reference);
        let count = steps(&changes(&folder("killed-count"), &mixed()).expect("readable")).len();
        assert_eq!(count, 3 + 3 + 1, "three texts, three renames and a deletion");
        for killed_after in 0..=count {
            let root = folder(&format!("killed-{killed_after}"));
            let planned = mixed();
            let changes = changes(&root, &planned).expect("readable");
            for step in steps(&changes).into_iter().take(killed_after) {
                step.take(&root).expect("writable");
            }
            for file in tree(&root).into_iter().filter(|(name, _)| !name.ends_with(STAGED)) {
                assert!(before.contains(&file) || after.contains(&file), "after {killed_after} steps: {file:?}");
            }
            let is_done = killed_after == count;
            assert_eq!(check(&root, &planned).expect("readable") == 0, is_done, "after {killed_after} steps");
            write(&root, &planned).expect("writable");
            assert_eq!(tree(&root), after, "after {killed_after} steps");
        }
    }

    #[test]
    fn a_text_that_a_killed_write_has_left_is_reported_although_every_file_is_up_to_date() {
        let root = folder("left");
        write(&root, &mixed()).expect("writable");
        for left in ["generated/lib.rs.new", "mocks/src/generated.rs.new"] {
            std::fs::write(root.join(left), "half a te").expect("a file");
            assert_eq!(check(&root, &mixed()).expect("readable"), 1, "{left}");
            assert_eq!(write(&root, &mixed()).expect("writable"), 1, "{left}");
            assert!(!root.join(left).exists(), "{left}");
        }
    }

    #[test]
    fn after_a_write_nothing_differs_and_nothing_stale_is_left() {
        let root = folder("write");
        assert_eq!(write(&root, &files()).expect("writable"), 3);
        assert!(!root.join("generated/types/old.rs").exists());
        assert_eq!(write(&root, &files()).expect("writable"), 0);
    }
}

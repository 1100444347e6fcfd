//! The checkout on which a command works.

use std::env;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;

use anyhow::Context as _;

/// The root folder of the checkout. Exits the process if there is no checkout.
///
/// The folder is determined at run time and not at build time, because two checkouts with the same `CARGO_TARGET_DIR` share this
/// program.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let found = env::current_dir().context("the current directory cannot be read").and_then(|current| {
            let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
            find(manifest.as_deref(), &current)
        });
        let root = found.unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            process::exit(1)
        });
        if let Some(note) = built_elsewhere(&root, Path::new(env!("CARGO_MANIFEST_DIR"))) {
            eprintln!("{note}");
        }
        root
    })
}

/// Finds the checkout. `manifest` is the folder of the package if cargo started this program, and `current` is the current
/// directory.
fn find(manifest: Option<&Path>, current: &Path) -> anyhow::Result<PathBuf> {
    let of_cargo = manifest.filter(|folder| folder.ends_with("xtask")).and_then(Path::parent);
    let candidates = of_cargo.into_iter().chain(current.ancestors());
    candidates.into_iter().find(|folder| is_checkout(folder)).map(Path::to_path_buf).with_context(|| {
        format!(
            "`{}` is not in a checkout of this project: neither this folder nor one above has `xtask/Cargo.toml` and `openapi/`. Change to \
             the checkout, and run `cargo xtask` there",
            current.display()
        )
    })
}

fn is_checkout(folder: &Path) -> bool {
    folder.join("xtask/Cargo.toml").is_file() && folder.join("openapi").is_dir()
}

/// Returns a warning if this program was built from another checkout with the same target directory, so that its code may differ
/// from the code of this checkout.
fn built_elsewhere(root: &Path, manifest: &Path) -> Option<String> {
    let built = manifest.parent().filter(|built| *built != root && is_checkout(built))?;
    Some(format!(
        "note: this program was built from the code in `{}`, and works on `{}`. If the code of the two differs, use a target directory for each",
        built.display(),
        root.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// Creates a folder that looks like a checkout.
    fn checkout() -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("xtask/src")).expect("a folder");
        fs::create_dir_all(folder.path().join("openapi")).expect("a folder");
        fs::write(folder.path().join("xtask/Cargo.toml"), "").expect("a file");
        folder
    }

    #[test]
    fn the_checkout_in_which_cargo_runs_takes_precedence_over_the_one_that_built_the_program() {
        let (one, other) = (checkout(), checkout());
        for checkout in [&one, &other] {
            let manifest = checkout.path().join("xtask");
            assert_eq!(find(Some(&manifest), &env::temp_dir()).expect("a checkout"), checkout.path());
        }
    }

    #[test]
    fn without_cargo_the_checkout_around_the_current_directory_is_used() {
        let checkout = checkout();
        assert_eq!(find(None, &checkout.path().join("xtask/src")).expect("a checkout"), checkout.path());
    }

    #[test]
    fn another_package_that_cargo_runs_is_not_a_checkout() {
        let (checkout, other) = (checkout(), tempfile::tempdir().expect("a folder"));
        let manifest = other.path().join("tools");
        assert_eq!(find(Some(&manifest), checkout.path()).expect("a checkout"), checkout.path());
    }

    #[test]
    fn without_a_checkout_the_error_states_the_reason_and_the_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = find(None, folder.path()).expect_err("no checkout").to_string();
        assert!(error.contains("has `xtask/Cargo.toml` and `openapi/`"), "{error}");
        assert!(error.ends_with("run `cargo xtask` there"), "{error}");
    }

    #[test]
    fn a_program_that_another_checkout_has_built_prints_a_note() {
        let (one, other) = (checkout(), checkout());
        assert_eq!(built_elsewhere(one.path(), &one.path().join("xtask")), None);
        let note = built_elsewhere(one.path(), &other.path().join("xtask")).expect("a note");
        assert!(note.contains(&other.path().display().to_string()), "{note}");
        // A moved checkout still has its own program.
        assert_eq!(built_elsewhere(one.path(), Path::new("/gone/xtask")), None);
    }
}

//! A small workspace whose crates are published to a registry on the loopback interface.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::CRATES;
use crate::release::cargo_in;

/// The workspace, a clean commit, and Cargo's configuration with the registry in the place of crates.io.
pub(super) struct ReleaseWorkspace {
    folder: TempDir,
    root: PathBuf,
}

impl ReleaseWorkspace {
    pub(super) fn new(index: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("workspace");
        let workspace = Self { folder, root };
        // Above the workspace, so that it also applies to a program beside it.
        let configuration = format!(
            "[source.crates-io]\nreplace-with = \"rehearsal\"\n\n[source.rehearsal]\nregistry = \"{index}\"\n\n\
             [registries.rehearsal]\nindex = \"{index}\"\ntoken = \"for-tests\"\n"
        );
        workspace.write("../.cargo/config.toml", &configuration);
        let dependencies: String =
            CRATES.iter().map(|name| format!("{name} = {{ path = \"crates/{name}\", version = \"0.1.0\" }}\n")).collect();
        workspace.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n\n[workspace.package]\nversion = \"0.1.0\"\n\
                 repository = \"https://example.org/rehearsal\"\n\n\
                 [workspace.dependencies]\n{dependencies}"
            ),
        );
        workspace.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-11-30\n\n- the first release\n");
        workspace.write(".gitignore", "/target\n");
        let [core, api, auth, ext] = CRATES;
        workspace.add_crate(core, &[], "String::from(\"core\")");
        workspace.add_crate(api, &[core], "rehearsal_core::name() + \", api\"");
        workspace.add_crate(auth, &[core], "String::from(\"auth\")");
        workspace.add_crate(ext, &[api, auth], "format!(\"{}, {}\", rehearsal_api::name(), rehearsal_auth::name())");
        workspace.git(&["init", "--quiet", "--initial-branch", "main"]);
        let locked = cargo_in(&workspace.root).args(["generate-lockfile", "--offline"]).output().expect("cargo runs");
        assert!(locked.status.success(), "{}", String::from_utf8_lossy(&locked.stderr));
        workspace.commit("the first commit");
        workspace
    }

    fn add_crate(&self, name: &str, dependencies: &[&str], body: &str) {
        let dependencies: String = dependencies.iter().map(|name| format!("{name}.workspace = true\n")).collect();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion.workspace = true\nedition = \"2024\"\nlicense = \"MIT\"\ndescription = \"A crate of a \
             rehearsal\"\nrepository.workspace = true\n\n[dependencies]\n{dependencies}"
        );
        self.write(&format!("crates/{name}/Cargo.toml"), &manifest);
        for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            self.write(&format!("crates/{name}/{file}"), "text\n");
        }
        self.write(&format!("crates/{name}/src/lib.rs"), &format!("pub fn name() -> String {{ {body} }}\n"));
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file, by its path from the root of the workspace.
    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(&self.root).expect("a folder");
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(super) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root.join(path)).expect("a file");
        assert!(text.contains(from), "`{from}` is in {path}");
        self.write(path, &text.replace(from, to));
    }

    pub(super) fn remove(&self, path: &str) {
        fs::remove_file(self.root.join(path)).expect("a file");
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@example.org"];
        let output = Command::new("git").arg("-C").arg(&self.root).args(identity).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a new program beside the workspace, which depends on a published crate. Returns its output.
    pub(super) fn run_program(&self, dependency: &str, statement: &str) -> String {
        let folder = self.folder.path().join("program");
        fs::create_dir_all(folder.join("src")).expect("a folder");
        let manifest = format!("[package]\nname = \"program\"\nedition = \"2024\"\n\n[dependencies]\n{dependency} = \"0.1.0\"\n");
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
        fs::write(folder.join("src/main.rs"), format!("fn main() {{ {statement} }}\n")).expect("a file");
        let output =
            cargo_in(&folder).args(["run", "--quiet"]).env("CARGO_TARGET_DIR", folder.join("target")).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a text")
    }
}

//! Packages all published crates, and runs the first program of the README with them, outside of the workspace.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::checkout::root;
use crate::published::{PublishedCrate, in_publishing_order, published_crates};
use crate::release;
use crate::tools::{cargo, output, run as run_command};

/// The local exchange of the program: prints its environment variables, and runs until its input is closed.
const EXCHANGE: &str = "\
use secrecy::ExposeSecret as _;
use sixmm_sandbox::{Permissions, Sandbox, User};

#[tokio::main(flavor = \"current_thread\")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().user(User::new(\"alice\")).start().await?;
    let key = sandbox.api_key(\"alice\", Permissions::READ_AND_TRADE)?;
    println!(\"SIXMM_BASE_URL={}\", sandbox.base_url());
    println!(\"SIXMM_API_KEY={}\", key.api_key);
    println!(\"SIXMM_API_SECRET={}\", key.api_secret.expose_secret());
    println!();
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    Ok(())
}
";

/// Packages the crates, checks the files of each package, and runs the program.
pub(super) fn run() -> anyhow::Result<()> {
    let crates = in_publishing_order(published_crates(root())?)?;
    let packages = release::package(root(), &crates, &["--allow-dirty"])?;
    let folder = root().join("target/package-check");
    let unpacked = folder.join("unpacked");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).with_context(|| format!("cannot remove `{}`", unpacked.display()))?;
    }
    fs::create_dir_all(&unpacked).with_context(|| format!("cannot create `{}`", unpacked.display()))?;
    for (one, package) in crates.iter().zip(&packages) {
        output(Command::new("tar").arg("--extract").arg("--gzip").arg("--file").arg(package).arg("--directory").arg(&unpacked))?;
        check_files(&one.name, &files(&unpacked.join(format!("{}-{}", one.name, one.version)))?)?;
    }
    run_program(&crates, &unpacked, &folder.join("target"))
}

/// Builds each crate separately from its package, as `cargo publish` does. This takes minutes for each crate.
pub(super) fn build_each() -> anyhow::Result<()> {
    let crates = published_crates(root())?;
    run_command(cargo().args(["package", "--locked", "--allow-dirty"]).args(crates.iter().flat_map(|one| ["--package", &one.name])))
}

/// Requires the files of a package that a user expects, and rejects files that are only for the repository.
fn check_files(name: &str, files: &[String]) -> anyhow::Result<()> {
    for expected in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"] {
        ensure!(files.iter().any(|file| file == expected), "the package of `{name}` has no {expected}");
    }
    let is_internal = |file: &&String| file.ends_with("public-api.txt") || file.contains("snapshots/") || file.contains("fixtures/");
    // Snapshots of unit tests are in folders of `src`.
    let internal: Vec<&str> = files.iter().filter(is_internal).map(String::as_str).collect();
    ensure!(internal.is_empty(), "the package of `{name}` has files that are only for the repository: {}", internal.join(", "));
    Ok(())
}

/// The files below a folder, by their paths from the folder, with `/` as the separator.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).with_context(|| format!("cannot list `{}`", path.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                files.push(name.display().to_string().replace('\\', "/"));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Runs the first program of the README with the packages, against a local exchange.
fn run_program(crates: &[PublishedCrate], unpacked: &Path, target: &Path) -> anyhow::Result<()> {
    let program = tempfile::tempdir().context("cannot create a folder for the program")?;
    let write = |path: &str, text: &str| {
        let path = program.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(program.path()))?;
        fs::write(path, text)
    };
    let manifest = manifest(crates, unpacked);
    let readme = fs::read_to_string(root().join("README.md")).context("cannot read README.md")?;
    write("Cargo.toml", &manifest)
        .and_then(|()| write("src/bin/exchange.rs", EXCHANGE))
        .and_then(|()| write("src/bin/bot.rs", first_program(&readme).unwrap_or_default()))
        // The dependencies have the versions of this repository.
        .and_then(|()| fs::copy(root().join("Cargo.lock"), program.path().join("Cargo.lock")).map(drop))
        .context("cannot write the program")?;
    run_command(cargo().args(["build", "--manifest-path"]).arg(program.path().join("Cargo.toml")).arg("--target-dir").arg(target))?;

    let exchange = Exchange::start(&target.join("debug/exchange"))?;
    let mut bot = Command::new(target.join("debug/bot"));
    let printed = output(bot.envs(exchange.variables.iter().map(|(name, value)| (name, value))))?;
    print!("{printed}");
    ensure!(printed.starts_with("placed: "), "the first program of the README placed no order");
    Ok(())
}

/// The manifest of a new program that uses each published crate. The crates are the unpacked packages.
fn manifest(crates: &[PublishedCrate], unpacked: &Path) -> String {
    let dependencies: String = crates
        .iter()
        .map(|one| {
            let features = if one.name == "sixmm-sandbox" { ", default-features = false" } else { "" };
            format!("{} = {{ version = \"{}\"{features} }}\n", one.name, one.version)
        })
        .collect();
    let path = |one: &PublishedCrate| -> PathBuf { unpacked.join(format!("{}-{}", one.name, one.version)) };
    let patches: String = crates.iter().map(|one| format!("{} = {{ path = '{}' }}\n", one.name, path(one).display())).collect();
    format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n{dependencies}\
         secrecy = \"0.10\"\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[patch.crates-io]\n{patches}\n[profile.dev]\ndebug = false\n"
    )
}

/// The first program in the README.
fn first_program(readme: &str) -> Option<&str> {
    let (_, code) = readme.split_once("```rust")?;
    code.split_once('\n')?.1.split("```").next()
}

/// A running local exchange, which ends when this value is dropped, because its input is closed.
struct Exchange {
    process: Child,
    variables: Vec<(String, String)>,
}

impl Exchange {
    fn start(program: &Path) -> anyhow::Result<Self> {
        let mut process =
            Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("the local exchange cannot be started")?;
        let printed = process.stdout.take().context("the local exchange has no output")?;
        let mut variables = Vec::new();
        for line in BufReader::new(printed).lines() {
            let line = line.context("the output of the local exchange cannot be read")?;
            let Some((name, value)) = line.split_once('=') else { break };
            variables.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self { process, variables })
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(error) = self.process.wait() {
            eprintln!("warning: the local exchange (process {}) was not stopped: {error}", self.process.id());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_needs_its_licences_and_no_snapshots() {
        let check = |files: &str| {
            let files: Vec<String> = files.split(' ').map(str::to_owned).collect();
            check_files("a", &files).err().map(|error| error.to_string())
        };
        let complete = "Cargo.toml LICENSE-APACHE LICENSE-MIT README.md src/lib.rs";
        assert_eq!(check(complete), None);
        assert_eq!(check(&complete.replace("LICENSE-MIT ", "")), Some(String::from("the package of `a` has no LICENSE-MIT")));
        let error = check(&format!("{complete} public-api.txt")).expect("a file of the repository");
        assert_eq!(error, "the package of `a` has files that are only for the repository: public-api.txt");
    }

    #[test]
    fn the_first_program_of_the_readme_places_an_order() {
        let readme = fs::read_to_string(root().join("README.md")).expect("the README");
        let program = first_program(&readme).expect("a program");
        assert!(program.contains("async fn main()") && program.contains("NewOrder::buy"), "{program}");
    }
}

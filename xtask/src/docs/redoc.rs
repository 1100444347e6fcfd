//! Redoc's script, from npm: one file that depends on nothing else.
//!
//! Its package is taken without its dependencies, which are in the script already; installing it would bring ninety more packages.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::tools::{output, root, run};

/// The newest version that npm can provide: 3.0 depends on a package that is not published.
const VERSION: &str = "2.5.4";

/// What npm says of the package's bytes; another package of the same name and version is refused.
const INTEGRITY: &str = "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==";

const BUNDLE: &str = "package/bundles/redoc.standalone.js";

/// The script, which is fetched first unless this version already was.
pub(super) fn bundle() -> anyhow::Result<String> {
    let folder = root().join(".tools/redoc").join(VERSION);
    let bundle = folder.join(BUNDLE);
    if !bundle.exists() {
        fetch(&folder).with_context(|| format!("cannot fetch Redoc {VERSION}"))?;
    }
    fs::read_to_string(&bundle).with_context(|| format!("cannot read {}", bundle.display()))
}

fn fetch(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let package = format!("redoc@{VERSION}");
    let packed = output(Command::new("npm").args(["pack", "--json", "--silent", "--pack-destination"]).arg(folder).arg(&package))
        .context("npm is needed once; Debian's package for it: npm")?;
    let packed: Value = serde_json::from_str(&packed).context("npm said something else than JSON")?;
    let of = |key: &str| packed[0][key].as_str().with_context(|| format!("npm said nothing of the package's {key}"));
    ensure!(of("integrity")? == INTEGRITY, "npm brought another {package} than the one that is pinned: {}", of("integrity")?);
    run(Command::new("tar").arg("--extract").arg("--file").arg(folder.join(of("filename")?)).arg("--directory").arg(folder).arg(BUNDLE))?;
    Ok(())
}

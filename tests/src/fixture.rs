//! The requests and answers of the vendor's documentation, one readable file each.

use std::fs;
use std::path::{Path, PathBuf};

/// A request as the documentation shows it.
///
/// The file starts with a comment that names its source. The request follows as HTTP writes it; `{host}` stands for the server, and
/// `{version}` for the version of `sixmm-api`. The headers stand in the order of their names.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The file's name without its ending: the operation, and after a dot which variant of it.
    pub name: String,
    text: String,
}

impl Fixture {
    /// The requests of all operations, in the order of their names.
    ///
    /// # Panics
    ///
    /// If a file cannot be read.
    #[must_use]
    pub fn requests() -> Vec<Self> {
        let mut fixtures: Vec<_> = files("requests", "txt").into_iter().map(|(name, text)| Self { name, text }).collect();
        fixtures.sort_by(|one, other| one.name.cmp(&other.name));
        fixtures
    }

    /// The request of this name.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn request(name: &str) -> Self {
        let path = folder("requests").join(format!("{name}.txt"));
        Self { name: name.to_owned(), text: fs::read_to_string(&path).unwrap_or_else(|_| panic!("no fixture {}", path.display())) }
    }

    /// The operation that the request is for.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Whether the vendor shows this request; otherwise its values are ours.
    #[must_use]
    pub fn is_the_vendors(&self) -> bool {
        self.text.starts_with("# The vendor's example:")
    }

    /// The request line.
    #[must_use]
    pub fn request_line(&self) -> &str {
        self.lines().next().unwrap_or_default()
    }

    /// The headers, sent to this host by this version.
    #[must_use]
    pub fn headers(&self, host: &str, version: &str) -> Vec<(String, String)> {
        let headers = self.lines().skip(1).take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(": "));
        headers.map(|(name, value)| (name.to_owned(), value.replace("{host}", host).replace("{version}", version))).collect()
    }

    /// The body; empty if there is none.
    #[must_use]
    pub fn body(&self) -> &str {
        self.text.split_once("\n\n").map_or("", |(_, body)| body.trim_end_matches('\n'))
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().skip_while(|line| line.starts_with('#'))
    }
}

/// The operations whose answer the documentation shows, in the order of their names.
///
/// # Panics
///
/// If a file cannot be read.
#[must_use]
pub fn answered() -> Vec<String> {
    let mut names: Vec<_> = files("answers", "json").into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// The answer that the documentation shows for this operation.
///
/// # Panics
///
/// If it shows none.
#[must_use]
pub fn answer(operation: &str) -> String {
    let path = folder("answers").join(format!("{operation}.json"));
    fs::read_to_string(&path).unwrap_or_else(|_| panic!("no fixture {}", path.display()))
}

/// The success without data of its own that the documentation shows.
///
/// # Panics
///
/// If the file cannot be read.
#[must_use]
pub fn success() -> String {
    fs::read_to_string(folder("success.json")).expect("the documented success")
}

/// The refusal that the documentation shows.
///
/// # Panics
///
/// If the file cannot be read.
#[must_use]
pub fn refusal() -> String {
    fs::read_to_string(folder("refusal.json")).expect("the documented refusal")
}

/// The documented error codes, without success.
///
/// # Panics
///
/// If the file cannot be read, or a line of it is no code.
#[must_use]
pub fn error_codes() -> Vec<i64> {
    let text = fs::read_to_string(folder("error_codes.txt")).expect("the documented error codes");
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.parse().expect("a code")).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn files(name: &str, ending: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder(name)).expect("the folder of fixtures");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == ending));
    paths
        .map(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (stem, fs::read_to_string(&path).expect("a fixture"))
        })
        .collect()
}

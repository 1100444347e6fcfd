//! The requests and responses of the vendor's documentation, in one file each.

use std::fs;
use std::path::PathBuf;

/// A documented request.
///
/// The file starts with a comment that names its source. The request follows in the format of HTTP/1.1, with the headers in alphabetical
/// order. `{host}` is the address of the server, and `{version}` the version of `sixmm-api`.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The name of the file without its extension: the operation, and after a dot the variant of the request.
    pub name: String,
    text: String,
}

impl Fixture {
    /// The requests of all operations, in the order of their names.
    ///
    /// # Panics
    ///
    /// Panics if a file cannot be read.
    #[must_use]
    pub fn requests() -> Vec<Self> {
        let mut fixtures: Vec<_> = files("requests", "txt").into_iter().map(|(name, text)| Self { name, text }).collect();
        fixtures.sort_by(|one, other| one.name.cmp(&other.name));
        fixtures
    }

    /// The request with this name.
    ///
    /// # Panics
    ///
    /// Panics if there is no such file.
    #[must_use]
    pub fn request(name: &str) -> Self {
        let path = folder("requests").join(format!("{name}.txt"));
        Self { name: name.to_owned(), text: fs::read_to_string(&path).unwrap_or_else(|_| panic!("no fixture {}", path.display())) }
    }

    /// The operation of the request.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Whether the documentation contains this request. Otherwise the values are invented.
    #[must_use]
    pub fn is_the_vendors(&self) -> bool {
        self.text.starts_with("# The vendor's example:")
    }

    /// The request line.
    #[must_use]
    pub fn request_line(&self) -> &str {
        self.lines().next().unwrap_or_default()
    }

    /// The headers of a request to this host by this version of the client.
    #[must_use]
    pub fn headers(&self, host: &str, version: &str) -> Vec<(String, String)> {
        let headers = self.lines().skip(1).take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(": "));
        headers.map(|(name, value)| (name.to_owned(), value.replace("{host}", host).replace("{version}", version))).collect()
    }

    /// The body. Empty if the request has none.
    #[must_use]
    pub fn body(&self) -> &str {
        self.text.split_once("\n\n").map_or("", |(_, body)| body.trim_end_matches('\n'))
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().skip_while(|line| line.starts_with('#'))
    }
}

/// The operations with a documented response, in alphabetical order.
///
/// # Panics
///
/// Panics if a file cannot be read.
#[must_use]
pub fn answered() -> Vec<String> {
    let mut names: Vec<_> = files("answers", "json").into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// The documented response of this operation.
///
/// # Panics
///
/// Panics if there is no such file.
#[must_use]
pub fn answer(operation: &str) -> String {
    let path = folder("answers").join(format!("{operation}.json"));
    fs::read_to_string(&path).unwrap_or_else(|_| panic!("no fixture {}", path.display()))
}

/// The documented success without data.
///
/// # Panics
///
/// Panics if the file cannot be read.
#[must_use]
pub fn success() -> String {
    fs::read_to_string(folder("success.json")).expect("the documented success")
}

/// The documented rejection.
///
/// # Panics
///
/// Panics if the file cannot be read.
#[must_use]
pub fn refusal() -> String {
    fs::read_to_string(folder("refusal.json")).expect("the documented refusal")
}

/// The documented error codes, without success.
///
/// # Panics
///
/// Panics if the file cannot be read, or a line is not an error code.
#[must_use]
pub fn error_codes() -> Vec<i64> {
    let text = fs::read_to_string(folder("error_codes.txt")).expect("the documented error codes");
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.parse().expect("a code")).collect()
}

fn folder(name: &str) -> PathBuf {
    crate::folder().join("fixtures").join(name)
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

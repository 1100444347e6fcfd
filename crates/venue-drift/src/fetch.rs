//! Downloads the pages of a documentation into a folder.
//!
//! First the index is read, then each page that it lists. A page that the folder already has is requested with its `ETag`, so an
//! unchanged page costs no download. Between two requests there is a pause. Each request opens its own connection.

mod index;

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use hyper::body::Body as _;
use hyper::header::{ACCEPT, CONNECTION, ETAG, HOST, HeaderMap, IF_NONE_MATCH, RETRY_AFTER, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::time::{sleep, timeout};
use venue_core::http::{ByteStreamConnector, HttpSettings};

use crate::digest::digest;
pub use index::page_names;

/// The limits of a download.
#[derive(Debug, Clone)]
pub struct Fetcher {
    /// The value of the header `User-Agent`.
    pub user_agent: String,
    /// The number of attempts for a page. Only a failed connection, the status 429 and the statuses from 500 are tried again.
    pub attempts: u32,
    /// The pause between two requests, and before the second attempt. The pause doubles with each further attempt.
    pub pause: Duration,
    /// The time limit of an attempt.
    pub timeout: Duration,
    /// The maximum number of bytes of a page.
    pub maximum_bytes: usize,
    /// The maximum number of pages.
    pub maximum_pages: usize,
}

impl Default for Fetcher {
    fn default() -> Self {
        Self {
            user_agent: concat!("venue-drift/", env!("CARGO_PKG_VERSION")).to_owned(),
            attempts: 3,
            pause: Duration::from_millis(500),
            timeout: Duration::from_secs(20),
            maximum_bytes: 1 << 20,
            maximum_pages: 200,
        }
    }
}

/// The longest pause that a server can ask for with `Retry-After`.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The file with the `ETag` of each page.
const TAGS: &str = "etags.json";

/// The result of a download.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The pages that were downloaded.
    pub changed: Vec<String>,
    /// The number of pages that were not changed.
    pub unchanged: usize,
    /// The pages that the index no longer lists. Their files are deleted.
    pub removed: Vec<String>,
}

/// An error of a download.
#[derive(Debug)]
pub struct FetchError {
    url: String,
    reason: String,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot download `{}`: {}", self.url, self.reason)
    }
}

impl std::error::Error for FetchError {}

/// A documentation on the web.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The URL of the documentation without a slash at its end, such as `https://docs.example.com/api`.
    pub root: &'a str,
    /// The path of the index on the host, such as `/llms.txt`.
    pub index: &'a str,
    /// The suffix that selects the Markdown of a page, such as `.md`.
    pub suffix: &'a str,
}

enum Answer {
    Page { text: String, tag: Option<String> },
    Unchanged,
}

/// The reason of a failed attempt, and the pause that the server asked for if another attempt can succeed.
struct Failure {
    reason: String,
    can_be_repeated: bool,
    pause: Option<Duration>,
}

impl Fetcher {
    /// Downloads the index and all pages that are new or changed, and deletes the files of pages that are gone. The file `COMMIT` of the
    /// folder then has a digest of all pages.
    ///
    /// # Errors
    /// Returns the first page that could not be downloaded. The files of earlier pages are kept.
    pub async fn fetch(&self, origin: Origin<'_>, folder: &Path) -> Result<Fetched, FetchError> {
        let (host, path) = split_root(origin.root).ok_or_else(|| error(origin.root, "not a URL with a host"))?;
        let index_url = format!("{host}{}", origin.index);
        let index = match self.get(&index_url, None).await? {
            Answer::Page { text, .. } => text,
            Answer::Unchanged => return Err(error(&index_url, "the server sent no index")),
        };
        let names = page_names(&index, &host, path, origin.suffix);
        if names.is_empty() || names.len() > self.maximum_pages {
            return Err(error(&index_url, &format!("the index lists {} pages below `{path}`", names.len())));
        }
        let mut tags = read_tags(folder);
        let mut fetched = Fetched::default();
        for name in &names {
            sleep(self.pause).await;
            let url = format!("{host}{path}/{name}{}", origin.suffix);
            let file = folder.join(format!("{name}.md"));
            let tag = tags.get(name).filter(|_| file.is_file()).cloned();
            match self.get(&url, tag.as_deref()).await? {
                Answer::Unchanged => fetched.unchanged += 1,
                Answer::Page { text, tag } => {
                    let is_equal = std::fs::read_to_string(&file).is_ok_and(|old| old == text);
                    write(&file, &text)?;
                    match tag {
                        Some(tag) => tags.insert(name.clone(), tag),
                        None => tags.remove(name),
                    };
                    write(&folder.join(TAGS), &serde_json::json!(tags).to_string())?;
                    if is_equal { fetched.unchanged += 1 } else { fetched.changed.push(name.clone()) }
                }
            }
        }
        fetched.removed = remove_others(folder, &names)?;
        tags.retain(|name, _| names.contains(name));
        write(&folder.join(TAGS), &serde_json::json!(tags).to_string())?;
        let texts: String = names.iter().filter_map(|name| std::fs::read_to_string(folder.join(format!("{name}.md"))).ok()).collect();
        write(&folder.join("COMMIT"), &format!("sha256:{}\n", digest(&texts)))?;
        Ok(fetched)
    }

    async fn get(&self, url: &str, tag: Option<&str>) -> Result<Answer, FetchError> {
        let mut pause = self.pause;
        for attempt in 1.. {
            let outcome = match timeout(self.timeout, self.attempt(url, tag)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Failure { reason: "deadline exceeded".to_owned(), can_be_repeated: true, pause: None }),
            };
            match outcome {
                Ok(answer) => return Ok(answer),
                Err(failure) if failure.can_be_repeated && attempt < self.attempts => {
                    sleep(failure.pause.unwrap_or(pause).min(LONGEST_PAUSE)).await;
                    pause *= 2;
                }
                Err(failure) => return Err(error(url, &failure.reason)),
            }
        }
        Err(error(url, "no attempt is allowed"))
    }

    async fn attempt(&self, url: &str, tag: Option<&str>) -> Result<Answer, Failure> {
        let broken = |error: &dyn fmt::Display| Failure { reason: error.to_string(), can_be_repeated: true, pause: None };
        let invalid = |error: &dyn fmt::Display| Failure { reason: error.to_string(), can_be_repeated: false, pause: None };
        let uri: Uri = url.parse().map_err(|error| invalid(&error))?;
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let settings = HttpSettings::new();
        let connector = ByteStreamConnector::new(url, self.timeout, &settings, false).map_err(|error| invalid(&error))?;
        let stream = connector.connect().await.map_err(|error| broken(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
        let mut request = Request::get(uri.path_and_query().map_or("/", |path| path.as_str()))
            .header(HOST, authority)
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT, "text/markdown, text/plain")
            .header(CONNECTION, "close");
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let request = request.body(String::new()).map_err(|error| invalid(&error))?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(|error| broken(&error))?;
            let (head, mut body) = response.into_parts();
            check_status(head.status, &head.headers)?;
            if head.status == StatusCode::NOT_MODIFIED {
                return Ok(Answer::Unchanged);
            }
            let mut bytes = Vec::new();
            while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                if let Some(data) = frame.map_err(|error| broken(&error))?.data_ref() {
                    bytes.extend_from_slice(data);
                }
                if bytes.len() > self.maximum_bytes {
                    return Err(invalid(&format!("the page has more than {} bytes", self.maximum_bytes)));
                }
            }
            let text = String::from_utf8(bytes).map_err(|_| invalid(&"the page is not UTF-8"))?;
            let tag = head.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
            Ok(Answer::Page { text, tag })
        };
        // The connection makes progress only while it is polled.
        tokio::pin!(exchange, connection);
        tokio::select! {
            answer = &mut exchange => answer,
            ended = &mut connection => match ended {
                Ok(()) => exchange.await,
                Err(error) => Err(broken(&error)),
            },
        }
    }
}

fn check_status(status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    if status == StatusCode::OK || status == StatusCode::NOT_MODIFIED {
        return Ok(());
    }
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let target = headers.get(hyper::header::LOCATION).and_then(|location| location.to_str().ok());
    let target = target.map(|target| format!(", which redirects to `{target}`")).unwrap_or_default();
    Err(Failure {
        reason: format!("status {status}{target}"),
        can_be_repeated: status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
        pause: seconds.map(Duration::from_secs),
    })
}

/// Splits a URL into the origin and the path.
fn split_root(root: &str) -> Option<(String, &str)> {
    let (scheme, rest) = root.split_once("://")?;
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    (!host.is_empty()).then(|| (format!("{scheme}://{host}"), path.trim_end_matches('/')))
}

fn error(url: &str, reason: &str) -> FetchError {
    FetchError { url: url.to_owned(), reason: reason.to_owned() }
}

fn read_tags(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join(TAGS)).unwrap_or_default();
    // Without readable tags, all pages are downloaded.
    serde_json::from_str(&text).unwrap_or_default()
}

fn write(file: &Path, text: &str) -> Result<(), FetchError> {
    let write = || {
        file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(file, text)
    };
    write().map_err(|cause| error(&file.display().to_string(), &format!("the file cannot be written: {cause}")))
}

/// Deletes the files of pages that are not in the index.
fn remove_others(folder: &Path, names: &[String]) -> Result<Vec<String>, FetchError> {
    let mut removed = Vec::new();
    let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        let entries = std::fs::read_dir(&current).map_err(|cause| error(&current.display().to_string(), &cause.to_string()))?;
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("").display().to_string().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && !names.contains(&name) {
                std::fs::remove_file(&path).map_err(|cause| error(&path.display().to_string(), &cause.to_string()))?;
                removed.push(name);
            }
        }
    }
    removed.sort();
    Ok(removed)
}

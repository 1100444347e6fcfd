//! One answer of the scripted exchange.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::book;
use crate::model::Standard;

/// An answer as a case file writes it: words, or words with the parts of an HTTP answer. See `tests/cases/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Written {
    Words(String),
    Parts(Parts),
}

/// The parts of an HTTP answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parts {
    /// What else happens: `effect`, `delay 900 ms`, `torn` …
    #[serde(default)]
    r#do: String,
    status: Option<u16>,
    #[serde(default)]
    headers: Vec<String>,
    /// The data of a success in the documented envelope, as JSON.
    data: Option<String>,
    /// The rows of the call's list: what differs from the standard row, as JSON, field by field. A field without a value is left out.
    rows: Option<Vec<BTreeMap<String, String>>>,
    /// What is beside the list, such as `"total":3`.
    #[serde(default)]
    beside: String,
    /// The complete body. Here and in `data`, `\x{D3}` is that byte.
    body: Option<String>,
    /// Everything that is sent, from the status line on; as in `body`. With `torn`, the connection is closed after it.
    raw: Option<String>,
}

/// An answer, ready to be given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// The write takes effect when it arrives.
    pub(crate) effect: bool,
    /// The write takes effect after so many lookups.
    pub(crate) late: Option<usize>,
    /// The answer comes so much later.
    pub(crate) delay: Duration,
    pub(crate) how: How,
}

/// How a request is answered.
#[derive(Clone, Debug, Default)]
pub(crate) enum How {
    /// What the documentation lets expect: the call's success for a write, the truth for a lookup.
    #[default]
    Usual,
    /// What was true before any write took effect.
    Before,
    Http(Http),
    /// The connection is closed instead of an answer.
    Close,
    /// No answer comes; the connection stays open.
    Hang,
}

/// The bytes of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Http {
    pub(crate) status: u16,
    pub(crate) headers: Vec<String>,
    /// `None` is the usual body.
    pub(crate) body: Option<Vec<u8>>,
    /// The body is everything that is sent, from the status line on.
    pub(crate) is_raw: bool,
    /// The connection is closed after half of the body.
    pub(crate) torn: bool,
    /// The body comes byte by byte, with this time between two bytes.
    pub(crate) drip: Option<Duration>,
}

impl Written {
    /// The answer, or what cannot be understood of it.
    pub(crate) fn answer(&self, standard: &Standard) -> Result<Answer, String> {
        match self {
            Self::Words(text) => words(text, None),
            Self::Parts(parts) => words(&parts.r#do, Some(parts.http(standard)?)),
        }
    }
}

fn words(text: &str, mut http: Option<Http>) -> Result<Answer, String> {
    let mut answer = Answer::default();
    for word in text.split(';').map(str::trim).filter(|word| !word.is_empty()) {
        let pieces: Vec<_> = word.split_whitespace().collect();
        let number = |index: usize| pieces[index].parse::<u64>().map_err(|_| format!("{:?} is no number in {word:?}", pieces[index]));
        let status = |index| number(index).map(|number| u16::try_from(number).unwrap_or(u16::MAX));
        let json = |status, body: String| Some(Http { status, body: Some(body.into_bytes()), ..Http::default() });
        let refusal =
            |code: &str, message: &str| code.parse().map(|code| book::refusal(code, message)).map_err(|_| format!("no code in {word:?}"));
        match *pieces {
            ["effect"] => answer.effect = true,
            ["late", _, "lookups"] => answer.late = usize::try_from(number(1)?).ok(),
            ["delay", _, "ms"] => answer.delay = Duration::from_millis(number(1)?),
            ["success" | "truth"] => {}
            ["before"] => answer.how = How::Before,
            ["close"] => answer.how = How::Close,
            ["hang"] => answer.how = How::Hang,
            ["torn"] => http.get_or_insert_with(Http::ok).torn = true,
            ["drip", _, "ms"] => http.get_or_insert_with(Http::ok).drip = Some(Duration::from_millis(number(1)?)),
            ["refusal", code] => http = json(200, refusal(code, "refused by the case")?),
            ["refusal", code, "under", _] => http = json(status(3)?, refusal(code, "refused by the case")?),
            ["timestamp", "refused", code] => http = json(200, refusal(code, TIMESTAMP_REFUSED)?),
            ["timestamp", "refused", code, "under", _] => http = json(status(4)?, refusal(code, TIMESTAMP_REFUSED)?),
            ["expired"] => http = json(200, refusal("1002", "Token expired")?),
            ["html", _] => {
                let headers = vec![String::from("Content-Type: text/html")];
                http = Some(Http { status: status(1)?, headers, body: Some(b"<html>a gateway</html>".to_vec()), ..Http::default() });
            }
            ["empty", _] => http = json(status(1)?, String::new()),
            _ => return Err(format!("{word:?} is no answer")),
        }
    }
    if let Some(http) = http {
        answer.how = How::Http(http);
    }
    Ok(answer)
}

/// The documented words for a timestamp outside of the window.
const TIMESTAMP_REFUSED: &str = "Timestamp outside of tolerance window";

impl Http {
    fn ok() -> Self {
        Self { status: 200, ..Self::default() }
    }
}

impl Parts {
    /// An answer of this status and body.
    pub(crate) fn of(r#do: &str, status: u16, body: &str) -> Self {
        Self { r#do: r#do.to_owned(), status: Some(status), body: Some(body.to_owned()), ..Self::default() }
    }

    fn http(&self, standard: &Standard) -> Result<Http, String> {
        let rows = self.rows.as_ref().map(|rows| standard.list(rows, &self.beside));
        let body = match (self.data.as_ref().or(rows.as_ref()), self.body.as_ref().or(self.raw.as_ref())) {
            (Some(data), None) => Some(raw(&format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"r"}}"#))?),
            (None, Some(body)) => Some(raw(body)?),
            (None, None) => None,
            _ => return Err(String::from("only one of `data` and `body`")),
        };
        Ok(Http { status: self.status.unwrap_or(200), headers: self.headers.clone(), body, is_raw: self.raw.is_some(), ..Http::default() })
    }
}

/// The bytes of a text in which `\x{D3}` is that byte, and `{nested 5000}` an object in an object, so many levels deep.
fn raw(text: &str) -> Result<Vec<u8>, String> {
    if let Some((before, (levels, after))) = text.split_once("{nested ").and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        let levels: usize = levels.parse().map_err(|_| format!("{levels:?} is no number of levels"))?;
        let nested = format!("{}{{}}{}", r#"{"order":"#.repeat(levels - 1), "}".repeat(levels - 1));
        return raw(&format!("{before}{nested}{after}"));
    }
    let mut pieces = text.split("\\x{");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_once('}').ok_or_else(|| format!("no `}}` after {piece:?}"))?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| format!("{digits:?} is no byte"))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(bytes)
}

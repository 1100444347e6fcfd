//! A session's cookies, kept for it alone.

use std::fmt;

use sixmm_api::Secret;
use sixmm_core::reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};

/// Name and value of each cookie that the exchange set. Its name is not documented, so all of them are kept and sent back.
#[derive(Clone, Default)]
pub(crate) struct Cookies(Vec<(String, Secret)>);

impl Cookies {
    /// Takes over what an answer sets, and forgets what it deletes.
    ///
    /// Path, domain and lifetime are not looked at: the jar belongs to one session at one server, and the server is the judge of a cookie
    /// that has expired.
    pub(crate) fn update(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|header| header.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let (name, value) = (name.trim(), value.trim());
            self.0.retain(|(kept, _)| kept != name);
            if !value.is_empty() && !name.is_empty() && !parts.any(is_deletion) {
                self.0.push((name.to_owned(), Secret::from(value)));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `Cookie` header; `None` without a cookie.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        // Moved into the header, so that no copy stays behind.
        let mut text = String::with_capacity(self.0.iter().map(|(name, value)| name.len() + value.expose_secret().len() + 3).sum());
        for (name, value) in &self.0 {
            let between = if text.is_empty() { "" } else { "; " };
            text.extend([between, name, "=", value.expose_secret()]);
        }
        let mut header = HeaderValue::try_from(text).ok().filter(|_| !self.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// `Max-Age=0`, or the beginning of time, which is how servers delete a cookie.
fn is_deletion(attribute: &str) -> bool {
    let Some((name, value)) = attribute.split_once('=') else { return false };
    let (name, value) = (name.trim(), value.trim());
    let is_over = name.eq_ignore_ascii_case("max-age") && value.parse::<i64>().is_ok_and(|seconds| seconds <= 0);
    is_over || (name.eq_ignore_ascii_case("expires") && value.contains("1970"))
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookies({} kept)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(set: &[&str]) -> Cookies {
        let mut cookies = Cookies::default();
        let mut headers = HeaderMap::new();
        for cookie in set {
            headers.append(SET_COOKIE, HeaderValue::from_str(cookie).expect("a header"));
        }
        cookies.update(&headers);
        cookies
    }

    fn header(cookies: &Cookies) -> Option<String> {
        Some(cookies.header()?.to_str().expect("text").to_owned())
    }

    #[test]
    fn what_is_set_is_sent_back_without_its_attributes() {
        let cookies = after(&["sid=abc; Path=/; HttpOnly; Max-Age=3600", "theme=dark"]);
        assert_eq!(header(&cookies).as_deref(), Some("sid=abc; theme=dark"));
    }

    #[test]
    fn a_new_value_replaces_the_old_one_and_a_deletion_removes_it() {
        assert_eq!(header(&after(&["sid=1", "sid=2; Secure"])).as_deref(), Some("sid=2"));
        assert_eq!(header(&after(&["sid=1", "sid=; Max-Age=0"])), None);
        assert_eq!(header(&after(&["sid=1", "sid=x; max-age = 0"])), None);
        assert_eq!(header(&after(&["sid=1", "sid=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])), None);
        assert_eq!(header(&after(&["sid=1; Max-Age=60; Expires=Fri, 01 Jan 2027 00:00:00 GMT"])).as_deref(), Some("sid=1"));
    }

    #[test]
    fn cookies_are_not_printed() {
        let cookies = after(&["sid=hunter2"]);
        assert!(!format!("{cookies:?} {:?}", cookies.header()).contains("hunter2"));
    }
}

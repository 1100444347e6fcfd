//! The cookies of one session, by the rules of RFC 6265 and the server's clock.

use std::fmt;
use std::sync::Arc;

use cookie_store::{Cookie, CookieStore, RawCookie};
use venue_core::reqwest::Url;
use venue_core::reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use venue_core::{Client, Operation, Secret, UnixMillis};

/// The maximum number of stored cookies, which is more than any session needs. When the maximum is reached, further cookies are ignored,
/// but a new value of a stored cookie still replaces the old value.
const MAX_COOKIES: usize = 64;

/// The cookies that the exchange has set. Their names are not documented, so all of them are stored.
///
/// The crate `cookie_store` decides by domain, path and `Secure` which stored cookie a new cookie replaces, and which cookies a request
/// gets. As in browsers, a cookie with `Secure` is also sent over `http://` to this machine, and to no other machine. This type adds two
/// rules:
///
/// - The store contains a number instead of each cookie's value, because the values are secrets. The values are stored separately, and
///   overwritten on drop.
/// - The store contains no expiry times, because it would compare them with this machine's clock. Instead, `Max-Age` and `Expires` are
///   compared with the estimate of the server's clock.
#[derive(Clone)]
pub(super) struct Cookies {
    urls: Arc<Urls>,
    store: CookieStore,
    values: Vec<Value>,
    next_number: u64,
}

/// The URLs whose responses set cookies, and the two operations whose requests send cookies.
struct Urls {
    client: Client,
    refresh: CookieUrl,
    logout: CookieUrl,
}

/// An operation whose requests send cookies, and its URL.
struct CookieUrl {
    operation: &'static Operation,
    url: Url,
}

/// The value of a cookie, which the store knows by its number only.
#[derive(Clone)]
struct Value {
    number: u64,
    secret: Secret,
    expires: Option<UnixMillis>,
}

impl Cookies {
    /// No cookies yet, for the renewals and logouts at the server of this client.
    pub(super) fn new(client: &Client, refresh: &'static Operation, logout: &'static Operation) -> Self {
        let cookie_url = |operation: &'static Operation| CookieUrl { operation, url: client.operation_url(operation) };
        let urls = Arc::new(Urls { client: client.clone(), refresh: cookie_url(refresh), logout: cookie_url(logout) });
        Self { urls, store: CookieStore::default(), values: Vec::new(), next_number: 0 }
    }

    /// Stores the cookies that a response of this operation sets, and removes those that it deletes.
    pub(super) fn update(&mut self, headers: &HeaderMap, operation: &Operation, now: UnixMillis) {
        let url = self.urls.client.operation_url(operation);
        for header in headers.get_all(SET_COOKIE).iter().filter_map(|header| header.to_str().ok()) {
            if let Ok(cookie) = RawCookie::parse(header) {
                self.set(&cookie, &url, now);
            }
        }
        self.remove_outdated(now);
    }

    fn set(&mut self, cookie: &RawCookie<'_>, url: &Url, now: UnixMillis) {
        // One response can replace a cookie several times.
        self.remove_outdated(now);
        let number = self.next_number;
        // Only the needed attributes are copied, and never the value.
        let mut stored = RawCookie::build((cookie.name().to_owned(), number.to_string()));
        if let Some(domain) = cookie.domain() {
            stored = stored.domain(domain.to_owned());
        }
        if let Some(path) = cookie.path() {
            stored = stored.path(path.to_owned());
        }
        let stored = stored.secure(cookie.secure().unwrap_or(false)).build();
        let Ok(stored) = Cookie::try_from_raw_cookie(&stored, url).map(Cookie::into_owned) else { return };
        let expires = expires(cookie, now);
        // Some servers delete a cookie with an empty value, which cannot renew a session.
        if cookie.value().is_empty() || expires.is_some_and(|expires| expires <= now) {
            self.store.remove(&String::from(&stored.domain), &String::from(&stored.path), cookie.name());
        } else if (self.values.len() < MAX_COOKIES || self.is_replacement(&stored)) && self.store.insert(stored, url).is_ok() {
            self.values.push(Value { number, secret: Secret::from(cookie.value()), expires });
            self.next_number += 1;
        }
    }

    /// Whether the new cookie replaces a stored cookie, which then has the same name, domain and path.
    fn is_replacement(&self, cookie: &Cookie<'_>) -> bool {
        let (domain, path) = (String::from(&cookie.domain), String::from(&cookie.path));
        self.store.contains_any(&domain, &path, cookie.name())
    }

    /// Drops the values of cookies that were replaced or deleted. Drops expired cookies with their values.
    fn remove_outdated(&mut self, now: UnixMillis) {
        let numbers: Vec<u64> = self.store.iter_any().filter_map(number).collect();
        self.values.retain(|value| numbers.contains(&value.number) && !value.is_expired(now));
        let is_kept = |cookie: &&Cookie<'_>| number(cookie).is_some_and(|number| self.values.iter().any(|value| value.number == number));
        let name = |cookie: &Cookie<'_>| (String::from(&cookie.domain), String::from(&cookie.path), cookie.name().to_owned());
        let expired: Vec<_> = self.store.iter_any().filter(|cookie| !is_kept(cookie)).map(name).collect();
        for (domain, path, name) in expired {
            self.store.remove(&domain, &path, &name);
        }
    }

    /// Whether a renewal gets a cookie.
    pub(super) fn can_refresh(&self, now: UnixMillis) -> bool {
        !self.matching(&self.urls.refresh.url, now).is_empty()
    }

    /// Whether neither a renewal nor a logout gets a cookie.
    pub(super) fn is_empty(&self, now: UnixMillis) -> bool {
        !self.can_refresh(now) && self.matching(&self.urls.logout.url, now).is_empty()
    }

    /// The `Cookie` header for a request that renews the token or logs out. `None` if no stored cookie belongs to the request, or if the
    /// operation is neither the renewal nor the logout.
    pub(super) fn header(&self, operation: &Operation, now: UnixMillis) -> Option<HeaderValue> {
        let CookieUrl { url, .. } = [&self.urls.refresh, &self.urls.logout].into_iter().find(|of| of.operation.id == operation.id)?;
        let cookies = self.matching(url, now);
        // The text is moved into the header, so that no copy remains in memory.
        let mut text = String::with_capacity(cookies.iter().map(|(name, value)| name.len() + value.expose_secret().len() + 3).sum());
        for (name, value) in &cookies {
            let between = if text.is_empty() { "" } else { "; " };
            text.extend([between, name, "=", value.expose_secret()]);
        }
        let mut header = HeaderValue::try_from(text).ok().filter(|_| !cookies.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }

    /// Names and values in the order of RFC 6265: longer paths first, then as they were set.
    fn matching(&self, url: &Url, now: UnixMillis) -> Vec<(&str, &Secret)> {
        let mut cookies: Vec<_> = self
            .store
            .matches(url)
            .into_iter()
            .filter_map(|cookie| {
                let number = number(cookie)?;
                let value = self.values.iter().find(|value| value.number == number && !value.is_expired(now))?;
                Some((cookie, value))
            })
            .collect();
        cookies.sort_by_key(|(cookie, value)| (std::cmp::Reverse(String::from(&cookie.path).len()), value.number));
        cookies.into_iter().map(|(cookie, value)| (cookie.name(), &value.secret)).collect()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Secret> {
        self.values.iter().map(|value| &value.secret)
    }
}

impl Value {
    fn is_expired(&self, now: UnixMillis) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

fn number(cookie: &Cookie<'_>) -> Option<u64> {
    cookie.value().parse().ok()
}

/// When a cookie expires by the server's clock. `Max-Age` takes precedence over `Expires`. `None` if the cookie lasts as long as the
/// session.
fn expires(cookie: &RawCookie<'_>, now: UnixMillis) -> Option<UnixMillis> {
    if let Some(age) = cookie.max_age() {
        return Some(UnixMillis::new(now.as_millis().saturating_add(age.whole_seconds().saturating_mul(1000))));
    }
    let expires = cookie.expires_datetime()?;
    Some(UnixMillis::new(expires.unix_timestamp().saturating_mul(1000)))
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookies({} stored)", self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use venue_core::reqwest::Method;
    use venue_core::{ClientBuilder, Repeatable};

    use super::*;

    static LOGIN: Operation = operation("login", "/v1/public/user/login");
    static REFRESH_TOKEN: Operation = operation("refresh_token", "/v1/public/user/refresh-token");
    static LOGOUT: Operation = operation("logout", "/v1/private/user/logout");
    static BALANCE: Operation = operation("balance", "/v1/private/user/balance");

    const fn operation(id: &'static str, path: &'static str) -> Operation {
        Operation::new(id, Method::POST, path, "user", &[], None, Repeatable::Once, "")
    }

    /// 2027-01-01, by the server's clock.
    const NOW: UnixMillis = UnixMillis::new(1_798_761_600_000);

    fn server(base_url: &str) -> Cookies {
        let client = ClientBuilder::<Client>::new(base_url, "test").dangerously_allow_plain_http().build().expect("a client");
        Cookies::new(&client, &REFRESH_TOKEN, &LOGOUT)
    }

    fn set(cookies: &mut Cookies, operation: &Operation, values: &[&str]) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(SET_COOKIE, HeaderValue::from_str(value).expect("a header"));
        }
        cookies.update(&headers, operation, NOW);
    }

    /// The cookies after logins that set these values one after another.
    fn after(values: &[&str]) -> Cookies {
        let mut cookies = server("http://127.0.0.1:1");
        for value in values {
            set(&mut cookies, &LOGIN, &[value]);
        }
        cookies
    }

    fn header(cookies: &Cookies, operation: &Operation, now: UnixMillis) -> Option<String> {
        Some(cookies.header(operation, now)?.to_str().expect("text").to_owned())
    }

    fn check(values: &[&str], refresh: Option<&str>) {
        assert_eq!(header(&after(values), &REFRESH_TOKEN, NOW).as_deref(), refresh, "{values:?}");
        assert_eq!(after(values).can_refresh(NOW), refresh.is_some());
    }

    #[test]
    fn a_cookie_is_sent_back_without_its_attributes() {
        check(&["sid=abc; Path=/; HttpOnly; Max-Age=3600", "theme=dark; Path=/"], Some("sid=abc; theme=dark"));
    }

    #[test]
    fn a_new_value_replaces_the_old_one_and_a_deletion_removes_it() {
        check(&["sid=1", "sid=2; Secure"], Some("sid=2"));
        check(&["sid=1", "sid=; Max-Age=0"], None);
        check(&["sid=1", "sid="], None);
        check(&["sid=1", "sid=x; max-age = 0"], None);
        check(&["sid=1", "sid=x; Max-Age=-5"], None);
        check(&["sid=1", "sid=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], None);
        check(&["sid=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], Some("sid=1"));
    }

    #[test]
    fn a_deletion_on_another_path_does_not_remove_the_new_cookie() {
        let mut cookies = after(&["rt=OLD; Path=/"]);
        set(&mut cookies, &REFRESH_TOKEN, &["rt=NEW; Path=/v1/public/user", "rt=; Path=/; Max-Age=0"]);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("rt=NEW"));
        set(&mut cookies, &REFRESH_TOKEN, &["rt=; Path=/; Max-Age=0", "rt=NEWER; Path=/v1/public/user"]);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("rt=NEWER"));
    }

    #[test]
    fn cookies_of_one_name_are_sent_with_the_longer_path_first() {
        check(&["rt=short; Path=/", "rt=long; Path=/v1/public/user"], Some("rt=long; rt=short"));
    }

    #[test]
    fn a_cookie_is_sent_only_to_its_path() {
        check(&["sid=1; Path=/v1/private"], None);
        let cookies = after(&["sid=1; Path=/v1/private", "rt=2; Path=/v1/public/user/refresh-token"]);
        assert_eq!(header(&cookies, &LOGOUT, NOW).as_deref(), Some("sid=1"));
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("rt=2"));
        // A cookie without a path gets the path of the login.
        let cookies = after(&["rt=3"]);
        assert_eq!((header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), header(&cookies, &LOGOUT, NOW)), (Some("rt=3"), None));
    }

    #[test]
    fn only_renewals_and_logouts_get_cookies() {
        assert_eq!(header(&after(&["sid=1; Path=/"]), &BALANCE, NOW), None);
        assert_eq!(header(&after(&["sid=1; Path=/"]), &LOGIN, NOW), None);
    }

    #[test]
    fn a_cookie_expires_by_the_servers_clock() {
        let later = |seconds: i64| UnixMillis::new(NOW.as_millis() + seconds * 1000);
        let cookies = after(&["sid=1; Path=/; Max-Age=60", "rt=2; Path=/; Expires=Fri, 01 Jan 2027 00:02:00 GMT"]);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, later(59)).as_deref(), Some("sid=1; rt=2"));
        assert_eq!(header(&cookies, &REFRESH_TOKEN, later(60)).as_deref(), Some("rt=2"));
        assert!(!cookies.is_empty(later(119)) && cookies.is_empty(later(120)));
        check(&["sid=1; Expires=Thu, 31 Dec 2026 23:59:59 GMT"], None);
    }

    #[test]
    fn a_cookie_of_another_domain_is_not_stored() {
        check(&["sid=1; Domain=example.com"], None);
        let mut cookies = server("https://api.example.com");
        set(&mut cookies, &LOGIN, &["a=1; Domain=example.com", "b=2; Domain=other.example", "c=3; Domain=deep.api.example.com"]);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("a=1"));
    }

    #[test]
    fn a_secure_cookie_is_sent_over_http_to_this_machine_only() {
        for (base_url, expected) in [
            ("https://api.example.com", Some("sid=1")),
            ("http://127.0.0.1:8080", Some("sid=1")),
            ("http://localhost", Some("sid=1")),
            ("http://[::1]:8080", Some("sid=1")),
            ("http://api.example.com", None),
        ] {
            let mut cookies = server(base_url);
            set(&mut cookies, &LOGIN, &["sid=1; Path=/; Secure"]);
            assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), expected, "{base_url}");
        }
    }

    #[test]
    fn a_path_of_the_base_url_is_part_of_the_cookies_path() {
        let mut cookies = server("https://example.com/exchange/");
        set(&mut cookies, &LOGIN, &["a=1; Path=/exchange", "b=2; Path=/other"]);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("a=1"));
    }

    #[test]
    fn a_server_cannot_fill_the_memory_with_cookies() {
        let mut cookies = after(&["rt=mine; Path=/"]);
        for number in 0..1000 {
            set(&mut cookies, &LOGIN, &[&format!("n{number}=v; Path=/")]);
        }
        assert_eq!(cookies.values().count(), MAX_COOKIES);
    }

    /// 64 cookies, the first of which is `rt=old`.
    fn full() -> Cookies {
        let mut cookies = after(&["rt=old; Path=/"]);
        for number in 1..MAX_COOKIES {
            set(&mut cookies, &LOGIN, &[&format!("n{number}=v; Path=/")]);
        }
        assert_eq!(cookies.values().count(), MAX_COOKIES);
        cookies
    }

    fn check_renewed(cookies: &Cookies, expected: &str) {
        let header = header(cookies, &REFRESH_TOKEN, NOW).expect("cookies");
        let sent: Vec<_> = header.split("; ").filter(|cookie| cookie.starts_with("rt=")).collect();
        assert_eq!(sent, [expected]);
        assert_eq!((header.split("; ").count(), cookies.values().count()), (MAX_COOKIES, MAX_COOKIES));
    }

    #[test]
    fn a_new_value_replaces_a_stored_cookie_when_the_store_is_full() {
        let mut cookies = full();
        set(&mut cookies, &REFRESH_TOKEN, &["rt=new; Path=/"]);
        check_renewed(&cookies, "rt=new");
    }

    #[test]
    fn the_last_of_several_new_values_in_one_response_replaces_the_cookie() {
        let mut cookies = full();
        set(&mut cookies, &REFRESH_TOKEN, &["rt=1; Path=/", "more=1; Path=/", "rt=2; Path=/", "rt=3; Path=/"]);
        check_renewed(&cookies, "rt=3");
    }

    #[test]
    fn cookies_that_were_replaced_in_one_response_leave_room_for_others() {
        let mut cookies = server("http://127.0.0.1:1");
        let values: Vec<String> = (0..2 * MAX_COOKIES).map(|number| format!("rt={number}; Path=/")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).chain(["sid=1; Path=/"]).collect();
        set(&mut cookies, &LOGIN, &values);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, NOW).as_deref(), Some("rt=127; sid=1"));
    }

    #[test]
    fn expired_cookies_leave_room_for_others_and_are_removed() {
        let mut cookies = server("http://127.0.0.1:1");
        let values: Vec<String> = (0..MAX_COOKIES).map(|number| format!("n{number}=v; Path=/; Max-Age=60")).collect();
        set(&mut cookies, &LOGIN, &values.iter().map(String::as_str).collect::<Vec<_>>());
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("rt=new; Path=/"));
        let later = UnixMillis::new(NOW.as_millis() + 60_000);
        cookies.update(&headers, &REFRESH_TOKEN, later);
        assert_eq!(header(&cookies, &REFRESH_TOKEN, later).as_deref(), Some("rt=new"));
        assert_eq!((cookies.values().count(), cookies.store.iter_any().count()), (1, 1));
    }

    #[test]
    fn cookies_are_not_printed_and_the_store_does_not_know_their_values() {
        let cookies = after(&["sid=hunter2; Path=/"]);
        assert!(!format!("{cookies:?} {:?} {:?}", cookies.header(&REFRESH_TOKEN, NOW), cookies.store).contains("hunter2"));
    }
}

//! Credentials of a connection.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use venue_core::BoxFuture;
use venue_stream::{Buffering, ConnectAttempt, CredentialError, CredentialSource, Credentials, Settings, TopicSettings};

use crate::network::MemoryNetwork;
use crate::support::secs;
use crate::{builder, expect, next, with_both};

const TOPIC: TopicSettings = TopicSettings::new();
const BUFFER: Buffering = Buffering::lossless(100);

/// Prints the attempts, and returns a function's credentials.
struct Source {
    attempts: Arc<Mutex<Vec<String>>>,
    credentials: fn(u64) -> Result<Credentials, CredentialError>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

impl CredentialSource for Source {
    fn credentials<'a>(&'a self, attempt: &'a ConnectAttempt) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        let previous = attempt.previous.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        self.attempts.lock().expect("the only user").push(format!("{}: {previous}", attempt.connection));
        let credentials = (self.credentials)(attempt.connection);
        async move {
            tokio::task::yield_now().await;
            credentials
        }
        .boxed()
    }
}

fn source(credentials: fn(u64) -> Result<Credentials, CredentialError>) -> (Source, Arc<Mutex<Vec<String>>>) {
    let attempts = Arc::new(Mutex::new(Vec::new()));
    (Source { attempts: Arc::clone(&attempts), credentials }, attempts)
}

#[test]
fn each_attempt_has_its_own_credentials_and_learns_why_the_last_one_failed() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::new(library);
        let (source, attempts) = source(|number| Ok(Credentials::none().query(format!("listenKey=s3cret{number}"))));
        let settings = Settings::new().authentication(secs(5));
        let connection = builder(network, settings).credentials(source).build().expect("valid settings");
        let mut user = connection.subscribe("user", TOPIC, BUFFER);
        let (mut peer, query) = server.accept().await;
        assert_eq!(query.as_deref(), Some("listenKey=s3cret1"));
        peer.send("auth no").await;
        let rejected = "the server rejected the authentication: auth no";
        assert_eq!(next(&mut user).await, format!("disconnected: {rejected}"));
        let (mut peer, query) = server.accept().await;
        assert_eq!(query.as_deref(), Some("listenKey=s3cret2"));
        peer.send("auth ok").await;
        peer.send("user 1").await;
        expect(&mut user, &["connected 2", "subscribed", "update user 1"]).await;
        let attempts = attempts.lock().expect("the only user").clone();
        assert_eq!(attempts, ["1: none".to_owned(), format!("2: {rejected}")]);
        assert!(!format!("{connection:?}").contains("s3cret"));
    });
}

#[test]
fn the_login_message_is_the_first_message() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::new(library);
        let (source, _) = source(|_| Ok(Credentials::none().login("login s3cret")));
        let settings = Settings::new().authentication(secs(5));
        let connection = builder(network, settings).credentials(source).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        let (mut peer, query) = server.accept().await;
        assert_eq!(query, None);
        assert_eq!(peer.next().await.as_deref(), Some("login s3cret"));
        peer.send("auth ok").await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 1", "subscribed"]).await;
    });
}

#[test]
fn without_credentials_the_attempt_is_repeated() {
    with_both(|library| async move {
        let (network, mut server) = MemoryNetwork::new(library);
        let (source, _) = source(|number| match number {
            1 => Err(CredentialError::new("the exchange is down")),
            2 => panic!("a panic of the source, which the test expects"),
            _ => Ok(Credentials::none()),
        });
        let connection = builder(network, Settings::new()).credentials(source).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        expect(&mut a, &["disconnected: no credentials for the connection: the exchange is down"]).await;
        assert_eq!(next(&mut a).await, "disconnected: no credentials for the connection: the source of the credentials panicked");
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        expect(&mut a, &["connected 3", "subscribed"]).await;
    });
}

#[test]
fn a_fatal_error_closes_the_connection() {
    with_both(|library| async move {
        let (network, _server) = MemoryNetwork::new(library);
        let (source, attempts) = source(|_| Err(CredentialError::fatal("logged out")));
        let connection = builder(network, Settings::new()).credentials(source).build().expect("valid settings");
        let mut a = connection.subscribe("a", TOPIC, BUFFER);
        expect(&mut a, &["disconnected: no credentials for the connection: logged out", "closed", "the end"]).await;
        assert_eq!(attempts.lock().expect("the only user").len(), 1);
    });
}

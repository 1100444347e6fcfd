//! Which credentials go with which of the operations, and what is refused before it is sent.

mod support;

use std::fmt::Write as _;

use sixmm_api::{Error, Operation, Undocumented, Veto, VetoKind, operations, types};
use sixmm_auth::{Auth, permission, permissions_of};

use support::{Answer, World, anything, login_request, new_key};

/// Calls it without parameters: the credentials do not depend on them.
async fn call(auth: &Auth, operation: &'static Operation) -> Result<(), Error> {
    auth.client().core().call(operation).send::<types::Envelope<Undocumented>>().await.map(drop)
}

/// What went along, or why nothing went out.
async fn outcome(world: &World, auth: &Auth, operation: &'static Operation) -> String {
    // What else the credentials ask for, they ask for first.
    let _ = auth.sync_clock().await;
    let before = world.server.seen_at(operation.path).len();
    let outcome = call(auth, operation).await;
    let seen = world.server.seen_at(operation.path);
    let Some(request) = seen.get(before) else {
        let error = outcome.expect_err("nothing went out");
        assert!(error.to_string().starts_with(&format!("{operation}: not sent: ")), "{error}");
        let veto = error.veto().expect("a veto");
        return match veto.kind() {
            VetoKind::MissingPermission => String::from("refused: permission"),
            VetoKind::MissingCredentials => String::from("refused"),
            _ => format!("refused: {}", veto.reason()),
        };
    };
    assert_eq!((&*request.path, request.method.as_str()), (operation.path, operation.method.as_str()));
    let is_signed = [request.parameter("timestamp"), request.parameter("signature"), request.header("x-api-key")];
    assert!(is_signed.iter().all(Option::is_some) || is_signed.iter().all(Option::is_none), "half a signature: {request:?}");
    let parts = [is_signed[0].map(|_| "key"), request.header("authorization").map(|_| "token"), request.header("cookie").map(|_| "cookie")];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>();
    if parts.is_empty() { String::from("nothing") } else { parts.join("+") }
}

#[derive(Clone, Copy)]
struct With {
    key: bool,
    session: bool,
}

/// Each operation gets a new client, because a logout ends the session.
async fn auth(world: &World, with: With) -> Auth {
    let builder = world.builder();
    let auth = if with.key { builder.api_key(new_key()).build() } else { builder.build() };
    if with.session {
        auth.session().login(login_request()).await.expect("a session");
    }
    auth
}

#[tokio::test]
async fn each_operation_gets_the_right_credentials() {
    let world = World::issuing(3600, |_| None).await;
    let mut table = format!("{:<26}{:<11}{:<15}{:<15}{}\n", "operation", "key", "session", "both", "neither");
    for operation in operations::ALL {
        write!(table, "{:<26}", operation.id).expect("a string");
        for (key, session, width) in [(true, false, 11), (false, true, 15), (true, true, 15), (false, false, 0)] {
            let auth = auth(&world, With { key, session }).await;
            let outcome = outcome(&world, &auth, operation).await;
            write!(table, "{outcome:<width$}").expect("a string");
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_declared_permission_is_checked_before_anything_is_sent() {
    let world = World::issuing(3600, |_| None).await;
    let mut table = format!("{:<26}{:<8}{:<22}{:<22}{}\n", "operation", "needs", "read", "trade", "read, with a session");
    for operation in operations::ALL.iter().filter(|operation| operation.permission.is_some()) {
        write!(table, "{:<26}{:<8}", operation.id, operation.permission.expect("filtered").0).expect("a string");
        for (permissions, width) in [([permission::READ], 22), ([permission::TRADE], 22)] {
            let auth = world.builder().api_key(new_key()).permissions(&permissions).build();
            write!(table, "{:<width$}", outcome(&world, &auth, operation).await).expect("a string");
        }
        let auth = world.builder().api_key(new_key()).permissions(&permissions_of(1)).build();
        auth.session().login(login_request()).await.expect("a session");
        writeln!(table, "{}", outcome(&world, &auth, operation).await).expect("a string");
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_refusal_names_the_operation_what_it_needs_and_what_to_do() {
    let world = World::new(|_| Answer::refusal(1001, "nothing should come here")).await;
    let mut texts = String::new();
    let mut note = async |title: &str, auth: &Auth, operation| {
        let error = call(auth, operation).await.expect_err("refused");
        writeln!(texts, "{title}\n  {error}\n").expect("a string");
    };
    let neither = auth(&world, With { key: false, session: false }).await;
    let key = auth(&world, With { key: true, session: false }).await;
    let read_only = world.builder().api_key(new_key()).permissions(&[permission::READ]).build();
    let nothing_declared = world.builder().api_key(new_key()).permissions(&[]).build();
    note("no credentials, an order", &neither, &operations::PLACE_ORDER).await;
    note("no credentials, a renewal", &neither, &operations::REFRESH_TOKEN).await;
    note("a key, the keys", &key, &operations::API_KEYS).await;
    note("a key, a logout", &key, &operations::LOGOUT).await;
    note("a key that may read, an order", &read_only, &operations::PLACE_ORDER).await;
    note("a key that may nothing, the balance", &nothing_declared, &operations::USER_ASSET).await;
    insta::assert_snapshot!(texts);
    assert_eq!(world.server.seen().len(), 0);
}

#[tokio::test]
async fn a_key_is_used_after_the_session_has_ended() {
    let world = World::issuing(3600, |_| None).await;
    let both = auth(&world, With { key: true, session: true }).await;
    both.session().logout().await.expect("confirmed");
    assert_eq!(outcome(&world, &both, &operations::USER_ASSET).await, "key");
    let error = call(&both, &operations::API_KEYS).await.expect_err("refused");
    assert!(error.veto().map(Veto::kind) == Some(VetoKind::LoginRequired), "{error}");
}

#[tokio::test]
async fn without_a_declaration_the_server_is_left_to_judge() {
    let world = World::new(|_| anything()).await;
    let key = auth(&world, With { key: true, session: false }).await;
    assert_eq!(outcome(&world, &key, &operations::PLACE_ORDER).await, "key");
}

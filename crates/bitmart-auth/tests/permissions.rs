//! Calls that are rejected before sending because the key is not sufficient.

mod support;

use std::fmt::Write as _;

use bitmart_api::operations::{self, SUBMIT_ORDER, SYSTEM_TIME, WALLET, WITHDRAW};
use bitmart_api::{Operation, Permission, Veto, VetoKind};
use bitmart_auth::{Auth, permission};
use serde_json::json;

use support::{World, call, new_key, new_key_without_memo, success};

const ALL: [Permission; 6] = [
    permission::READ_ONLY,
    permission::SPOT_TRADE,
    permission::WITHDRAW,
    permission::MARGIN_TRADE,
    permission::FUTURE_TRADE,
    permission::SUB_ACCOUNT,
];

async fn is_sent(world: &World, auth: &Auth, operation: &'static Operation) -> bool {
    let before = world.server.seen().len();
    let outcome = call(&auth.client(), operation, Some(&json!({}))).await;
    let is_sent = world.server.seen().len() > before;
    if !is_sent {
        let error = outcome.expect_err("nothing was sent");
        assert_eq!(error.veto().map(Veto::kind), Some(VetoKind::MissingPermission), "{error}");
    }
    is_sent
}

#[tokio::test]
async fn a_key_calls_exactly_the_operations_of_its_declared_permissions() {
    let world = World::new(|_| success(&json!({}))).await;
    let mut counts = String::new();
    for declared in ALL {
        let auth = world.builder().api_key(new_key()).permissions(&[declared]).build();
        auth.sync_clock().await.expect("a clock");
        let mut sent = 0;
        for operation in operations::ALL.iter().copied().filter(|operation| operation.permission.is_some() && !operation.is_removed) {
            let is_sent = is_sent(&world, &auth, operation).await;
            assert_eq!(is_sent, operation.permission == Some(declared), "{operation} with {declared}");
            sent += usize::from(is_sent);
        }
        writeln!(counts, "{declared}: {sent} operations").expect("a string");
    }
    insta::assert_snapshot!(counts);
}

#[tokio::test]
async fn without_a_declaration_only_the_server_checks_permissions() {
    let world = World::new(|_| success(&json!({}))).await;
    assert!(is_sent(&world, &world.with_key(), &WITHDRAW).await);
}

#[tokio::test]
async fn a_key_without_a_memo_is_sufficient_for_keyed_operations() {
    let world = World::new(|_| success(&json!({}))).await;
    let auth = world.builder().api_key(new_key_without_memo()).build();
    call(&auth.client(), &WALLET, None::<&()>).await.expect("a KEYED call");
    let error = call(&auth.client(), &SUBMIT_ORDER, Some(&json!({}))).await.expect_err("a SIGNED call");
    assert_eq!(error.veto().map(Veto::kind), Some(VetoKind::MissingCredentials));
    assert_eq!(world.server.seen().len(), 1);
}

#[tokio::test]
async fn a_public_operation_needs_no_key() {
    let world = World::new(|_| success(&json!({}))).await;
    let auth = world.builder().permissions(&[]).build();
    call(&auth.client(), &SYSTEM_TIME, None::<&()>).await.expect("a public call");
    assert_eq!(world.server.requests().len(), 1);
}

#[tokio::test]
async fn the_error_names_the_operation_its_needs_and_what_to_do() {
    let world = World::new(|_| success(&json!({}))).await;
    let mut texts = String::new();
    let mut note = async |title: &str, auth: Auth, operation| {
        let error = call(&auth.client(), operation, Some(&json!({}))).await.expect_err("rejected");
        writeln!(texts, "{title}\n  {error}\n").expect("a string");
    };
    note("no key, a KEYED operation", world.builder().build(), &WALLET).await;
    note("no key, a SIGNED operation", world.builder().build(), &SUBMIT_ORDER).await;
    note("a key without a memo", world.builder().api_key(new_key_without_memo()).build(), &SUBMIT_ORDER).await;
    let read_only = world.builder().api_key(new_key()).permissions(&[permission::READ_ONLY]).build();
    note("a key with the default permission, a withdrawal", read_only, &WITHDRAW).await;
    note("a key without permissions", world.builder().api_key(new_key()).permissions(&[]).build(), &WALLET).await;
    insta::assert_snapshot!(texts);
    assert_eq!(world.server.requests().len(), 0);
}

//! API keys over HTTP: secrets, limits, status and IP whitelists.

use serde_json::{Value, json};
use sixmm_sandbox::{ApiKey, Sandbox};

use crate::support::{Answer, Call, START, get, key, login, post, start, token};

const CREATE: &str = "/v1/private/user/api-key/create";
const LIST: &str = "/v1/private/user/api-key/list";
const UPDATE: &str = "/v1/private/user/api-key/update";
const DELETE: &str = "/v1/private/user/api-key/delete";
const DELETE_ALL: &str = "/v1/private/user/api-key/delete-all";

/// A logged-in user.
struct Alice {
    sandbox: Sandbox,
    token: String,
}

impl Alice {
    async fn new() -> Self {
        let sandbox = start().await;
        let token = token(&login(&sandbox).await);
        Self { sandbox, token }
    }

    async fn send(&self, call: Call) -> Answer {
        call.token(&self.token).send(&self.sandbox).await
    }

    async fn create(&self, body: Value) -> ApiKey {
        let data = self.send(post(CREATE, body)).await.data();
        let text = |name: &str| data[name].as_str().expect("a key is two texts").to_owned();
        ApiKey { api_key: text("apiKey"), api_secret: text("apiSecret").into() }
    }

    async fn list(&self) -> Vec<Value> {
        self.send(get(LIST)).await.data()["list"].as_array().expect("a list").clone()
    }

    async fn update(&self, mut change: Value) -> Answer {
        change["id"] = self.list().await[0]["id"].clone();
        self.send(post(UPDATE, change).method("PUT")).await
    }

    async fn asset(&self, key: &ApiKey) -> Answer {
        get("/v1/private/user/info").signed(key, START).send(&self.sandbox).await
    }
}

#[tokio::test]
async fn a_new_key_can_sign_and_its_secret_is_returned_once() {
    let alice = Alice::new().await;
    let key = alice.create(json!({ "label": "bot" })).await;
    assert_eq!(alice.asset(&key).await.code(), 0);
    let mut listed = alice.list().await;
    assert_eq!(listed.len(), 1);
    let id = listed[0]["id"].take();
    let expected = json!({
        "id": null, "label": "bot", "apiKey": key.api_key, "permissions": 1, "ipWhitelist": [], "status": 1,
        "createdAt": START, "lastUsedAt": START,
    });
    assert_eq!((id.is_string(), &listed[0]), (true, &expected));
}

#[tokio::test]
async fn a_user_has_at_most_thirty_keys() {
    let alice = Alice::new().await;
    for number in 0..30 {
        alice.create(json!({ "label": format!("key {number}") })).await;
    }
    let error = alice.send(post(CREATE, json!({ "label": "one more" }))).await.summary();
    assert_eq!(error, (200, 2003, "Parameter out of range: a user has at most 30 API keys".to_owned()));
    assert!(alice.sandbox.api_key("bob", sixmm_sandbox::Permissions::READ).is_ok(), "the limit applies to each user separately");
    assert_eq!(alice.send(post(DELETE_ALL, Value::Null)).await.data(), json!({ "deleted": 30 }));
    assert_eq!(alice.list().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_address_outside_of_the_whitelist_is_rejected_with_1006() {
    let alice = Alice::new().await;
    let key = alice.create(json!({ "label": "bot", "ipWhitelist": ["203.0.113.10"] })).await;
    assert_eq!(alice.asset(&key).await.summary(), (401, 1006, "Source IP mismatch".to_owned()));
    assert_eq!(alice.update(json!({ "ipWhitelist": ["203.0.113.10", "127.0.0.1"] })).await.code(), 0);
    assert_eq!(alice.asset(&key).await.code(), 0);
}

#[tokio::test]
async fn a_whitelist_accepts_only_addresses() {
    let alice = Alice::new().await;
    let error = alice.send(post(CREATE, json!({ "label": "bot", "ipWhitelist": ["203.0.113.0/24"] }))).await;
    assert_eq!(error.summary(), (200, 2002, "Invalid parameter value: ipWhitelist must be a list of IP addresses".to_owned()));
}

#[tokio::test]
async fn a_disabled_key_is_rejected_until_it_is_enabled() {
    let alice = Alice::new().await;
    let key = alice.create(json!({ "label": "bot" })).await;
    assert_eq!(alice.update(json!({ "status": 0 })).await.code(), 0);
    assert_eq!(alice.asset(&key).await.summary(), (401, 1003, "API key is disabled".to_owned()));
    assert_eq!(alice.update(json!({ "status": 1 })).await.code(), 0);
    assert_eq!(alice.asset(&key).await.code(), 0);
}

#[tokio::test]
async fn an_update_keeps_the_fields_that_it_omits() {
    let alice = Alice::new().await;
    alice.create(json!({ "label": "bot", "permissions": 3, "ipWhitelist": ["127.0.0.1"] })).await;
    assert_eq!(alice.update(json!({ "label": "renamed" })).await.code(), 0);
    let listed = &alice.list().await[0];
    assert_eq!((&listed["label"], &listed["permissions"], &listed["ipWhitelist"]), (&json!("renamed"), &json!(3), &json!(["127.0.0.1"])));
}

#[tokio::test]
async fn a_deleted_key_is_invalid_and_cannot_be_deleted_again() {
    let alice = Alice::new().await;
    let key = alice.create(json!({ "label": "bot" })).await;
    let delete = post(DELETE, json!({ "id": alice.list().await[0]["id"] }));
    assert_eq!(alice.send(delete.clone()).await.code(), 0);
    assert_eq!(alice.asset(&key).await.summary(), (401, 1003, "Invalid API key".to_owned()));
    assert_eq!(alice.send(delete).await.code(), 2002);
}

#[tokio::test]
async fn a_user_cannot_access_the_keys_of_other_users() {
    let alice = Alice::new().await;
    let bobs = key(&alice.sandbox, "bob");
    assert_eq!(alice.list().await, Vec::<Value>::new());
    // Ids start at 1001, and Bob's key is the first key of this exchange.
    assert_eq!(alice.send(post(DELETE, json!({ "id": "1001" }))).await.code(), 2002);
    assert_eq!(alice.asset(&bobs).await.code(), 0);
}

#[tokio::test]
async fn api_keys_cannot_manage_api_keys() {
    let alice = Alice::new().await;
    let key = key(&alice.sandbox, "alice");
    let calls = [
        post(CREATE, json!({ "label": "x" })),
        get(LIST),
        post(UPDATE, json!({ "id": "1001" })).method("PUT"),
        post(DELETE, json!({ "id": "1001" })),
        post(DELETE_ALL, Value::Null),
    ];
    for call in calls {
        let actual = call.signed(&key, START).send(&alice.sandbox).await.summary();
        assert_eq!(actual, (200, 3006, "Permission denied: this takes the token of a login, not an API key".to_owned()));
    }
}

#[tokio::test]
async fn a_key_can_be_imported_once_and_keeps_its_owner() {
    let alice = Alice::new().await;
    let key = alice.sandbox.import_api_key("alice", "fx_imported", "a secret").expect("a new key");
    for user in ["alice", "bob"] {
        let error = alice.sandbox.import_api_key(user, "fx_imported", "another").expect_err("the key exists").to_string();
        let expected = "Invalid parameter value: apiKey must be new, and this one already exists";
        assert_eq!(error, format!("cannot add an API key for `{user}`: {expected}"));
    }
    assert_eq!(alice.asset(&key).await.data()["userInfo"]["username"], "alice");
    assert_eq!(alice.list().await.len(), 1);
}

#[tokio::test]
async fn an_unusable_key_is_not_imported() {
    let alice = Alice::new().await;
    for (key, secret, field) in
        [("", "secret", "apiKey"), ("fx key", "secret", "apiKey"), ("fx_é", "secret", "apiKey"), ("fx", "", "apiSecret")]
    {
        let error = alice.sandbox.import_api_key("alice", key, secret).expect_err("the key is invalid").to_string();
        assert!(error.starts_with(&format!("cannot add an API key for `alice`: Invalid parameter value: {field} must ")), "{error}");
    }
    assert_eq!(alice.list().await, Vec::<Value>::new());
}

//! API keys: their secrets, permissions and IP whitelists, and the check of signed requests.
//!
//! <https://docs.6mm.com/developer-api/api-key-management>

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use hmac::Hmac;
use rustc_hash::FxHashMap;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::TOLERANCE_MS;
use super::signed_query::SignedQuery;
use crate::UnixMillis;
use crate::api_error::ApiError;
use crate::clock::SkewedClock;
use crate::deterministic_rng::{DeterministicRng, hmac_sha256};
use crate::spec::Permission;

/// Maximum number of API keys of one user. Documented.
const KEYS_PER_USER: usize = 30;

/// An API key with its secret. The exchange reveals the secret only in the response to the request that creates the key.
#[derive(Clone)]
pub struct ApiKey {
    /// Value of the header `X-API-KEY`.
    pub api_key: String,
    /// Secret for signing requests. `Debug` does not print the secret.
    pub api_secret: SecretString,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

/// Permissions of an API key, a bitmask of 1 (read), 2 (trade) and 4 (withdraw, reserved).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u8);

impl Permissions {
    /// Reads the user and the account.
    pub const READ: Self = Self(1);
    /// Places and queries orders and positions.
    pub const TRADE: Self = Self(2);
    /// Reads and trades.
    pub const READ_AND_TRADE: Self = Self(3);

    pub(crate) fn from_wire(sum: i64) -> Result<Self, ApiError> {
        match u8::try_from(sum) {
            Ok(sum @ 1..=7) => Ok(Self(sum)),
            _ => Err(ApiError::out_of_range("Parameter out of range: permissions must be 1 to 7")),
        }
    }

    fn allow(self, permission: Permission) -> bool {
        match permission {
            Permission::None => true,
            Permission::Read => self.0 & 1 != 0,
            Permission::Trade => self.0 & 2 != 0,
        }
    }
}

/// Settings of an API key that is to be created.
pub(crate) struct NewApiKey {
    pub(crate) label: String,
    pub(crate) permissions: Permissions,
    pub(crate) ip_whitelist: Vec<IpAddr>,
}

/// Changes to an API key. A field that is `None` keeps its value.
#[derive(Default)]
pub(crate) struct ApiKeyUpdate {
    pub(crate) label: Option<String>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) ip_whitelist: Option<Vec<IpAddr>>,
    pub(crate) enabled: Option<bool>,
}

/// A stored API key. The entry does not contain the secret, but the HMAC state that was initialised with the secret, because the
/// verification of a signature needs only this state.
struct Entry {
    id: String,
    user: Arc<str>,
    label: String,
    permissions: Permissions,
    ip_whitelist: Vec<IpAddr>,
    enabled: bool,
    created_at: UnixMillis,
    last_used_at: Option<UnixMillis>,
    hmac: Hmac<Sha256>,
}

/// The API keys of all users, by `apiKey`.
pub(crate) struct ApiKeys {
    rng: DeterministicRng,
    last_id: u64,
    entries: FxHashMap<String, Entry>,
}

/// The parts of a request that the check of a signature needs.
pub(crate) struct SignedRequest<'a> {
    pub(crate) api_key: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) from: IpAddr,
}

impl ApiKeys {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: DeterministicRng::new(seed, "api keys"), last_id: 1000, entries: FxHashMap::default() }
    }

    /// Verifies a signed request and returns its signer. The vendor does not document in which order the key, its status, the IP address,
    /// the timestamp and the signature are checked, so the order is the sandbox's choice.
    pub(crate) fn verify(
        &mut self,
        request: &SignedRequest<'_>,
        now: UnixMillis,
        skewed_clock: &SkewedClock<'_>,
    ) -> Result<Signer, ApiError> {
        let Some(entry) = self.entries.get_mut(request.api_key) else {
            return Err(ApiError::invalid_credentials("Invalid API key"));
        };
        if !entry.enabled {
            return Err(ApiError::invalid_credentials("API key is disabled"));
        }
        if !entry.ip_whitelist.is_empty() && !entry.ip_whitelist.contains(&request.from) {
            return Err(ApiError::ip_mismatch());
        }
        let Some(signed) = SignedQuery::new(request.query) else {
            return Err(ApiError::no_credentials("X-API-KEY needs one timestamp and one signature in the query"));
        };
        let Some(timestamp) = signed.timestamp() else {
            return Err(ApiError::invalid_credentials("Invalid timestamp: it must be Unix milliseconds"));
        };
        if skewed_clock.now().as_millis().abs_diff(timestamp.as_millis()) > TOLERANCE_MS.unsigned_abs() {
            return Err(ApiError::outside_of_window());
        }
        let Some(signature) = signed.verify(&entry.hmac, request.body) else {
            return Err(ApiError::invalid_credentials("Invalid signature"));
        };
        entry.last_used_at = Some(now);
        Ok(Signer { user: entry.user.clone(), permissions: entry.permissions, signature, timestamp })
    }

    /// Generates a new key pair and stores it.
    pub(crate) fn create(&mut self, user: &str, new: NewApiKey, now: UnixMillis) -> Result<ApiKey, ApiError> {
        let api_key = format!("fx_{}", &self.rng.hex()[..24]);
        let api_secret = SecretString::from(self.rng.hex());
        self.insert(user, new, ApiKey { api_key, api_secret }, now)
    }

    /// Stores a key pair that was generated elsewhere.
    pub(crate) fn insert(&mut self, user: &str, new: NewApiKey, pair: ApiKey, now: UnixMillis) -> Result<ApiKey, ApiError> {
        if self.keys_of(user).count() >= KEYS_PER_USER {
            return Err(ApiError::out_of_range(format!("Parameter out of range: a user has at most {KEYS_PER_USER} API keys")));
        }
        if pair.api_key.is_empty() || !pair.api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiError::invalid_parameter("Invalid parameter value: apiKey must be visible ASCII characters, at least one"));
        }
        if pair.api_secret.expose_secret().is_empty() {
            return Err(ApiError::invalid_parameter("Invalid parameter value: apiSecret must not be empty"));
        }
        if self.entries.contains_key(&pair.api_key) {
            return Err(ApiError::invalid_parameter("Invalid parameter value: apiKey must be new, and this one already exists"));
        }
        self.last_id += 1;
        let entry = Entry {
            id: self.last_id.to_string(),
            user: user.into(),
            label: new.label,
            permissions: new.permissions,
            ip_whitelist: new.ip_whitelist,
            enabled: true,
            created_at: now,
            last_used_at: None,
            hmac: hmac_sha256(pair.api_secret.expose_secret().as_bytes()),
        };
        self.entries.insert(pair.api_key.clone(), entry);
        Ok(pair)
    }

    /// Returns the keys of a user as the API lists them, oldest first.
    pub(crate) fn list(&self, user: &str) -> Value {
        let mut keys: Vec<(&String, &Entry)> = self.keys_of(user).collect();
        keys.sort_by_key(|(_, entry)| (entry.created_at.as_millis(), entry.id.len(), &entry.id));
        let list: Vec<Value> = keys.into_iter().map(|(api_key, entry)| entry.view(api_key)).collect();
        json!({ "list": list })
    }

    pub(crate) fn update(&mut self, user: &str, id: &str, change: ApiKeyUpdate) -> Result<(), ApiError> {
        let entry = self.entries.values_mut().find(|entry| *entry.user == *user && entry.id == id).ok_or_else(no_such_key)?;
        let ApiKeyUpdate { label, permissions, ip_whitelist, enabled } = change;
        label.into_iter().for_each(|label| entry.label = label);
        permissions.into_iter().for_each(|permissions| entry.permissions = permissions);
        ip_whitelist.into_iter().for_each(|ip_whitelist| entry.ip_whitelist = ip_whitelist);
        enabled.into_iter().for_each(|enabled| entry.enabled = enabled);
        Ok(())
    }

    pub(crate) fn delete(&mut self, user: &str, id: &str) -> Result<(), ApiError> {
        let before = self.entries.len();
        self.entries.retain(|_, entry| *entry.user != *user || entry.id != id);
        if self.entries.len() == before { Err(no_such_key()) } else { Ok(()) }
    }

    /// Deletes all keys of a user and returns their number.
    pub(crate) fn delete_all(&mut self, user: &str) -> usize {
        let before = self.entries.len();
        self.entries.retain(|_, entry| *entry.user != *user);
        before - self.entries.len()
    }

    fn keys_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (&'a String, &'a Entry)> {
        self.entries.iter().filter(move |(_, entry)| *entry.user == *user)
    }
}

/// The user and the permissions of a verified signed request.
pub(crate) struct Signer {
    pub(crate) user: Arc<str>,
    pub(crate) signature: [u8; 32],
    /// Signed timestamp, by the signer's clock.
    pub(crate) timestamp: UnixMillis,
    permissions: Permissions,
}

impl Signer {
    pub(crate) fn require(&self, permission: Permission) -> Result<(), ApiError> {
        if self.permissions.allow(permission) {
            return Ok(());
        }
        Err(ApiError::permission_denied(match permission {
            Permission::Trade => "Permission denied: the API key needs Trade",
            Permission::Read | Permission::None => "Permission denied: the API key needs Read",
        }))
    }
}

impl Entry {
    fn view(&self, api_key: &str) -> Value {
        let addresses: Vec<String> = self.ip_whitelist.iter().map(IpAddr::to_string).collect();
        let mut view = json!({
            "id": self.id,
            "label": self.label,
            "apiKey": api_key,
            "permissions": self.permissions.0,
            "ipWhitelist": addresses,
            "status": i32::from(self.enabled),
            "createdAt": self.created_at.as_millis(),
        });
        if let (Some(at), Some(view)) = (self.last_used_at, view.as_object_mut()) {
            view.insert("lastUsedAt".to_owned(), at.as_millis().into());
        }
        view
    }
}

/// Parses the addresses of a whitelist. The vendor does not document whether a whitelist may contain networks, so only single IP addresses
/// are accepted.
pub(crate) fn parse_ip_whitelist(texts: &[String]) -> Result<Vec<IpAddr>, ApiError> {
    let address = |text: &String| {
        text.parse().map_err(|_| ApiError::invalid_parameter("Invalid parameter value: ipWhitelist must be a list of IP addresses"))
    };
    texts.iter().map(address).collect()
}

fn no_such_key() -> ApiError {
    ApiError::invalid_parameter("Invalid parameter value: id must be the id of one of your API keys")
}

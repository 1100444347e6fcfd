//! API keys.

use sixmm_api::types::ApiKeyId;

use super::group;
use crate::call::{CreateApiKey, DeleteAllApiKeys, DeleteApiKey, ListApiKeys, UpdateApiKey};

group! {
    /// The user's API keys. Needs a login: an API key cannot manage keys.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    ApiKeys
}

impl ApiKeys<'_> {
    /// The keys, without their secrets.
    pub fn list(&self) -> ListApiKeys {
        ListApiKeys::new(self.client)
    }

    /// Makes a key. Its secret is in the answer, and never to be had again.
    pub fn create(&self, label: impl Into<String>) -> CreateApiKey {
        CreateApiKey::new(self.client, label)
    }

    /// Changes a key.
    pub fn update(&self, id: impl Into<ApiKeyId>) -> UpdateApiKey {
        UpdateApiKey::new(self.client, id)
    }

    /// Deletes a key.
    pub fn delete(&self, id: impl Into<ApiKeyId>) -> DeleteApiKey {
        DeleteApiKey::new(self.client, id)
    }

    /// Deletes all of the user's keys.
    pub fn delete_all(&self) -> DeleteAllApiKeys {
        DeleteAllApiKeys::new(self.client)
    }
}

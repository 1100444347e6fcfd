//! API keys: with a login alone.

use sixmm_api::types::{ApiKeyId, ApiKeyList, ApiKeyStatus, CreatedApiKey, DeletedApiKeys};

use super::calls;

calls! {
    /// The user's keys, without their secrets. Documentation:
    /// <https://docs.6mm.com/developer-api/api-key-management#list-api-keys>
    ListApiKeys: ApiKeys / API_KEYS()[] => ApiKeyList {}

    /// Makes a key. Its secret is in the answer, and never to be had again. Documentation:
    /// <https://docs.6mm.com/developer-api/api-key-management#create-api-key>
    CreateApiKey: CreateApiKey / CREATE_API_KEY(label: String)[] => CreatedApiKey {
        /// What the key may do, as a sum: 1 Read, 2 Trade. Without it, Read.
        permissions: i64,
        /// From which addresses it may be used, 20 at most. Without it, from everywhere.
        ip_whitelist: Vec<String>,
    }

    /// Changes a key. What is not set stays. Documentation:
    /// <https://docs.6mm.com/developer-api/api-key-management#update-api-key>
    UpdateApiKey: UpdateApiKey / UPDATE_API_KEY(id: ApiKeyId)[] => () {
        /// Another label.
        label: String,
        /// What the key may do, as a sum: 1 Read, 2 Trade.
        permissions: i64,
        /// From which addresses it may be used, 20 at most.
        ip_whitelist: Vec<String>,
        /// Switches it off or on.
        status: ApiKeyStatus,
    }

    /// Deletes a key. Documentation: <https://docs.6mm.com/developer-api/api-key-management#delete-api-key>
    DeleteApiKey: DeleteApiKey / DELETE_API_KEY()[id: ApiKeyId] => () {}

    /// Deletes all of the user's keys. Documentation:
    /// <https://docs.6mm.com/developer-api/api-key-management#delete-all-api-keys>
    DeleteAllApiKeys: DeleteAllApiKeys / DELETE_ALL_API_KEYS()[] => DeletedApiKeys {}
}

//! Renews and revokes access tokens.

use sixmm_api::operations::{LOGOUT, REFRESH_TOKEN};
use sixmm_api::types::ErrorCode;
use sixmm_api::{BoxFuture, Client, Delivery, Error, Operation, requests};
use venue_core::Client as CoreClient;
use venue_runtime::TokenServer;
use venue_runtime::session::IssuedToken;

/// Renews a token with `POST /v1/public/user/refresh-token`, and revokes it with `POST /v1/private/user/logout`.
pub(crate) struct ApiTokens;

impl TokenServer for ApiTokens {
    fn refresh_operation(&self) -> &'static Operation {
        &REFRESH_TOKEN
    }

    fn logout_operation(&self) -> &'static Operation {
        &LOGOUT
    }

    fn refresh(&self, client: CoreClient) -> BoxFuture<'_, Result<IssuedToken, Error>> {
        Box::pin(async {
            let response = Client::from(client).send(requests::RefreshToken::new()).await?;
            let headers = response.headers().clone();
            let session = response.into_data()?;
            Ok(IssuedToken { secret: session.access_token, expires: session.access_expire, operation: &REFRESH_TOKEN, headers })
        })
    }

    fn logout(&self, client: CoreClient) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Client::from(client).send(requests::Logout::new()).await.map(drop) })
    }

    fn is_renewal_rejected(&self, error: &Error) -> bool {
        let code = error.code().map(ErrorCode::from);
        error.delivery() == Delivery::Rejected
            && matches!(
                code,
                Some(
                    ErrorCode::NoAuthentication
                        | ErrorCode::TokenExpired
                        | ErrorCode::InvalidCredential
                        | ErrorCode::TokenRevoked
                        | ErrorCode::IpMismatch
                )
            )
    }
}

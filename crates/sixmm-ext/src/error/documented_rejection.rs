//! The codes that the documentation lists as rejections.

use sixmm_api::types::ErrorCode;

/// Whether the documentation lists the code as a rejection, so that nothing was executed.
///
/// Three documented codes are not rejections. After 5001 and 5002, the documentation asks the client to reconcile. After 3004 (duplicate
/// request), an earlier copy of the request may have been executed.
pub(crate) fn is_documented_rejection(code: &ErrorCode) -> bool {
    !matches!(
        code,
        ErrorCode::Success | ErrorCode::InternalError | ErrorCode::ServiceUnavailable | ErrorCode::DuplicateRequest | ErrorCode::Unknown(_)
    )
}

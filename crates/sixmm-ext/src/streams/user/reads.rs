//! The requests of the user's state.

use sixmm_api::VetoKind;
use sixmm_api::requests;
use sixmm_api::types::{ErrorCode, OrderId, PositionSide};
use venue_runtime::Items;
use venue_runtime::user_state::{Read, ReadFailure, ReadResult, Rows};

use super::account::SixMmAccount;
use crate::Error;
use crate::call::Call;
use crate::client_inner::ClientInner;

/// Sends a request with the client's quotas and retries.
pub(super) async fn send(client: ClientInner, read: Read) -> ReadResult<SixMmAccount> {
    match read {
        Read::OpenOrders => list(Call::new(&client, requests::CurrentOrders::new()).items(), Rows::Orders).await,
        Read::Order { symbol, id } => {
            let request = requests::Order::new(symbol).order_id(OrderId::from(id));
            match Call::new(&client, request).send().await {
                Ok(order) => ReadResult { rows: Rows::Orders(vec![order]), failure: None },
                Err(error) => ReadResult { rows: Rows::Orders(Vec::new()), failure: Some(failure(&error)) },
            }
        }
        Read::Fills { since } => list(Call::new(&client, requests::Trades::new().start_time(since)).items(), Rows::Fills).await,
        Read::FillsOfOrder { symbol, id } => {
            let request = requests::Trades::new().symbol(symbol).order_id(OrderId::from(id));
            list(Call::new(&client, request).items(), Rows::Fills).await
        }
        Read::Positions => match Call::new(&client, requests::Positions::new()).send().await {
            Ok(list) => {
                let mut failure = (!list.is_complete()).then(|| incomplete("rows of the positions are missing"));
                // A row with an unknown side could be a second row of a known position.
                let (known, unknown): (Vec<_>, Vec<_>) =
                    list.positions.into_iter().partition(|row| !matches!(row.position_side, PositionSide::Unknown(_)));
                if !unknown.is_empty() {
                    failure.get_or_insert(incomplete("a position has an unknown side"));
                }
                ReadResult { rows: Rows::Positions(known), failure }
            }
            Err(error) => ReadResult { rows: Rows::Positions(Vec::new()), failure: Some(failure(&error)) },
        },
        Read::Balance => match Call::new(&client, requests::UserAsset::new()).send().await {
            Ok(asset) => ReadResult { rows: Rows::Balance(Some(asset.user_asset)), failure: None },
            Err(error) => ReadResult { rows: Rows::Balance(None), failure: Some(failure(&error)) },
        },
        // A kind of request that this version does not know.
        _ => ReadResult { rows: Rows::Balance(None), failure: Some(incomplete("unknown request")) },
    }
}

/// Reads all rows of a list. After an unreadable row, the list continues. After any other error, the list ends.
async fn list<T>(mut items: Items<'static, T, Error>, rows: fn(Vec<T>) -> Rows<SixMmAccount>) -> ReadResult<SixMmAccount> {
    let (mut list, mut first_failure) = (Vec::new(), None);
    while let Some(item) = items.next().await {
        match item {
            Ok(row) => list.push(row),
            Err(error) => {
                first_failure.get_or_insert_with(|| failure(&error));
                if error.unreadable_rows().is_empty() {
                    break;
                }
            }
        }
    }
    ReadResult { rows: rows(list), failure: first_failure }
}

fn failure(error: &Error) -> ReadFailure {
    if error.is_not_found() {
        ReadFailure::NotFound
    // A bare HTTP 403 can come from a proxy, so it does not end the reading of this part.
    } else if error.is_code(&ErrorCode::PermissionDenied) || error.veto_kind() == Some(VetoKind::MissingPermission) {
        ReadFailure::NotPermitted(error.to_string())
    } else {
        ReadFailure::Incomplete(error.to_string())
    }
}

fn incomplete(reason: &str) -> ReadFailure {
    ReadFailure::Incomplete(reason.to_owned())
}

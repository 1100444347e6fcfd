//! The calls of the recording, with the same values, as typed requests.

mod funding;
mod futures_queries;
mod futures_writes;
mod margin;
mod spot;
mod sub_accounts;

use crate::Comparison;

pub(crate) async fn send_all(calls: &mut Comparison) {
    funding::send(calls).await;
    margin::send(calls).await;
    spot::send(calls).await;
    futures_queries::send(calls).await;
    futures_writes::send(calls).await;
    sub_accounts::send(calls).await;
}

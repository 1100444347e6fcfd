//! The documented responses.

use std::path::Path;

use bitmart_api::{Operation, Request, operations, requests};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use venue_core::Envelope;

/// Calls a function with each request type that can be sent.
macro_rules! for_each_request {
    ($function:ident: $($request:ident)+) => { vec![$($function::<requests::$request>()),+] };
}

/// The documented response of an operation, from its snapshot.
fn example(operation: &Operation) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/operations");
    let page = std::fs::read_to_string(folder.join(operation.id).with_extension("txt")).expect("a snapshot");
    let response = page.split("\nresponse  ").nth(1).expect("a response");
    let example = response.lines().find_map(|line| line.strip_prefix("  example  "))?;
    Some(example.parse().expect("JSON"))
}

/// Reads and writes the documented response of an operation. Returns the difference, if the operation has one.
fn check<R: Request>() -> (&'static Operation, Result<(), String>)
where
    R::Envelope: Serialize + DeserializeOwned,
{
    (R::OPERATION, difference::<R>())
}

fn difference<R: Request>() -> Result<(), String>
where
    R::Envelope: Serialize + DeserializeOwned,
{
    let example = example(R::OPERATION).ok_or("no documented response")?;
    let reading = R::Envelope::read(example.to_string().as_bytes()).map_err(|error| error.to_string())?;
    let unreadable = reading.unreadable_rows().iter().chain(reading.unreadable_fields()).next().map(ToString::to_string);
    let envelope = reading.into_envelope();
    let written = serde_json::to_value(&envelope).map_err(|error| error.to_string())?;
    if !envelope.is_success() || written != example {
        return Err(format!("written as {written}"));
    }
    if let Some(unreadable) = unreadable {
        return Err(unreadable);
    }
    // Without the strict reader, a documented response would be read twice.
    serde_json::from_value::<R::Envelope>(example).map(drop).map_err(|error| error.to_string())
}

#[test]
fn every_documented_response_is_read_and_written_unchanged() {
    #[rustfmt::skip]
    let checked = for_each_request!(check:
        SystemTime Wallet DepositAddress WithdrawAddresses DepositWithdrawHistory DepositWithdrawRecord SpotWallet WithdrawQuota
        Withdraw BasicFeeRate TradeFeeRate IsolatedMarginAccounts TransferIsolatedMargin SubmitOrder SubmitBatchOrders
        CancelOrder CancelOrders SubmitMarginOrder Order OrderByClientOrderId OpenOrders OrderHistory Trades OrderTrades
        BorrowIsolatedMargin RepayIsolatedMargin IsolatedMarginLoans IsolatedMarginRepayments IsolatedMarginPairs FuturesAssets
        FuturesTradeFeeRate FuturesOrder FuturesOrderHistory FuturesOpenOrders FuturesPlanOrders FuturesPositions
        FuturesPositionsV2 FuturesPositionRisk FuturesTrades FuturesTransactions FuturesTransfers TransferFutures
        SubmitFuturesOrder ModifyFuturesLimitOrder CancelFuturesOrder CancelAllFuturesOrders SubmitFuturesPlanOrder
        CancelFuturesPlanOrder SubmitFuturesTpSlOrder ModifyFuturesPlanOrder ModifyFuturesPresetPlanOrder ModifyFuturesTpSlOrder
        SubmitFuturesTrailingOrder CancelFuturesTrailingOrder CancelAllFuturesOrdersAfter FuturesPositionMode
        SetFuturesPositionMode TransferMainToSub TransferSubToMain TransferSubToMainAsSub TransferSubToSub SubAccountTransfers
        AccountTransfers SubAccountWallet SubAccounts TransferFuturesMainToSub TransferFuturesSubToMain
        TransferFuturesSubToMainAsSub SubAccountFuturesWallet SubAccountFuturesTransfers AccountFuturesTransfers
    );
    let sendable: Vec<&str> = operations::ALL.iter().filter(|operation| !operation.is_removed).map(|operation| operation.id).collect();
    assert_eq!(checked.iter().map(|(operation, _)| operation.id).collect::<Vec<_>>(), sendable, "every operation is checked");
    let differences = checked.iter().filter_map(|(operation, result)| Some(format!("{}: {}", operation.id, result.as_ref().err()?)));
    // The example has an empty text for a price that is not set. The field is `None`, and the text is kept and written.
    assert_eq!(
        differences.collect::<Vec<_>>(),
        ["futures_order_history: data[0].preset_stop_loss_price: an empty text where a decimal of at most 28 digits is expected"]
    );
}

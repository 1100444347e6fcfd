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
    let response = page.split("\nanswer  ").nth(1).expect("a response");
    let example = response.lines().find_map(|line| line.strip_prefix("  example  "))?;
    Some(example.parse().expect("JSON"))
}

/// Reads and writes the documented response of an operation. Returns whether there is one.
fn check<R: Request>() -> (&'static Operation, bool)
where
    R::Envelope: Serialize + DeserializeOwned,
{
    let operation = R::OPERATION;
    let Some(example) = example(operation) else { return (operation, false) };
    let reading = R::Envelope::read(example.to_string().as_bytes()).unwrap_or_else(|error| panic!("{operation}: {error}"));
    assert!(reading.is_complete() && reading.unreadable_fields().is_empty(), "{operation}: {:?}", reading.unreadable_rows());
    let envelope = reading.into_envelope();
    assert!(envelope.is_success(), "{operation}");
    assert_eq!(serde_json::to_value(&envelope).expect("written"), example, "{operation}");
    // Without the strict reader, a documented response would be read twice.
    let strict: R::Envelope = serde_json::from_value(example.clone()).unwrap_or_else(|error| panic!("{operation}: {error}"));
    assert_eq!(serde_json::to_value(&strict).expect("written"), example, "{operation}");
    (operation, true)
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
    let without_example: Vec<&str> = checked.iter().filter(|(_, has_example)| !has_example).map(|(operation, _)| operation.id).collect();
    assert_eq!(without_example, [""; 0], "operations without a documented response");
}

//! Calls of isolated margin.

use bitmart_api::requests;

use crate::{Comparison, decimal};

pub(crate) async fn send(calls: &mut Comparison) {
    calls
        .send(
            "APIMarginLoan.margin_borrow_isolated(symbol, currency, amount)",
            requests::BorrowIsolatedMargin::new("BTC_USDT", "BTC", decimal("1")),
        )
        .await;
    calls
        .send(
            "APIMarginLoan.margin_repay_isolated(symbol, currency, amount)",
            requests::RepayIsolatedMargin::new("BTC_USDT", "BTC", decimal("1")),
        )
        .await;
    calls
        .send(
            "APIMarginLoan.borrow_record_isolated(symbol, borrow_id, start_time, end_time, n)",
            requests::IsolatedMarginLoans::new("BTC_USDT")
                .borrow_id("12345")
                .n(50)
                .start_time(1_682_239_502_394)
                .end_time(1_682_239_507_394),
        )
        .await;
    calls.send("APIMarginLoan.borrow_record_isolated(symbol)", requests::IsolatedMarginLoans::new("BTC_USDT")).await;
    calls
        .send(
            "APIMarginLoan.repayment_record_isolated(symbol, repay_id, currency, start_time, end_time, n)",
            requests::IsolatedMarginRepayments::new("BTC_USDT")
                .repay_id("12345")
                .currency("BTC")
                .n(50)
                .start_time(1_682_239_502_394)
                .end_time(1_682_239_507_394),
        )
        .await;
    calls.send("APIMarginLoan.repayment_record_isolated(symbol)", requests::IsolatedMarginRepayments::new("BTC_USDT")).await;
    calls
        .send("APIMarginLoan.trading_pair_borrowing_rate_and_amount(symbol)", requests::IsolatedMarginPairs::new().symbol("BTC_USDT"))
        .await;
    calls.send("APIMarginLoan.trading_pair_borrowing_rate_and_amount()", requests::IsolatedMarginPairs::new()).await;
}

//! Calls of the funding account, fees, transfers to isolated margin, and the system time.

use bitmart_api::requests;
use bitmart_api::types::{DepositOrWithdraw, MarginTransferDirection, WithdrawAccountType};

use crate::{Comparison, decimal};

pub(crate) async fn send(calls: &mut Comparison) {
    calls.send("APISystem.get_system_time()", requests::SystemTime::new()).await;
    calls
        .send("APIAccount.get_wallet(currency, need_usd_valuation)", requests::Wallet::new().currency("USDT").need_usd_valuation(true))
        .await;
    calls.send("APIAccount.get_wallet(need_usd_valuation)", requests::Wallet::new().need_usd_valuation(false)).await;
    calls.send("APIAccount.get_wallet()", requests::Wallet::new()).await;
    calls.send("APIAccount.get_deposit_address(currency)", requests::DepositAddress::new("USDT-TRC20")).await;
    calls.send("APIAccount.get_withdraw_address()", requests::WithdrawAddresses::new()).await;
    calls.send("APIAccount.get_withdraw_charge(currency)", requests::WithdrawQuota::new("BTC")).await;
    calls
        .send(
            "APIAccount.post_withdraw_apply(currency, amount, destination, address, address_memo)",
            requests::Withdraw::new("USDT-TRC20", decimal("100.000"))
                .address("0x1EE6FA5A3803608fc22a1f3F76********")
                .address_memo("1679952")
                .destination("To Digital Address"),
        )
        .await;
    calls
        .send(
            "APIAccount.post_withdraw_apply(currency, amount, destination, address)",
            requests::Withdraw::new("USDT-TRC20", decimal("100.000"))
                .address("0x1EE6FA5A3803608fc22a1f3F76********")
                .destination("To Digital Address"),
        )
        .await;
    calls
        .send(
            "APIAccount.post_withdraw_apply(currency, amount, type, value, area_code)",
            requests::Withdraw::new("USDT-TRC20", decimal("100.000")).type_(WithdrawAccountType::Phone).value("876940329").area_code("61"),
        )
        .await;
    calls
        .send(
            "APIAccount.post_withdraw_apply(currency, amount, type, value)",
            requests::Withdraw::new("USDT-TRC20", decimal("100.000")).type_(WithdrawAccountType::Cid).value("876940329"),
        )
        .await;
    calls
        .send(
            "APIAccount.get_deposit_withdraw_history_v2(operation_type, n, currency, start_time, end_time)",
            requests::DepositWithdrawHistory::new(DepositOrWithdraw::Withdraw, 100)
                .currency("BTC")
                .start_time(1_739_499_865_000)
                .end_time(1_739_586_265_000),
        )
        .await;
    calls
        .send(
            "APIAccount.get_deposit_withdraw_history_v2(operation_type, n)",
            requests::DepositWithdrawHistory::new(DepositOrWithdraw::Deposit, 100),
        )
        .await;
    calls.send("APIAccount.get_deposit_withdraw_detail(id)", requests::DepositWithdrawRecord::new("1679952")).await;
    calls.send("APIAccount.get_margin_account_details_isolated(symbol)", requests::IsolatedMarginAccounts::new().symbol("BTC_USDT")).await;
    calls.send("APIAccount.get_margin_account_details_isolated()", requests::IsolatedMarginAccounts::new()).await;
    calls
        .send(
            "APIAccount.margin_asset_transfer(symbol, currency, amount, side)",
            requests::TransferIsolatedMargin::new("BTC_USDT", "BTC", decimal("1"), MarginTransferDirection::In),
        )
        .await;
    calls.send("APIAccount.get_basic_fee_rate()", requests::BasicFeeRate::new()).await;
    calls.send("APIAccount.get_actual_trade_fee_rate(symbol)", requests::TradeFeeRate::new("BTC_USDT")).await;
}

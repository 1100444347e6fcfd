//! Calls of sub-accounts.

use bitmart_api::requests;
use bitmart_api::types::{FuturesCurrency, SpotMoveType};

use crate::{Comparison, decimal};

pub(crate) async fn send(calls: &mut Comparison) {
    calls
        .send(
            "APISpotSubAccount.post_sub_to_main(request_no, amount, currency, sub_account)",
            requests::TransferSubToMain::new("4e2adcff-2122-1ce7-2557-4f65d2ce1ca2", decimal("1"), "BTC", "subAccountName@xxx.com"),
        )
        .await;
    calls
        .send(
            "APISpotSubAccount.post_sub_to_main_from_sub_account(request_no, amount, currency)",
            requests::TransferSubToMainAsSub::new("4e2adcff-2122-1ce7-2557-4f65d2ce1ca2", decimal("1"), "BTC"),
        )
        .await;
    calls
        .send(
            "APISpotSubAccount.post_main_to_sub(request_no, amount, currency, sub_account)",
            requests::TransferMainToSub::new("4e2adcff-2122-1ce7-2557-4f65d2ce1ca2", decimal("1"), "BTC", "subAccountName@xxx.com"),
        )
        .await;
    calls
        .send(
            "APISpotSubAccount.post_sub_to_sub(request_no, amount, currency, from_account, to_account)",
            requests::TransferSubToSub::new(
                "4e2adcff-2122-1ce7-2557-4f65d2ce1ca2",
                decimal("1"),
                "BTC",
                "subAccountName1@xxx.com",
                "subAccountName2@xxx.com",
            ),
        )
        .await;
    calls
        .send(
            "APISpotSubAccount.get_sub_transfer_list(move_type, n, account_name)",
            requests::SubAccountTransfers::new(SpotMoveType::SpotToSpot, 10).account_name("subAccountName@xxx.com"),
        )
        .await;
    calls
        .send("APISpotSubAccount.get_sub_transfer_list(move_type, n)", requests::SubAccountTransfers::new(SpotMoveType::SpotToSpot, 10))
        .await;
    calls
        .send("APISpotSubAccount.get_account_transfer_history(move_type, n)", requests::AccountTransfers::new(SpotMoveType::SpotToSpot, 10))
        .await;
    calls
        .send(
            "APISpotSubAccount.get_sub_spot_wallet(sub_account, currency)",
            requests::SubAccountWallet::new("subAccount1@xxx.com").currency("USDT"),
        )
        .await;
    calls.send("APISpotSubAccount.get_sub_spot_wallet(sub_account)", requests::SubAccountWallet::new("subAccount1@xxx.com")).await;
    calls.send("APISpotSubAccount.get_sub_account_list()", requests::SubAccounts::new()).await;
    calls
        .send(
            "APIContractSubAccount.post_sub_to_main(request_no, amount, currency, sub_account)",
            requests::TransferFuturesSubToMain::new(
                "4e2adcff-2122-1ce7-2557-4f65d2ce1ca2",
                decimal("1"),
                FuturesCurrency::Usdt,
                "subAccountName@xxx.com",
            ),
        )
        .await;
    calls
        .send(
            "APIContractSubAccount.post_sub_to_main_from_sub_account(request_no, amount, currency)",
            requests::TransferFuturesSubToMainAsSub::new("4e2adcff-2122-1ce7-2557-4f65d2ce1ca2", decimal("1"), FuturesCurrency::Usdt),
        )
        .await;
    calls
        .send(
            "APIContractSubAccount.post_main_to_sub(request_no, amount, currency, sub_account)",
            requests::TransferFuturesMainToSub::new(
                "4e2adcff-2122-1ce7-2557-4f65d2ce1ca2",
                decimal("1"),
                FuturesCurrency::Usdt,
                "subAccountName@xxx.com",
            ),
        )
        .await;
    calls
        .send(
            "APIContractSubAccount.get_sub_transfer_list(sub_account, limit)",
            requests::SubAccountFuturesTransfers::new("subAccountName@xxx.com", 10),
        )
        .await;
    calls.send("APIContractSubAccount.get_sub_transfer_history(limit)", requests::AccountFuturesTransfers::new(10)).await;
    calls
        .send(
            "APIContractSubAccount.get_sub_wallet(sub_account, currency)",
            requests::SubAccountFuturesWallet::new("subAccount1@xxx.com").currency("USDT"),
        )
        .await;
    calls.send("APIContractSubAccount.get_sub_wallet(sub_account)", requests::SubAccountFuturesWallet::new("subAccount1@xxx.com")).await;
}

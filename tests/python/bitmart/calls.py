"""The calls of the official client that are compared: class, method, values of its parameters.

The values are the examples of BitMart's documentation. Where the documentation has no example of a parameter, the value is documented for
the same parameter of another endpoint, or is a value of the documented enum. A call with all parameters is followed by the call without
the optional ones, where the two differ.
"""

from __future__ import annotations

from typing import Any

# `APISystem` accepts no credentials.
CLASSES_WITH_CREDENTIALS = {
    "APIAccount", "APIBroker", "APIContract", "APIContractSubAccount", "APIFinance", "APIMarginLoan", "APISpot", "APISpotSubAccount",
}

REQUEST_NO = "4e2adcff-2122-1ce7-2557-4f65d2ce1ca2"

FUNDING: list[tuple[str, str, dict[str, Any]]] = [
    ("APIAccount", "get_wallet", {"currency": "USDT", "need_usd_valuation": True}),
    ("APIAccount", "get_wallet", {"need_usd_valuation": False}),
    ("APIAccount", "get_wallet", {}),
    ("APIAccount", "get_deposit_address", {"currency": "USDT-TRC20"}),
    ("APIAccount", "get_withdraw_address", {}),
    ("APIAccount", "get_withdraw_charge", {"currency": "BTC"}),
    ("APIAccount", "post_withdraw_apply", {"currency": "USDT-TRC20", "amount": "100.000", "destination": "To Digital Address", "address": "0x1EE6FA5A3803608fc22a1f3F76********", "address_memo": "1679952"}),
    ("APIAccount", "post_withdraw_apply", {"currency": "USDT-TRC20", "amount": "100.000", "destination": "To Digital Address", "address": "0x1EE6FA5A3803608fc22a1f3F76********"}),
    ("APIAccount", "post_withdraw_apply", {"currency": "USDT-TRC20", "amount": "100.000", "type": 3, "value": "876940329", "area_code": "61"}),
    ("APIAccount", "post_withdraw_apply", {"currency": "USDT-TRC20", "amount": "100.000", "type": 1, "value": "876940329"}),
    ("APIAccount", "get_deposit_withdraw_history_v2", {"operation_type": "withdraw", "n": 100, "currency": "BTC", "start_time": 1739499865000, "end_time": 1739586265000}),
    ("APIAccount", "get_deposit_withdraw_history_v2", {"operation_type": "deposit", "n": 100}),
    ("APIAccount", "get_deposit_withdraw_detail", {"id": "1679952"}),
    ("APIAccount", "get_margin_account_details_isolated", {"symbol": "BTC_USDT"}),
    ("APIAccount", "get_margin_account_details_isolated", {}),
    ("APIAccount", "margin_asset_transfer", {"symbol": "BTC_USDT", "currency": "BTC", "amount": "1", "side": "in"}),
    ("APIAccount", "get_basic_fee_rate", {}),
    ("APIAccount", "get_actual_trade_fee_rate", {"symbol": "BTC_USDT"}),
]

MARGIN: list[tuple[str, str, dict[str, Any]]] = [
    ("APIMarginLoan", "margin_borrow_isolated", {"symbol": "BTC_USDT", "currency": "BTC", "amount": "1"}),
    ("APIMarginLoan", "margin_repay_isolated", {"symbol": "BTC_USDT", "currency": "BTC", "amount": "1"}),
    ("APIMarginLoan", "borrow_record_isolated", {"symbol": "BTC_USDT", "borrow_id": "12345", "start_time": 1682239502394, "end_time": 1682239507394, "n": 50}),
    ("APIMarginLoan", "borrow_record_isolated", {"symbol": "BTC_USDT"}),
    ("APIMarginLoan", "repayment_record_isolated", {"symbol": "BTC_USDT", "repay_id": "12345", "currency": "BTC", "start_time": 1682239502394, "end_time": 1682239507394, "n": 50}),
    ("APIMarginLoan", "repayment_record_isolated", {"symbol": "BTC_USDT"}),
    ("APIMarginLoan", "trading_pair_borrowing_rate_and_amount", {"symbol": "BTC_USDT"}),
    ("APIMarginLoan", "trading_pair_borrowing_rate_and_amount", {}),
]

SPOT: list[tuple[str, str, dict[str, Any]]] = [
    ("APISpot", "get_wallet", {}),
    ("APISpot", "post_submit_order", {"symbol": "BTC_USDT", "side": "buy", "type": "limit", "client_order_id": "123456789", "size": "10", "price": "7000", "stp_mode": "none"}),
    ("APISpot", "post_submit_order", {"symbol": "BTC_USDT", "side": "buy", "type": "market", "notional": "7000"}),
    ("APISpot", "place_margin_order", {"symbol": "BTC_USDT", "side": "buy", "type": "limit", "client_order_id": "123456789", "size": "10", "price": "7000"}),
    ("APISpot", "place_margin_order", {"symbol": "BTC_USDT", "side": "buy", "type": "market", "notional": "7000"}),
    ("APISpot", "post_cancel_order_by_orderid", {"symbol": "BTC_USDT", "order_id": "112121212"}),
    ("APISpot", "post_cancel_order_by_clientid", {"symbol": "BTC_USDT", "client_order_id": "123456789"}),
    ("APISpot", "post_batch_orders", {"symbol": "BTC_USDT", "order_params": [{"clientOrderId": "123456789", "size": "0.1", "price": "8800", "side": "buy", "type": "limit", "stpMode": "none"}, {"side": "buy", "type": "market", "notional": "100"}], "recv_window": 5000}),
    ("APISpot", "post_batch_orders", {"symbol": "BTC_USDT", "order_params": [{"size": "0.1", "price": "8800", "side": "sell", "type": "limit"}]}),
    ("APISpot", "post_cancel_orders", {"symbol": "BTC_USDT", "order_ids": ["5e925f3981"], "recv_window": 5000}),
    ("APISpot", "post_cancel_orders", {"symbol": "BTC_USDT", "client_order_ids": ["123456789", "987654321"]}),
    ("APISpot", "v4_query_order_by_id", {"order_id": "118100034543076010", "query_state": "open", "recv_window": 5000}),
    ("APISpot", "v4_query_order_by_id", {"order_id": "118100034543076010", "query_state": ""}),
    ("APISpot", "v4_query_order_by_order_client_id", {"client_order_id": "118100034543076010", "query_state": "history", "recv_window": 5000}),
    ("APISpot", "v4_query_order_by_order_client_id", {"client_order_id": "118100034543076010", "query_state": ""}),
    ("APISpot", "v4_query_open_orders", {"symbol": "BTC_USDT", "order_mode": "spot", "start_time": 1682239652931, "end_time": 1682239657931, "limit": 10, "recv_window": 5000}),
    ("APISpot", "v4_query_open_orders", {}),
    ("APISpot", "v4_query_account_orders", {"symbol": "BTC_USDT", "order_mode": "iso_margin", "start_time": 1682239502394, "end_time": 1682239507394, "limit": 10, "recv_window": 5000}),
    ("APISpot", "v4_query_account_orders", {}),
    ("APISpot", "v4_query_account_trade_list", {"symbol": "BTC_USDT", "order_mode": "spot", "start_time": 1682239845952, "end_time": 1682239850952, "limit": 10, "recv_window": 5000}),
    ("APISpot", "v4_query_account_trade_list", {}),
    ("APISpot", "v4_query_order_trade_list", {"order_id": "118100034543076010", "recv_window": 5000}),
    ("APISpot", "v4_query_order_trade_list", {"order_id": "118100034543076010"}),
]

FUTURES_QUERIES: list[tuple[str, str, dict[str, Any]]] = [
    ("APIContract", "get_trade_fee_rate", {"contract_symbol": "BTCUSDT"}),
    ("APIContract", "get_assets_detail", {}),
    ("APIContract", "get_order", {"contract_symbol": "BTCUSDT", "order_id": "220609666322019", "account": "futures"}),
    ("APIContract", "get_order", {"contract_symbol": "BTCUSDT", "order_id": "220609666322019"}),
    ("APIContract", "get_order_history", {"contract_symbol": "BTCUSDT", "start_time": 1662368173, "end_time": 1662368179, "account": "copy_trading", "order_id": "220609666322019", "client_order_id": "BM1234"}),
    ("APIContract", "get_order_history", {"contract_symbol": "BTCUSDT", "start_time": 1662368173, "end_time": 1662368179}),
    ("APIContract", "get_open_order", {"contract_symbol": "BTCUSDT", "type": "market", "order_state": "partially_filled", "limit": 10}),
    ("APIContract", "get_open_order", {}),
    ("APIContract", "get_current_plan_order", {"contract_symbol": "BTCUSDT", "type": "market", "limit": 10, "plan_type": "profit_loss"}),
    ("APIContract", "get_current_plan_order", {}),
    ("APIContract", "get_position", {"contract_symbol": "BTCUSDT", "account": "futures"}),
    ("APIContract", "get_position", {}),
    ("APIContract", "get_position_v2", {"contract_symbol": "BTCUSDT", "account": "copy_trading"}),
    ("APIContract", "get_position_v2", {}),
    ("APIContract", "get_position_risk", {"contract_symbol": "BTCUSDT", "account": "futures"}),
    ("APIContract", "get_position_risk", {}),
    ("APIContract", "get_trades", {"contract_symbol": "BTCUSDT", "start_time": 1662368173, "end_time": 1662368179, "account": "futures"}),
    ("APIContract", "get_trades", {}),
    ("APIContract", "get_transaction_history", {"contract_symbol": "BTCUSDT", "flow_type": 1, "start_time": 1662368173000, "end_time": 1662368179000, "page_size": 100, "account": "futures"}),
    ("APIContract", "get_transaction_history", {"flow_type": 0}),
    ("APIContract", "get_transaction_history", {}),
    ("APIContract", "get_transfer_list", {"page": 1, "limit": 10, "currency": "USDT", "time_start": 1684391137804, "time_end": 1684392577804, "recv_window": 5000}),
    ("APIContract", "get_transfer_list", {"page": 1, "limit": 10}),
    ("APIContract", "get_position_mode", {}),
]

FUTURES_WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("APIContract", "post_submit_order", {"contract_symbol": "ETHUSDT", "client_order_id": "BM1234", "type": "limit", "side": 4, "leverage": "1", "open_type": "isolated", "mode": 1, "price": "2000", "size": 10, "preset_take_profit_price_type": 1, "preset_stop_loss_price_type": 2, "preset_take_profit_price": "1900", "preset_stop_loss_price": "2100", "stp_mode": 1}),
    ("APIContract", "post_submit_order", {"contract_symbol": "ETHUSDT", "type": "market", "side": 3, "size": 10}),
    ("APIContract", "post_modify_limit_order", {"contract_symbol": "ETHUSDT", "order_id": 220906179559421, "price": "1450", "size": 1}),
    ("APIContract", "post_modify_limit_order", {"contract_symbol": "ETHUSDT", "client_order_id": "123456", "price": "1450"}),
    ("APIContract", "post_cancel_order", {"contract_symbol": "ETHUSDT", "order_id": "220906179559421"}),
    ("APIContract", "post_cancel_order", {"contract_symbol": "ETHUSDT", "client_order_id": "BM1234"}),
    ("APIContract", "post_cancel_order", {"contract_symbol": "ETHUSDT"}),
    ("APIContract", "post_cancel_orders", {"contract_symbol": "ETHUSDT"}),
    ("APIContract", "post_submit_plan_order", {"contract_symbol": "ETHUSDT", "type": "limit", "side": 4, "leverage": "1", "open_type": "isolated", "mode": 1, "size": 10, "trigger_price": "2000", "executive_price": "1450", "price_way": 1, "price_type": 1, "plan_category": 1, "preset_take_profit_price_type": 1, "preset_stop_loss_price_type": 2, "preset_take_profit_price": "1900", "preset_stop_loss_price": "2100"}),
    ("APIContract", "post_submit_plan_order", {"contract_symbol": "ETHUSDT", "type": "market", "side": 4, "leverage": "1", "open_type": "cross", "size": 10, "trigger_price": "2000", "price_way": 2, "price_type": 2}),
    ("APIContract", "post_cancel_plan_order", {"contract_symbol": "ETHUSDT", "order_id": "220906179559421"}),
    ("APIContract", "post_cancel_plan_order", {"contract_symbol": "ETHUSDT", "client_order_id": "123456789"}),
    ("APIContract", "post_cancel_plan_order", {"contract_symbol": "ETHUSDT"}),
    ("APIContract", "post_transfer", {"currency": "USDT", "amount": "10", "type": "spot_to_contract", "recv_window": 5000}),
    ("APIContract", "post_transfer", {"currency": "USDT", "amount": "10", "type": "contract_to_spot"}),
    ("APIContract", "post_submit_tp_sl_order", {"contract_symbol": "ETHUSDT", "type": "take_profit", "side": 2, "trigger_price": "2000", "executive_price": "1450", "price_type": 1, "size": 10, "plan_category": 1, "client_order_id": "123456789", "category": "limit"}),
    ("APIContract", "post_submit_tp_sl_order", {"contract_symbol": "ETHUSDT", "type": "stop_loss", "side": 3, "trigger_price": "2000", "executive_price": "1450", "price_type": 2}),
    ("APIContract", "post_modify_plan_order", {"contract_symbol": "ETHUSDT", "trigger_price": "2000", "price_type": 1, "type": "limit", "order_id": "220906179559421", "executive_price": "1450"}),
    ("APIContract", "post_modify_preset_plan_order", {"contract_symbol": "ETHUSDT", "order_id": "220609666322019", "preset_take_profit_price_type": 1, "preset_stop_loss_price_type": 1, "preset_take_profit_price": "2000", "preset_stop_loss_price": "1900"}),
    ("APIContract", "post_modify_preset_plan_order", {"contract_symbol": "ETHUSDT", "order_id": "220609666322019"}),
    ("APIContract", "post_modify_tp_sl_order", {"contract_symbol": "ETHUSDT", "trigger_price": "2100", "price_type": 2, "order_id": "37758000001", "executive_price": "2100", "plan_category": 2, "category": "limit"}),
    ("APIContract", "post_modify_tp_sl_order", {"contract_symbol": "ETHUSDT", "trigger_price": "2100", "price_type": 2, "client_order_id": "123456789"}),
    ("APIContract", "post_submit_trail_order", {"contract_symbol": "ETHUSDT", "side": 4, "leverage": "1", "open_type": "isolated", "size": 10, "activation_price": "2000", "callback_rate": "1", "activation_price_type": 1}),
    ("APIContract", "post_cancel_trail_order", {"contract_symbol": "ETHUSDT", "order_id": "220906179559421"}),
    ("APIContract", "post_cancel_trail_order", {"contract_symbol": "ETHUSDT"}),
    ("APIContract", "post_cancel_all_after", {"contract_symbol": "BTCUSDT", "timeout": 10}),
    # 0 switches the timer off.
    ("APIContract", "post_cancel_all_after", {"timeout": 0, "contract_symbol": "BTCUSDT"}),
    ("APIContract", "post_set_position_mode", {"position_mode": "one_way_mode"}),
]

SUB_ACCOUNTS: list[tuple[str, str, dict[str, Any]]] = [
    ("APISpotSubAccount", "post_sub_to_main", {"request_no": REQUEST_NO, "amount": "1", "currency": "BTC", "sub_account": "subAccountName@xxx.com"}),
    ("APISpotSubAccount", "post_sub_to_main_from_sub_account", {"request_no": REQUEST_NO, "amount": "1", "currency": "BTC"}),
    ("APISpotSubAccount", "post_main_to_sub", {"request_no": REQUEST_NO, "amount": "1", "currency": "BTC", "sub_account": "subAccountName@xxx.com"}),
    ("APISpotSubAccount", "post_sub_to_sub", {"request_no": REQUEST_NO, "amount": "1", "currency": "BTC", "from_account": "subAccountName1@xxx.com", "to_account": "subAccountName2@xxx.com"}),
    ("APISpotSubAccount", "get_sub_transfer_list", {"move_type": "spot to spot", "n": 10, "account_name": "subAccountName@xxx.com"}),
    ("APISpotSubAccount", "get_sub_transfer_list", {"move_type": "spot to spot", "n": 10}),
    ("APISpotSubAccount", "get_account_transfer_history", {"move_type": "spot to spot", "n": 10}),
    ("APISpotSubAccount", "get_sub_spot_wallet", {"sub_account": "subAccount1@xxx.com", "currency": "USDT"}),
    ("APISpotSubAccount", "get_sub_spot_wallet", {"sub_account": "subAccount1@xxx.com"}),
    ("APISpotSubAccount", "get_sub_account_list", {}),
    ("APIContractSubAccount", "post_sub_to_main", {"request_no": REQUEST_NO, "amount": "1", "currency": "USDT", "sub_account": "subAccountName@xxx.com"}),
    ("APIContractSubAccount", "post_sub_to_main_from_sub_account", {"request_no": REQUEST_NO, "amount": "1", "currency": "USDT"}),
    ("APIContractSubAccount", "post_main_to_sub", {"request_no": REQUEST_NO, "amount": "1", "currency": "USDT", "sub_account": "subAccountName@xxx.com"}),
    ("APIContractSubAccount", "get_sub_transfer_list", {"sub_account": "subAccountName@xxx.com", "limit": 10}),
    ("APIContractSubAccount", "get_sub_transfer_history", {"limit": 10}),
    ("APIContractSubAccount", "get_sub_wallet", {"sub_account": "subAccount1@xxx.com", "currency": "USDT"}),
    ("APIContractSubAccount", "get_sub_wallet", {"sub_account": "subAccount1@xxx.com"}),
]

PUBLIC: list[tuple[str, str, dict[str, Any]]] = [("APISystem", "get_system_time", {})]

CALLS = [*PUBLIC, *FUNDING, *MARGIN, *SPOT, *FUTURES_QUERIES, *FUTURES_WRITES, *SUB_ACCOUNTS]

//! Queries of open and past orders.

use super::super::{OrderFilter, OrderType, PageRequest};
use super::*;

#[test]
fn open_orders_are_paged_by_cursor_and_past_orders_by_page_number() {
    let mut venue = TestVenue::new();
    let ids: Vec<String> = (0..5).map(|_| venue.place("alice", buy(90, 1))).collect();
    let first = venue.0.current_orders("alice", None, Some(2), None).expect("the limit is valid");
    assert_eq!(first.total, 5);
    let shown = |orders: &[Order]| orders.iter().map(|order| order.order_id.to_string()).collect::<Vec<_>>();
    assert_eq!(shown(&first.list), [ids[4].clone(), ids[3].clone()]);
    let cursor = ids[3].parse().expect("an id fits into 64 bits");
    let second = venue.0.current_orders("alice", Some(SYMBOL), Some(2), Some(cursor)).expect("the limit is valid");
    assert_eq!(shown(&second.list), [ids[2].clone(), ids[1].clone()]);
    for id in &ids {
        venue.0.cancel_order("alice", SYMBOL, by_id(id)).expect("the order is open");
    }
    let page = |page, page_size| venue.0.order_history("alice", &OrderFilter::default(), PageRequest { page, page_size });
    assert_eq!(shown(&page(3, 2).expect("the page is valid").list), [ids[0].clone()]);
    assert_eq!(page(4, 2).expect("the page is valid").total, 5);
    assert!(page(4, 2).expect("the page is valid").list.is_empty());
    assert_eq!(page(0, 2).expect_err("pages begin at 1").code(), 2003);
    assert_eq!(page(1, 101).expect_err("that is too many").code(), 2003);
}

#[test]
fn the_history_is_filtered_by_the_fields_of_the_request() {
    let mut venue = TestVenue::new();
    let filled = venue.place("alice", sell(100, 1));
    venue.place("bob", market_buy(1));
    let cancelled = venue.place("alice", buy(90, 1));
    venue.0.cancel_order("alice", SYMBOL, by_id(&cancelled)).expect("the order is open");
    let found = |filter: OrderFilter| {
        let page = venue.0.order_history("alice", &filter, PageRequest::default()).expect("the page is valid");
        page.list.iter().map(|order| order.order_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(OrderFilter { side: Some(OrderSide::Sell), ..OrderFilter::default() }), std::slice::from_ref(&filled));
    assert_eq!(found(OrderFilter { order_type: Some(OrderType::Market), ..OrderFilter::default() }), Vec::<String>::new());
    assert_eq!(found(OrderFilter { status: Some(5), ..OrderFilter::default() }), std::slice::from_ref(&cancelled));
    assert_eq!(found(OrderFilter { order_id: Some(filled.clone()), ..OrderFilter::default() }), std::slice::from_ref(&filled));
    assert_eq!(found(OrderFilter { symbol: Some("YUSDT".to_owned()), ..OrderFilter::default() }), Vec::<String>::new());
    assert_eq!(found(OrderFilter::default()), [cancelled, filled]);
}

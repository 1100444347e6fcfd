//! Compares the book with a trivially correct reference implementation: a sorted list.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Book, BookFill, BookOrder, Lots, Side, Ticks};

/// Orders by time of arrival. Each query sorts them again.
#[derive(Default)]
struct SortedListBook(Vec<BookOrder>);

impl SortedListBook {
    fn sorted(&self, side: Side) -> Vec<BookOrder> {
        let mut orders: Vec<BookOrder> = self.0.iter().copied().filter(|order| order.side == side).collect();
        orders.sort_by_key(|order| if side == Side::Buy { !order.price.0 } else { order.price.0 });
        orders
    }

    fn take(&mut self, side: Side, limit: Option<Ticks>, quantity: Lots) -> Option<BookFill> {
        let maker = self.sorted(side.opposite()).into_iter().next()?;
        if quantity.is_zero() || limit.is_some_and(|limit| !side.reaches(limit, maker.price)) {
            return None;
        }
        let filled = quantity.min(maker.remaining);
        let maker_remaining = maker.remaining.less(filled);
        self.0.iter_mut().filter(|order| order.id == maker.id).for_each(|order| order.remaining = maker_remaining);
        self.0.retain(|order| !order.remaining.is_zero());
        Some(BookFill { maker_id: maker.id, maker_owner: maker.owner, price: maker.price, quantity: filled, maker_remaining })
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Place { side: Side, price: u64, quantity: u64 },
    Sweep { side: Side, quantity: u64 },
    Cancel { id: u64 },
    Reduce { id: u64, remaining: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let step = prop_oneof![
        6 => (side.clone(), 90..110_u64, 1..20_u64).prop_map(|(side, price, quantity)| Step::Place { side, price, quantity }),
        1 => (side, 1..60_u64).prop_map(|(side, quantity)| Step::Sweep { side, quantity }),
        2 => (1..80_u64).prop_map(|id| Step::Cancel { id }),
        2 => (1..80_u64, 0..20_u64).prop_map(|(id, remaining)| Step::Reduce { id, remaining }),
    ];
    vec(step, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_book_matches_like_a_sorted_list(steps in steps()) {
        let (mut book, mut plain) = (Book::new(), SortedListBook::default());
        // The levels as a subscriber knows them from the recorded changes.
        let mut copy = BTreeMap::new();
        book.record_changed_levels(true);
        for (step, id) in steps.into_iter().zip(1..) {
            match step {
                Step::Place { side, price, quantity } => {
                    let (price, mut remaining) = (Ticks(price), Lots(quantity));
                    loop {
                        let fill = book.take(side, Some(price), remaining);
                        prop_assert_eq!(fill, plain.take(side, Some(price), remaining));
                        let Some(fill) = fill else { break };
                        remaining = remaining.less(fill.quantity);
                    }
                    if !remaining.is_zero() {
                        let order = BookOrder { id, owner: u32::try_from(id % 5).expect("below 5"), side, price, remaining };
                        book.rest(order);
                        plain.0.push(order);
                    }
                }
                Step::Sweep { side, quantity } => {
                    let mut remaining = Lots(quantity);
                    while let Some(fill) = book.take(side, None, remaining) {
                        prop_assert_eq!(Some(fill), plain.take(side, None, remaining));
                        remaining = remaining.less(fill.quantity);
                    }
                }
                Step::Cancel { id } => {
                    let expected = plain.0.iter().position(|order| order.id == id).map(|at| plain.0.remove(at));
                    prop_assert_eq!(book.cancel(id), expected);
                }
                Step::Reduce { id, remaining } => {
                    let known = plain.0.iter_mut().find(|order| order.id == id && order.remaining.0 > remaining && remaining > 0);
                    prop_assert_eq!(book.reduce(id, Lots(remaining)), known.is_some());
                    if let Some(order) = known {
                        order.remaining = Lots(remaining);
                    }
                }
            }
            let version = book.version();
            for (side, price, quantity) in book.take_changed_levels() {
                copy.insert((side == Side::Sell, price), quantity);
            }
            copy.retain(|_, quantity| !quantity.is_zero());
            prop_assert_eq!(book.version(), version);
            for side in [Side::Buy, Side::Sell] {
                let mut of_side: Vec<(Ticks, Lots)> =
                    copy.iter().filter(|((is_ask, _), _)| *is_ask == (side == Side::Sell)).map(|((_, price), lots)| (*price, *lots)).collect();
                if side == Side::Buy {
                    of_side.reverse();
                }
                prop_assert_eq!(of_side, book.levels(side).collect::<Vec<_>>());
                let expected = plain.sorted(side);
                prop_assert_eq!(book.orders(side).collect::<Vec<_>>(), expected.clone());
                let total: u64 = book.levels(side).map(|(_, quantity)| quantity.0).sum();
                prop_assert_eq!(total, expected.iter().map(|order| order.remaining.0).sum::<u64>());
                prop_assert_eq!(book.best(side), expected.first().map(|order| order.price));
            }
            if let (Some(bid), Some(ask)) = (book.best(Side::Buy), book.best(Side::Sell)) {
                prop_assert!(bid < ask, "crossed: {bid:?} {ask:?}");
            }
            prop_assert_eq!(book.len(), plain.0.len());
        }
    }
}

fn order(id: u64, side: Side, price: u64) -> BookOrder {
    BookOrder { id, owner: 0, side, price: Ticks(price), remaining: Lots(5) }
}

#[test]
fn a_reduced_order_keeps_its_queue_position() {
    let mut book = Book::new();
    book.rest(order(1, Side::Sell, 100));
    book.rest(order(2, Side::Sell, 100));
    assert!(book.reduce(1, Lots(3)));
    assert_eq!(book.take(Side::Buy, None, Lots(4)).map(|fill| (fill.maker_id, fill.quantity)), Some((1, Lots(3))));
}

#[test]
fn only_changes_increase_the_version_of_the_book() {
    let mut book = Book::new();
    book.rest(order(1, Side::Sell, 100));
    assert_eq!(book.version(), 1);
    assert_eq!(book.take(Side::Buy, Some(Ticks(99)), Lots(1)), None);
    assert!(!book.reduce(1, Lots(5)));
    assert_eq!(book.cancel(9), None);
    assert_eq!(book.version(), 1);
    book.cancel(1);
    assert_eq!(book.version(), 2);
}

#[test]
#[should_panic(expected = "would cross the book")]
fn an_order_that_would_cross_the_book_cannot_rest() {
    let mut book = Book::new();
    book.rest(order(1, Side::Sell, 100));
    book.rest(order(2, Side::Buy, 100));
}

//! The streams of pages and items.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::StreamExt;
use venue_runtime::{Pages, paging::by_number};

use crate::now;

/// A list of three pages with two rows each. Every second request fails. Counts the requests.
fn failing(requests: &AtomicU32) -> Pages<'_, u32, String> {
    let fetch = move |page: u32, size: u32| async move {
        if requests.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            return Err(format!("page {page} failed"));
        }
        Ok((0..6).skip(((page - 1) * size) as usize).take(size as usize).collect())
    };
    by_number(2, fetch, |row| Some(*row))
}

#[test]
fn a_page_is_fetched_only_when_an_item_of_it_is_requested() {
    let requests = AtomicU32::new(0);
    let mut items = failing(&requests).items();
    assert_eq!(requests.load(Ordering::Relaxed), 0);
    now(items.next()).expect("not the end").expect_err("the first request fails");
    assert_eq!(requests.load(Ordering::Relaxed), 1);
    now(items.next()).expect("not the end").expect("the second does not");
    now(items.next()).expect("not the end").expect("of the same page");
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[test]
fn after_a_failure_the_same_page_is_fetched_again_and_no_row_is_lost() {
    let requests = AtomicU32::new(0);
    let outcomes: Vec<Result<u32, String>> = now(StreamExt::collect(failing(&requests).items().take(10)));
    let failed = |page: u32| Err(format!("page {page} failed"));
    assert_eq!(outcomes, [failed(1), Ok(0), Ok(1), failed(2), Ok(2), Ok(3), failed(3), Ok(4), Ok(5), failed(4)]);
}

#[test]
fn into_vec_ends_with_the_first_failure_and_returns_the_items_before_it() {
    let requests = AtomicU32::new(0);
    let nothing = now(failing(&requests).items().into_vec()).expect_err("the first request fails");
    assert_eq!((nothing.items, nothing.error), (Vec::new(), String::from("page 1 failed")));
    // The second request does not fail, the third does.
    let requests = AtomicU32::new(1);
    let part = now(failing(&requests).items().into_vec()).expect_err("the second page fails");
    assert_eq!((part.to_string(), part.items), (String::from("page 2 failed; 2 items were read before that"), vec![0, 1]));
}

#[test]
fn a_partial_list_prints_the_number_of_its_items_and_no_item() {
    let requests = AtomicU32::new(1);
    let mut items = failing(&requests).items();
    now(items.next()).expect("a row").expect("the second request succeeds");
    let part = now(items.into_vec()).expect_err("the second page fails");
    assert_eq!(part.to_string(), "page 2 failed; 1 item was read before that");
    assert_eq!(format!("{part:?}"), r#"PartialList { items: 1, error: "page 2 failed" }"#);
}

#[test]
fn a_finished_list_stays_finished() {
    let mut pages = by_number(2, |_, _| async { Ok::<_, String>(Vec::<u32>::new()) }, |row| Some(*row));
    for _ in 0..3 {
        assert!(now(pages.next()).is_none());
    }
    let mut items = pin!(pages.items());
    assert!(now(StreamExt::next(&mut items)).is_none());
}

#[test]
fn pages_and_items_can_be_sent_to_another_thread() {
    fn is_send(_: &impl Send) {}
    let pages = by_number(2, |_, _| async { Ok::<_, String>(Vec::<u32>::new()) }, |row| Some(*row));
    is_send(&pages);
    is_send(&pages.items());
}

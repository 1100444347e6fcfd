//! By page number.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::StreamExt;
use proptest::prelude::*;
use venue_runtime::paging::{FetchedPage, by_number, by_number_with_gaps};

use crate::{all, now};

/// A page of a list, as an honest server cuts it.
fn cut(rows: &[u32], page: u32, size: u32) -> Vec<u32> {
    rows.iter().copied().skip(((page - 1) * size) as usize).take(size as usize).collect()
}

#[test]
fn a_server_that_ignores_the_number_is_read_once() {
    let requests = AtomicU32::new(0);
    let fetch = |_, size: u32| {
        requests.fetch_add(1, Ordering::Relaxed);
        async move { Ok((0..size).collect()) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), [0, 1, 2]);
    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

#[test]
fn a_server_that_repeats_its_last_page_is_read_once() {
    let rows: Vec<u32> = (0..7).collect();
    let fetch = |page: u32, size| {
        let page = cut(&rows, page.min(3), size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), rows);
}

#[test]
fn a_server_that_turns_in_circles_is_left_after_ten_pages_without_news() {
    let requests = AtomicU32::new(0);
    let rows: Vec<u32> = (0..6).collect();
    let fetch = |page: u32, size| {
        requests.fetch_add(1, Ordering::Relaxed);
        let page = cut(&rows, (page - 1) % 2 + 1, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), rows);
    assert_eq!(requests.load(Ordering::Relaxed), 12);
}

#[test]
fn rows_without_a_key_are_taken_as_they_come() {
    let rows = [1, 1, 1, 1, 2];
    let fetch = |page, size| {
        let page = cut(&rows, page, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(2, fetch, |_| None::<u32>)), rows);
}

/// The rows that are read of these pages, of which the last one is empty. A row is its key and a text that makes it another row.
fn read(pages: &[&[(u32, &'static str)]]) -> Vec<(u32, &'static str)> {
    let fetch = |page: u32, _| {
        let page = pages.get(page as usize - 1).map_or(Vec::new(), |page| page.to_vec());
        async move { Ok(page) }
    };
    // 0 is no key.
    all(by_number(3, fetch, |row| Some(row.0).filter(|key| *key != 0)))
}

#[test]
fn rows_of_one_page_are_never_left_out_though_they_share_a_key() {
    assert_eq!(read(&[&[(7, "buy"), (7, "sell"), (8, "buy")], &[]]), [(7, "buy"), (7, "sell"), (8, "buy")]);
    assert_eq!(read(&[&[(7, "x"), (7, "x"), (7, "x")], &[]]), [(7, "x"); 3]);
}

#[test]
fn a_key_that_a_page_contains_twice_names_no_row_of_later_pages() {
    let (first, second) = ([(7, "a"), (7, "b"), (8, "c")], [(7, "d"), (8, "c"), (9, "e")]);
    assert_eq!(read(&[&first, &second, &[]]), [(7, "a"), (7, "b"), (8, "c"), (7, "d"), (9, "e")]);
    assert_eq!(read(&[&[(7, "a")], &[(7, "b"), (7, "c")], &[]]), [(7, "a"), (7, "b"), (7, "c")]);
}

#[test]
fn a_page_that_is_the_same_as_the_one_before_is_left_out_though_its_keys_are_ambiguous() {
    let page = [(7, "x"), (7, "x"), (7, "x")];
    assert_eq!(read(&[&page, &page, &page, &page]), page);
}

#[test]
fn rows_that_have_no_key_are_kept_beside_rows_that_have_one() {
    assert_eq!(read(&[&[(0, "a"), (1, "b")], &[(0, "a"), (1, "b"), (2, "c")], &[]]), [(0, "a"), (1, "b"), (0, "a"), (2, "c")]);
}

#[test]
fn the_size_is_asked_for_as_it_was_given() {
    let fetch = |page: u32, size: u32| async move { Ok(if page < 3 { vec![page, size * 100 + page] } else { Vec::new() }) };
    assert_eq!(all(by_number(7, fetch, |row| Some(*row))), [1, 701, 2, 702]);
}

#[test]
fn exactly_a_page_of_new_rows_is_not_taken_for_the_end() {
    let requests = AtomicU32::new(0);
    let fetch = |page, size| {
        // Three rows are added after the first request.
        let newest = if requests.fetch_add(1, Ordering::Relaxed) == 0 { 6 } else { 9 };
        let page = cut(&(0..newest).rev().collect::<Vec<u32>>(), page, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), [5, 4, 3, 2, 1, 0]);
}

proptest! {
    #[test]
    fn every_row_comes_once_whatever_the_servers_largest_page_is(count in 0_u32..60, size in 1_u32..20, largest in 1_u32..20) {
        let rows: Vec<u32> = (0..count).collect();
        let fetch = |page, size: u32| {
            let page = cut(&rows, page, size.min(largest));
            async move { Ok(page) }
        };
        prop_assert_eq!(all(by_number(size, fetch, |row| Some(*row))), rows.clone());
    }

    /// Newest first: what is added while one reads moves the rest to later pages.
    #[test]
    fn rows_that_move_to_the_next_page_come_once_and_none_is_missed(
        count in 1_u32..60, size in 1_u32..20, added in prop::collection::vec(0_u32..40, 0..6)
    ) {
        // Twice in a row exactly a page: that looks like a server that repeats itself.
        prop_assume!(!added.windows(2).any(|pair| pair == [size, size]));
        let list = Mutex::new((0..count).rev().collect::<Vec<u32>>());
        let additions = Mutex::new(added.into_iter());
        let fetch = |page, size| {
            let mut list = list.lock().expect("no panic");
            let rows = cut(&list, page, size);
            let more = additions.lock().expect("no panic").next().unwrap_or(0);
            let next = list[0] + 1;
            list.splice(..0, (next..next + more).rev());
            async move { Ok(rows) }
        };
        let read = all(by_number(size, fetch, |row| Some(*row)));
        let different: HashSet<u32> = read.iter().copied().collect();
        prop_assert_eq!(different.len(), read.len());
        prop_assert!((0..count).all(|row| different.contains(&row)));
    }
}

/// What comes of pages that have these rows, and so many unreadable ones beside them; the last one repeats for ever.
fn read_with_gaps(pages: &[(&[u32], usize)]) -> Vec<Result<u32, String>> {
    let fetch = |page: u32, _| {
        let (rows, unreadable) = pages[(page as usize - 1).min(pages.len() - 1)];
        let error = (unreadable > 0).then(|| format!("{unreadable} of page {page}"));
        let page = FetchedPage::new(rows.to_vec(), unreadable, error);
        async move { Ok(page) }
    };
    now(StreamExt::collect(by_number_with_gaps(3, fetch, |row| Some(*row)).items()))
}

fn gap(text: &str) -> Result<u32, String> {
    Err(text.to_owned())
}

#[test]
fn a_page_of_unreadable_rows_is_an_error_and_not_the_end() {
    assert_eq!(
        read_with_gaps(&[(&[], 1), (&[1], 0), (&[], 2), (&[], 2), (&[], 2), (&[2], 0), (&[], 0)]),
        [gap("1 of page 1"), Ok(1), gap("2 of page 3"), gap("2 of page 4"), gap("2 of page 5"), Ok(2)]
    );
}

#[test]
fn the_tenth_page_of_unreadable_rows_in_a_row_ends_the_list() {
    let came = read_with_gaps(&[(&[1], 0), (&[], 3)]);
    assert_eq!((came.len(), came.last()), (11, Some(&gap("3 of page 11"))));
}

#[test]
fn a_page_with_the_same_rows_and_unreadable_rows_as_the_one_before_is_a_repetition() {
    assert_eq!(read_with_gaps(&[(&[1, 2], 1)]), [Ok(1), Ok(2), gap("1 of page 1"), gap("1 of page 2"), gap("1 of page 3")]);
}

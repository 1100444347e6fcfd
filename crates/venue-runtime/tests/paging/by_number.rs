//! Paging by page number.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::StreamExt;
use proptest::prelude::*;
use venue_runtime::paging::{FetchedPage, by_number, by_number_with_gaps};

use crate::{all, now};

/// The rows of a page of a list.
fn page_of(rows: &[u32], page: u32, size: u32) -> Vec<u32> {
    rows.iter().copied().skip(((page - 1) * size) as usize).take(size as usize).collect()
}

#[test]
fn the_list_of_a_server_that_ignores_the_number_is_read_once() {
    let requests = AtomicU32::new(0);
    let fetch = |_, size: u32| {
        requests.fetch_add(1, Ordering::Relaxed);
        async move { Ok((0..size).collect()) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), [0, 1, 2]);
    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

#[test]
fn the_list_of_a_server_that_repeats_its_last_page_is_read_once() {
    let rows: Vec<u32> = (0..7).collect();
    let fetch = |page: u32, size| {
        let page = page_of(&rows, page.min(3), size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), rows);
}

#[test]
fn ten_consecutive_pages_without_a_new_row_end_the_list() {
    let requests = AtomicU32::new(0);
    let rows: Vec<u32> = (0..6).collect();
    let fetch = |page: u32, size| {
        requests.fetch_add(1, Ordering::Relaxed);
        let page = page_of(&rows, (page - 1) % 2 + 1, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), rows);
    assert_eq!(requests.load(Ordering::Relaxed), 12);
}

#[test]
fn rows_without_a_key_are_all_returned() {
    let rows = [1, 1, 1, 1, 2];
    let fetch = |page, size| {
        let page = page_of(&rows, page, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(2, fetch, |_| None::<u32>)), rows);
}

/// Reads these pages, of which the last one is empty. A row is its key and a text that distinguishes rows with the same key.
fn read(pages: &[&[(u32, &'static str)]]) -> Vec<(u32, &'static str)> {
    let fetch = |page: u32, _| {
        let page = pages.get(page as usize - 1).map_or(Vec::new(), |page| page.to_vec());
        async move { Ok(page) }
    };
    // A row with the number 0 has no key.
    all(by_number(3, fetch, |row| Some(row.0).filter(|key| *key != 0)))
}

#[test]
fn rows_with_the_same_key_in_one_page_are_all_returned() {
    assert_eq!(read(&[&[(7, "buy"), (7, "sell"), (8, "buy")], &[]]), [(7, "buy"), (7, "sell"), (8, "buy")]);
    assert_eq!(read(&[&[(7, "x"), (7, "x"), (7, "x")], &[]]), [(7, "x"); 3]);
}

#[test]
fn rows_of_later_pages_with_an_ambiguous_key_are_all_returned() {
    let (first, second) = ([(7, "a"), (7, "b"), (8, "c")], [(7, "d"), (8, "c"), (9, "e")]);
    assert_eq!(read(&[&first, &second, &[]]), [(7, "a"), (7, "b"), (8, "c"), (7, "d"), (9, "e")]);
    assert_eq!(read(&[&[(7, "a")], &[(7, "b"), (7, "c")], &[]]), [(7, "a"), (7, "b"), (7, "c")]);
}

#[test]
fn a_repeated_page_is_left_out_even_if_its_keys_are_ambiguous() {
    let page = [(7, "x"), (7, "x"), (7, "x")];
    assert_eq!(read(&[&page, &page, &page, &page]), page);
}

#[test]
fn rows_without_a_key_are_returned_among_rows_with_a_key() {
    assert_eq!(read(&[&[(0, "a"), (1, "b")], &[(0, "a"), (1, "b"), (2, "c")], &[]]), [(0, "a"), (1, "b"), (0, "a"), (2, "c")]);
}

#[test]
fn every_request_has_the_given_page_size() {
    let fetch = |page: u32, size: u32| async move { Ok(if page < 3 { vec![page, size * 100 + page] } else { Vec::new() }) };
    assert_eq!(all(by_number(7, fetch, |row| Some(*row))), [1, 701, 2, 702]);
}

#[test]
fn one_repeated_page_does_not_end_the_list() {
    let requests = AtomicU32::new(0);
    let fetch = |page, size| {
        // Three rows are added after the first request.
        let newest = if requests.fetch_add(1, Ordering::Relaxed) == 0 { 6 } else { 9 };
        let page = page_of(&(0..newest).rev().collect::<Vec<u32>>(), page, size);
        async move { Ok(page) }
    };
    assert_eq!(all(by_number(3, fetch, |row| Some(*row))), [5, 4, 3, 2, 1, 0]);
}

proptest! {
    #[test]
    fn every_row_is_returned_once_whatever_the_maximum_page_size_of_the_server_is(count in 0_u32..60, size in 1_u32..20, largest in 1_u32..20) {
        let rows: Vec<u32> = (0..count).collect();
        let fetch = |page, size: u32| {
            let page = page_of(&rows, page, size.min(largest));
            async move { Ok(page) }
        };
        prop_assert_eq!(all(by_number(size, fetch, |row| Some(*row))), rows.clone());
    }

    /// The list is sorted from new to old, so rows that are added during the reading move the others to later pages.
    #[test]
    fn rows_that_move_to_the_next_page_are_returned_once_and_none_is_missed(
        count in 1_u32..60, size in 1_u32..20, added in prop::collection::vec(0_u32..40, 0..6)
    ) {
        // Adding exactly one page of rows twice looks like a server that repeats its page.
        prop_assume!(!added.windows(2).any(|pair| pair == [size, size]));
        let list = Mutex::new((0..count).rev().collect::<Vec<u32>>());
        let additions = Mutex::new(added.into_iter());
        let fetch = |page, size| {
            let mut list = list.lock().expect("no panic");
            let rows = page_of(&list, page, size);
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

/// Reads pages that have these rows and this number of unreadable rows. The last page is repeated.
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
    let items = read_with_gaps(&[(&[1], 0), (&[], 3)]);
    assert_eq!((items.len(), items.last()), (11, Some(&gap("3 of page 11"))));
}

#[test]
fn a_page_with_the_same_rows_and_unreadable_rows_as_the_one_before_is_a_repetition() {
    assert_eq!(read_with_gaps(&[(&[1, 2], 1)]), [Ok(1), Ok(2), gap("1 of page 1"), gap("1 of page 2"), gap("1 of page 3")]);
}

//! Paging by cursor.

use proptest::prelude::*;
use venue_runtime::paging::by_cursor;

use crate::all;

#[test]
fn the_list_of_a_server_that_ignores_the_cursor_is_read_once() {
    assert_eq!(all(by_cursor(|_| async { Ok(vec![3, 2, 1]) }, |row| *row, |row| Some(*row))), [3, 2, 1]);
}

#[test]
fn an_empty_list_has_no_page() {
    assert_eq!(all(by_cursor(|_: Option<u32>| async { Ok(Vec::new()) }, |row| *row, |row| Some(*row))), [0_u32; 0]);
}

/// Reads pages of rows; a row is its cursor and its id, which may be missing. The last page is repeated. Fails at the sixth request.
fn read(pages: &[&[(u32, Option<u32>)]]) -> Vec<(u32, Option<u32>)> {
    let mut requests = 0;
    let fetch = |_: Option<u32>| {
        let page = pages.get(requests).or(pages.last()).map_or(Vec::new(), |page| page.to_vec());
        requests += 1;
        assert!(requests <= 5, "endless list");
        async move { Ok(page) }
    };
    all(by_cursor(fetch, |row| row.0, |row| row.1))
}

#[test]
fn rows_with_the_same_id_in_one_page_are_all_returned() {
    let twice = [(1, Some(7)), (2, Some(7)), (3, Some(8))];
    assert_eq!(read(&[&twice, &[]]), twice);
}

#[test]
fn rows_without_an_id_are_all_returned() {
    let (first, second) = ([(1, None), (2, None)], [(2, None), (3, None)]);
    assert_eq!(read(&[&first, &second, &[]]), [first, second].concat());
}

#[test]
fn the_list_of_a_server_that_ignores_the_cursor_is_read_once_even_without_ids() {
    let page = [(1, None), (2, None)];
    assert_eq!(read(&[&page]), page);
}

proptest! {
    #[test]
    fn every_row_is_returned_once_whether_a_page_begins_with_the_cursor_or_after_it(
        count in 0_usize..60, pages in prop::collection::vec(2_usize..9, 60), includes_cursor: bool
    ) {
        let rows: Vec<usize> = (0..count).rev().collect();
        let mut pages = pages.iter();
        let fetch = |cursor: Option<usize>| {
            let size = *pages.next().unwrap_or(&2);
            let after = |row: &&usize| cursor.is_none_or(|cursor| **row < cursor || (includes_cursor && **row == cursor));
            let page: Vec<usize> = rows.iter().filter(after).copied().take(size).collect();
            async move { Ok(page) }
        };
        prop_assert_eq!(all(by_cursor(fetch, |row| *row, |row| Some(*row))), rows.clone());
    }
}

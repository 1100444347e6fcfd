//! By cursor.

use proptest::prelude::*;
use sixmm_ext_core::paging::by_cursor;

use crate::all;

#[test]
fn a_server_that_ignores_the_cursor_is_read_once() {
    assert_eq!(all(by_cursor(|_| async { Ok(vec![3, 2, 1]) }, |row| *row)), [3, 2, 1]);
}

#[test]
fn an_empty_list_has_no_page() {
    assert_eq!(all(by_cursor(|_: Option<u32>| async { Ok(Vec::new()) }, |row| *row)), [0_u32; 0]);
}

proptest! {
    #[test]
    fn every_row_comes_once_whether_the_server_begins_with_the_cursor_or_after_it(
        count in 0_usize..60, pages in prop::collection::vec(2_usize..9, 60), begins_with_it: bool
    ) {
        let rows: Vec<usize> = (0..count).rev().collect();
        let mut pages = pages.iter();
        let fetch = |cursor: Option<usize>| {
            let size = *pages.next().unwrap_or(&2);
            let after = |row: &&usize| cursor.is_none_or(|cursor| **row < cursor || (begins_with_it && **row == cursor));
            let page: Vec<usize> = rows.iter().filter(after).copied().take(size).collect();
            async move { Ok(page) }
        };
        prop_assert_eq!(all(by_cursor(fetch, |row| *row)), rows.clone());
    }
}

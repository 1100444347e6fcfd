//! Client order ids.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

use venue_core::{ManualTime, SystemTime, UnixMillis};
use venue_runtime::OrderIds;

const NOW: i64 = 1_795_000_000_000;

fn at(milliseconds: i64) -> (OrderIds, ManualTime) {
    let time = ManualTime::new(UnixMillis::new(milliseconds));
    (OrderIds::new("bot7", Arc::new(time.clone())).expect("ids"), time)
}

#[test]
fn a_hundred_thousand_ids_of_eight_threads_are_different_and_ascend_in_each() {
    let ids = OrderIds::new("bot7", Arc::new(SystemTime)).expect("ids");
    let made: Vec<Vec<String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..12_500).map(|_| ids.next()).collect::<Vec<_>>())).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(made.iter().all(|of_a_thread| of_a_thread.is_sorted_by(|first, second| first < second)));
    assert_eq!(made.iter().flatten().collect::<HashSet<_>>().len(), 100_000);
}

#[test]
fn ids_of_two_processes_that_began_in_the_same_millisecond_differ() {
    let made = |ids: OrderIds| (0..1000).map(|_| ids.next()).collect::<HashSet<_>>();
    assert!(made(at(NOW).0).is_disjoint(&made(at(NOW).0)));
}

#[test]
fn an_id_is_short_plain_and_recognised() {
    let (ids, _) = at(NOW);
    let id = ids.next();
    assert_eq!(id.len(), "bot7-".len() + 26);
    assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
    assert!(ids.is_own(&id));
    assert_eq!(ids.made_at(&id), Some(UnixMillis::new(NOW)));
    let longest = OrderIds::new("abcdefghi", Arc::new(SystemTime)).expect("ids").next();
    assert_eq!((longest.len(), OrderIds::MAX_LENGTH), (36, 36));
}

#[test]
fn what_somebody_else_made_is_not_recognised() {
    let (ids, _) = at(NOW);
    let other = OrderIds::new("bot", Arc::new(SystemTime)).expect("ids").next();
    let own = ids.next();
    for id in ["", "bot7", "bot7-", "bot7-1", &other, &own[1..], &own.to_lowercase(), &format!("{own}0"), &own.replace('-', "")] {
        assert!(!ids.is_own(id), "{id}");
        assert_eq!(ids.made_at(id), None);
    }
}

#[test]
fn ids_ascend_through_time_and_through_a_step_back_of_the_clock() {
    let (ids, time) = at(NOW);
    let mut made = Vec::new();
    for step in [0, 1, 0, 5000, -4000, 0, -1_000_000, 2_000_000] {
        time.step_wall(step);
        made.extend((0..3).map(|_| ids.next()));
    }
    assert!(made.is_sorted_by(|first, second| first < second), "{made:#?}");
}

#[test]
fn a_clock_beyond_all_reason_is_no_failure() {
    for milliseconds in [i64::MIN, -1, 0, i64::MAX] {
        let (ids, _) = at(milliseconds);
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second && ids.is_own(&second));
    }
}

#[test]
fn a_prefix_is_one_to_nine_letters_or_digits() {
    for prefix in ["", "abcdefghij", "a-b", "a b", "ä"] {
        let error = OrderIds::new(prefix, Arc::new(SystemTime)).expect_err(prefix);
        assert_eq!(error.to_string(), "the prefix of order ids must have 1 to 9 characters, letters and digits alone");
    }
}

//! The generator of client order ids.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

use ulid::Ulid;
use venue_core::{ManualTime, SystemTime, UnixMillis};
use venue_runtime::ClientOrderIds;

const NOW: i64 = 1_795_000_000_000;

fn at(milliseconds: i64) -> (ClientOrderIds, ManualTime) {
    let time = ManualTime::new(UnixMillis::new(milliseconds));
    (ClientOrderIds::new("bot7", Arc::new(time.clone())).expect("ids"), time)
}

#[test]
fn a_hundred_thousand_ids_from_eight_threads_are_unique_and_ascend_in_each_thread() {
    let ids = ClientOrderIds::new("bot7", Arc::new(SystemTime)).expect("ids");
    let generated: Vec<Vec<String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..12_500).map(|_| ids.next()).collect::<Vec<_>>())).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(generated.iter().all(|thread_ids| thread_ids.is_sorted_by(|first, second| first < second)));
    assert_eq!(generated.iter().flatten().collect::<HashSet<_>>().len(), 100_000);
}

#[test]
fn two_generators_that_start_in_the_same_millisecond_have_different_ids() {
    let generate = |ids: ClientOrderIds| (0..1000).map(|_| ids.next()).collect::<HashSet<_>>();
    assert!(generate(at(NOW).0).is_disjoint(&generate(at(NOW).0)));
}

#[test]
fn an_id_has_the_prefix_and_the_time_and_is_recognised() {
    let (ids, _) = at(NOW);
    let id = ids.next();
    assert_eq!(id.len(), "bot7-".len() + 26);
    assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
    assert!(ids.is_own(&id));
    let ulid: Ulid = id["bot7-".len()..].parse().expect("a ULID");
    assert_eq!(i64::try_from(ulid.timestamp_ms()), Ok(NOW));
    let longest = ClientOrderIds::new("abcdefghi", Arc::new(SystemTime)).expect("ids").next();
    assert_eq!((longest.len(), ClientOrderIds::MAX_LENGTH), (36, 36));
}

#[test]
fn an_id_with_another_prefix_or_form_is_not_recognised() {
    let (ids, _) = at(NOW);
    let other = ClientOrderIds::new("bot", Arc::new(SystemTime)).expect("ids").next();
    let own = ids.next();
    for id in ["", "bot7", "bot7-", "bot7-1", &other, &own[1..], &own.to_lowercase(), &format!("{own}0"), &own.replace('-', "")] {
        assert!(!ids.is_own(id), "{id}");
    }
}

#[test]
fn ids_ascend_even_after_a_backward_step_of_the_clock() {
    let (ids, time) = at(NOW);
    let mut generated = Vec::new();
    for step in [0, 1, 0, 5000, -4000, 0, -1_000_000, 2_000_000] {
        time.step_wall(step);
        generated.extend((0..3).map(|_| ids.next()));
    }
    assert!(generated.is_sorted_by(|first, second| first < second), "{generated:#?}");
}

#[test]
fn any_time_of_the_clock_is_accepted() {
    for milliseconds in [i64::MIN, -1, 0, i64::MAX] {
        let (ids, _) = at(milliseconds);
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second && ids.is_own(&second));
    }
}

#[test]
fn a_prefix_is_one_to_nine_letters_or_digits() {
    for prefix in ["", "abcdefghij", "a-b", "a b", "ä"] {
        let error = ClientOrderIds::new(prefix, Arc::new(SystemTime)).expect_err(prefix);
        assert_eq!(error.to_string(), "the prefix of order ids must have 1 to 9 characters, only letters and digits");
    }
}

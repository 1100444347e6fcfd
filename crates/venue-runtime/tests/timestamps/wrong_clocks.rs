//! Clocks that were wrong.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use venue_core::{ManualTime, UnixMillis};
use venue_runtime::{ServerClock, Timestamps};

use crate::{LEAD, LIMITS, START, Server, WINDOW, client, new_key, sync, take, world};

#[test]
fn a_clock_that_moves_back_a_little_is_waited_for() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    sync(&clock, &Server { time: time.clone(), ahead: 5000 });
    assert_eq!(take(&timestamps, &clock), Some(5000));
    clock.mark_rejected();
    sync(&clock, &Server { time: time.clone(), ahead: 0 });
    assert_eq!(take(&timestamps, &clock), None);
    time.advance(Duration::from_millis(5000 - 100));
    assert_eq!(take(&timestamps, &clock), None);
    time.advance(Duration::from_millis(1));
    assert_eq!(take(&timestamps, &clock), Some(5001));
}

#[test]
fn a_clock_that_was_wrong_from_the_beginning_is_forgotten_at_once() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    assert_eq!([take(&timestamps, &clock), take(&timestamps, &clock)], [Some(0), Some(1)]);
    sync(&clock, &Server { time, ahead: -WINDOW - 2 });
    assert_eq!(take(&timestamps, &clock), Some(-WINDOW - 2));
    assert_eq!(take(&timestamps, &clock), Some(-WINDOW - 1));
}

#[test]
fn a_timestamp_from_before_the_clock_was_wrong_is_not_issued_again() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    let right = Server { time: time.clone(), ahead: 0 };
    sync(&clock, &right);
    assert_eq!([(); 3].map(|()| take(&timestamps, &clock)), [Some(0), Some(1), Some(2)]);
    clock.mark_rejected();
    sync(&clock, &Server { time, ahead: 3_600_000 });
    assert_eq!(take(&timestamps, &clock), Some(3_600_000));
    clock.mark_rejected();
    sync(&clock, &right);
    assert_eq!(take(&timestamps, &clock), Some(3));
}

#[test]
fn a_clock_that_drifted_away_in_steps_restarts_after_the_end_of_the_tolerance() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    for ahead in [0, 6000, 12_000] {
        clock.mark_rejected();
        sync(&clock, &Server { time: time.clone(), ahead });
        assert_eq!(take(&timestamps, &clock), Some(ahead));
    }
    clock.mark_rejected();
    sync(&clock, &Server { time: time.clone(), ahead: 0 });
    // The server may have taken 6000, and it would take anything up to the window.
    assert_eq!(take(&timestamps, &clock), None);
    time.advance(Duration::from_millis(9_900));
    assert_eq!(take(&timestamps, &clock), None);
    time.advance(Duration::from_millis(1));
    assert_eq!(take(&timestamps, &clock), Some(WINDOW + 1));
}

#[test]
fn a_clock_in_doubt_does_not_restart_the_sequence() {
    let (time, clock) = world();
    let key = new_key();
    let server = Server { time: time.clone(), ahead: 60_000 };
    sync(&clock, &server);
    assert_eq!(take(&client(&key), &clock), Some(60_000));

    let never_synced = ServerClock::new(Arc::new(time));
    let other = client(&key);
    assert_eq!(take(&other, &never_synced), None, "it is behind by a minute");
    assert_eq!(take(&client(&key), &clock), Some(60_001), "and no caller waits");
    sync(&never_synced, &server);
    assert_eq!(take(&other, &never_synced), Some(60_002));
}

#[test]
fn a_waiting_caller_checks_the_clock_again_after_a_synchronisation() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    sync(&clock, &Server { time: time.clone(), ahead: 9000 });
    assert_eq!(take(&timestamps, &clock), Some(9000));
    clock.mark_rejected();
    sync(&clock, &Server { time: time.clone(), ahead: 0 });
    let mut waiting: crate::Next<'_> = Box::pin(timestamps.next(&clock));
    assert_eq!(crate::poll(&mut waiting), None);
    clock.mark_rejected();
    sync(&clock, &Server { time: time.clone(), ahead: 9000 });
    time.advance(Duration::from_secs(1));
    assert_eq!(crate::poll(&mut waiting), Some(START + 10_000));
}

#[derive(Clone, Debug)]
enum Event {
    Advance(u64),
    /// Only the wall clock, and the server's, go on.
    Suspend(i64),
    Sync(usize),
    /// By one of two clients, each with a clock of its own.
    Take(usize, usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..400_u64).prop_map(Event::Advance),
        1 => (0..30_000_u64).prop_map(Event::Advance),
        1 => (300..40_000_i64).prop_map(Event::Suspend),
        2 => (0..2_usize).prop_map(Event::Sync),
        6 => (0..2_usize, 1..150_usize).prop_map(|(client, calls)| Event::Take(client, calls)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// A machine whose date is wrong, and which sleeps now and then; two clients, which synchronise when they like. The server takes what is
    /// within its window, and nothing that it has seen, which here means: nothing that is not greater.
    #[test]
    fn the_server_never_sees_a_timestamp_again(wrong in -30_000..30_000_i64, events in prop::collection::vec(event(), 1..60)) {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = Server { time: time.clone(), ahead: wrong };
        let key = new_key();
        let clients = [(); 2].map(|()| (client(&key), ServerClock::new(Arc::new(time.clone()))));
        let mut accepted = i64::MIN;
        for event in events {
            match event {
                Event::Advance(milliseconds) => time.advance(Duration::from_millis(milliseconds)),
                Event::Suspend(milliseconds) => time.step_wall(milliseconds),
                Event::Sync(client) => sync(&clients[client].1, &server),
                Event::Take(client, calls) => {
                    let (timestamps, clock) = &clients[client];
                    for _ in 0..calls {
                        let Some(timestamp) = take(timestamps, clock) else { break };
                        prop_assert!(START + timestamp <= clock.now().as_millis() + LEAD);
                        if (START + timestamp - server.read()).abs() <= WINDOW {
                            prop_assert!(timestamp > accepted, "{timestamp} after {accepted}");
                            accepted = timestamp;
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn one_client_with_one_right_clock_increases_strictly(pauses in prop::collection::vec(0..300_u64, 1..300)) {
        let (time, clock) = world();
        sync(&clock, &Server { time: time.clone(), ahead: 777 });
        let timestamps = Timestamps::detached(LIMITS);
        let mut last = i64::MIN;
        for pause in pauses {
            while let Some(timestamp) = take(&timestamps, &clock) {
                let ahead = START + timestamp - clock.now().as_millis();
                prop_assert!(timestamp > last && (0..=LEAD).contains(&ahead));
                last = timestamp;
                if timestamp % 37 == 0 {
                    break;
                }
            }
            time.advance(Duration::from_millis(pause));
        }
    }
}

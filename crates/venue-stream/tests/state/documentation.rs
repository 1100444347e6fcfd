//! The example with times in the documentation of the crate.

use venue_stream::{Settings, TopicSettings};

use crate::support::{Lines, Machine, ms, secs};

#[test]
fn the_example_of_the_documentation_is_right() {
    let mut machine = Machine::with_protocol(Lines { topics_per_request: 10, ..Lines::default() }, Settings::new());
    let book = TopicSettings::new().stale_after(secs(5)).snapshot_then_updates(secs(10));
    assert_eq!(machine.subscribe_with("book", book), ["connect 1"]);
    machine.subscribe("trades");
    machine.pass(ms(100));
    let connected = ["book: connected 1", "trades: connected 1", "send ping frame", "send sub 1 book,trades"];
    assert_eq!(machine.open(), connected);
    machine.pass(ms(100));
    assert_eq!(machine.text("ok 1"), ["book: subscribed", "trades: subscribed"]);
    machine.pass(ms(100));
    assert_eq!(machine.text("book 1"), ["book: snapshot book 1"]);
    assert_eq!(machine.text("trades 1"), ["trades: update trades 1"]);
    // The clock of the test starts at 1 s.
    assert_eq!(machine.run(secs(5)), ["book: stale since 1300 ms"]);
    machine.pass(ms(700));
    assert_eq!(machine.text("book 3"), ["book: update book 3"]);
    assert_eq!(machine.resync("book"), ["book: resync: a subscriber requested it: a gap", "send unsub 2 book"]);
    machine.pass(ms(100)).text("ok 2");
    assert_eq!(machine.run(ms(150)), ["send sub 3 book"]);
    machine.pass(ms(50));
    assert_eq!(machine.text("ok 3"), ["book: subscribed"]);
    assert_eq!(machine.text("book 4"), ["book: snapshot book 4"]);
    machine.pass(ms(700));
    assert_eq!(machine.lose("reset").len(), 3);
    let (pause, printed) = machine.run_to_deadline();
    assert_eq!(printed, ["connect 2"]);
    assert!((ms(250)..=ms(500)).contains(&pause));
    machine.pass(ms(100));
    assert_eq!(machine.open(), ["book: connected 2", "trades: connected 2", "send ping frame", "send sub 4 trades"]);
    machine.pass(ms(100));
    assert_eq!(machine.text("ok 4"), ["trades: subscribed", "send sub 5 book"]);
}

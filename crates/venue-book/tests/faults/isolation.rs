//! A new subscription of one book has no effect on the others.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use venue_book::{Book, BookEvent, BookSettings, VersionRule};
use venue_core::{TimeSource, UnixMillis};
use venue_stream::StreamConnection;
use venue_test_support::virtual_time::{self, VirtualTime};

use crate::connection_support::Lines as Protocol;
use crate::exchange::{self, Exchange, Form};
use crate::network::{Library, MemoryNetwork};
use crate::run::{WithTopic, accept, settings};

const BOOKS: usize = 200;
const CHOSEN: usize = 77;

#[test]
fn a_gap_in_one_of_200_books_is_invisible_to_the_others() {
    virtual_time::run(async {
        let form = Form { is_marked: false, rule: VersionRule::FirstFollowsPrevious };
        let topics: Vec<String> = (0..BOOKS).map(|number| format!("book{number}")).collect();
        let exchange = Exchange::new(7, form, &topics);
        exchange::lock(&exchange).is_faulty = false;
        let (network, server) = MemoryNetwork::with_capacity(Library::TokioWebsockets, 1 << 20);
        let accepting = tokio::spawn(accept(server, Arc::clone(&exchange)));
        let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
        let protocol = Protocol { topics_per_request: 50, ..Protocol::default() };
        let connection = StreamConnection::builder(protocol, "ws://exchange.invalid/ws")
            .settings(settings())
            .time(Arc::clone(&time))
            .connect_with(Arc::new(network))
            .build()
            .expect("valid settings");
        let events: Arc<Mutex<Vec<(usize, BookEvent)>>> = Arc::default();
        let books: Vec<Book> = topics
            .iter()
            .map(|topic| {
                let settings = BookSettings::new().continuity(form.rule).time(Arc::clone(&time));
                Book::subscribe(&connection, topic, Arc::new(WithTopic), settings).expect("a runtime")
            })
            .collect();
        for (number, mut book) in books.iter().cloned().enumerate() {
            let events = Arc::clone(&events);
            tokio::spawn(async move {
                loop {
                    let event = book.changed().await;
                    events.lock().expect("no panic").push((number, event));
                }
            });
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert!(books.iter().all(|book| book.live().is_ok()), "{:?}", books.iter().find(|book| book.live().is_err()));

        events.lock().expect("no panic").clear();
        exchange::lock(&exchange).loses_next = Some(topics[CHOSEN].clone());
        tokio::time::sleep(Duration::from_secs(20)).await;
        let events = std::mem::take(&mut *events.lock().expect("no panic"));
        let (chosen, others): (Vec<_>, Vec<_>) = events.into_iter().partition(|(number, _)| *number == CHOSEN);
        assert!(matches!(&chosen.iter().find(|(_, event)| *event != BookEvent::Changed), Some((_, BookEvent::Lost(_)))), "{chosen:?}");
        assert!(others.iter().all(|(_, event)| *event == BookEvent::Changed), "the other books only change");
        assert!(others.len() > BOOKS * 20, "the other books continue");
        assert!(books.iter().all(|book| book.live().is_ok()));
        let requests = &exchange::lock(&exchange).requests;
        for (number, topic) in topics.iter().enumerate() {
            assert_eq!(requests[topic].len(), if number == CHOSEN { 2 } else { 1 }, "{topic}");
        }
        accepting.abort();
    });
}

//! The cases of `tests/cases`: what the client does under hostile answers, networks and aborts.
//!
//! A case is data: an operation, its parameters, the answers and faults of a scripted exchange, the expected verdict, and the expected
//! requests on the wire. The format is described in `tests/cases/README.md`. Only `driver` uses the client, so that a change of the
//! client's API changes the driver and no case.
//!
//! | file | holds |
//! | --- | --- |
//! | `model` | the format of the files, and how they are read |
//! | `answer` | one answer of the scripted exchange |
//! | `book` | the orders that the exchange shows to lookups |
//! | `request` | a request that arrived |
//! | `exchange` | the script: which answer follows which request |
//! | `server` | the sockets, in virtual time |
//! | `time` | virtual time that passes only while no request is on its way |
//! | `driver` | the client's calls; the only user of its API |
//! | `expectation` | the comparison of a verdict and of the wire with the case |
//! | `run` | one case from its start to its report |
//! | `table` | the kinds and operations that were tried |
//! | `mutation` | the property test: mutated answers to all ten writes, with truthful lookups |
//!
//! `SIXMM_CASES=text` runs only the cases whose file, kind, name or operation contains the text (several texts are separated by commas
//! and must all match). `SIXMM_CASES_VERBOSE=1` prints every request of the cases that fail.
//! `SIXMM_MUTATIONS` is the number of mutated answers (500 without it), `SIXMM_MUTATION_SEED` the first seed.

mod answer;
mod book;
mod driver;
mod exchange;
mod expectation;
mod model;
mod mutation;
mod request;
mod run;
mod server;
mod table;
mod time;

/// One test for each file of cases; a file without a test fails `every_file_of_cases_has_a_test`.
macro_rules! files {
    ($($file:ident)+) => {
        $(
            #[test]
            fn $file() {
                run::file(stringify!($file));
            }
        )+

        #[test]
        fn every_file_of_cases_has_a_test() {
            assert_eq!(model::files(), [$(stringify!($file)),+]);
        }
    };
}

files! {
    answers_contradicted
    answers_in_doubt
    answers_that_report_failure
    batches_contradicted
    bounds
    cancellations
    connections
    cookies
    dropped_calls
    dropped_elsewhere
    hooks
    http_oddities
    lists
    lists_in_doubt
    lookups_in_doubt
    lookups_of_another_order
    lookups_of_our_order
    printing
    reads_in_doubt
    refusals
    repeated_reads
    rows
    spelling
    unknown_outcomes
    waiting
    writes_as_documented
    writes_resent
}

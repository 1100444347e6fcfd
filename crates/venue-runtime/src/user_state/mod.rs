//! The state of a user, that is orders, fills, positions and balance, from REST rows and the messages of a private stream.
//!
//! The messages of a private stream do not suffice, because they are lost, repeated and reordered. [`UserStateMachine`] is a reconciler: REST
//! rows are the truth, and messages are early notices that cause a reading. The state machine reads no clock and sends no request. Its inputs
//! are messages, results of requests and the time, and its outputs are requests and events.
//!
//! All parts are read after each subscription of the stream, after each loss of trust that does not end the subscription, when the program
//! asks, once more 5 seconds after each of these, and in a slow interval. A part, or a single order, is also read when a message announces a
//! change. The rows and messages are merged by these rules:
//!
//! | input | known state | effect |
//! | --- | --- | --- |
//! | message about an open order without a fill | unknown or open | the order is provisional until the list of open orders shows it |
//! | other message about an order | unknown or open | the order is provisional, and is queried |
//! | message about an order | final by REST | none: a final order never becomes open again |
//! | message without a contract or an executed quantity | provisional | the contract and the quantity of earlier messages are kept |
//! | repeated or older message | provisional | no event; the order is read again, from the list or by a query |
//! | message about an order that may report a trade | any | fills and positions are read; the trade is not counted |
//! | message about an order without the exchange's id | any | all parts are read |
//! | message about the account | any | positions and balance are read; its values are not taken over |
//! | message of an unknown kind | any | all parts are read |
//! | row that shows what the message reported | provisional | the order is confirmed |
//! | row that does not show what the message reported | provisional | the order stays provisional, and is queried again after a pause; after six such rows REST prevails |
//! | row with a smaller executed quantity or an earlier time of change | known | none: the row is older |
//! | row with an open status | final | none |
//! | row with a final status in a list | not final | the order is queried; only the result of this query ends the order |
//! | order missing in a complete list of open orders | not final | the order is queried; its absence proves nothing |
//! | "order not found", or a query that fails | any | none; the order is queried again after a pause; after six such results it is undecided |
//! | fill | its key is new | the fill is counted and reported once |
//! | fill | its key is known | none |
//! | executed quantity of an order is larger than the sum of its fills | known | the fills of the order are queried; after six results without the missing fill they are undecided |
//! | fill of an unknown order, or larger sum than the order's executed quantity | any | the order is queried |
//! | position missing in a complete list | known | the positions are read again; the position is closed if the second list lacks it, too |
//! | two different rows of one position in a list | any | the list is incomplete, and the rows are left out |
//! | incomplete list, or a list with unreadable rows or rows without an id | any | the readable rows are merged, nothing is removed, the part is read again |
//! | the program forgets an order | not final | the order is removed and no longer queried, until a row or a message shows it again |
//! | missing permission | any | the part is not reconciled, and the program is informed; tried again after the next subscription, and when the program asks for a reading |
//!
//! Queries of single orders are sent in the order in which they were requested, so none waits for ever. Queries of orders that only a list
//! of fills has reported, and of undecided orders, have a low priority, but at least a quarter of the queries. Neither delays `Reconciled`. An
//! undecided order is reported once as `Incomplete`, and its part has the trust `Undecided`. An order that only a list of fills has reported
//! is given up if the exchange does not find it in six queries, because old orders may have been forgotten. If orders end faster than single
//! orders can be queried, for example 5 per second by default, the list of unconfirmed orders grows, up to 20,000. Messages about further
//! orders are not tracked then.
//!
//! For example, an order of 5 is open with an executed quantity of 2. The connection is lost, the order is filled, and the two messages are
//! lost. After the next subscription, the complete list of open orders lacks the order, so the order is queried. The query returns `FILLED`
//! with an executed quantity of 5. The fills since the last known fill contain a new fill of 3. The program receives the fill and the final
//! order once, and then `Reconciled` with both as corrections.
//!
//! An order that is placed and ends without a fill between two readings, and whose messages are all lost, is not reported.

mod event;
mod fills;
mod input;
mod machine;
mod merge;
mod orders;
mod queries;
mod round;
mod schedule;
mod settings;
mod state;
mod types;

#[cfg(test)]
mod tests;

pub use event::{AccountEvent, Correction};
pub use input::{Input, LossOfTrust, Output, Read, ReadFailure, ReadId, ReadResult, Rows};
pub use machine::UserStateMachine;
pub use settings::UserStateSettings;
pub use state::{PartState, TrackedOrder, Trust, UserState};
pub use types::{AccountNotice, AccountTypes, FillFacts, Lifecycle, Moment, Notice, OrderFacts, OrderNotice, Part, Row, TradeNotice};

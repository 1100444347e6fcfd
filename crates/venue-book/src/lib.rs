//! Order books of an exchange, which are readable as live only while they can be trusted.

mod book;
mod continuity;
mod depth;
mod levels;
mod number;
mod settings;
pub mod state;
mod status;
mod view;

pub use book::{Book, BookEvents, Error, LastKnownBook, LiveBook};
pub use continuity::{Continuity, Link, VersionRule, Versions};
pub use depth::{DecodeError, Depth, DepthDecoder, InvalidLevel, LevelFields, LevelsSeed, Scanner};
pub use levels::BookSide;
pub use settings::BookSettings;
pub use status::{BookEvent, BookStatus, LossReason, NotLive};
pub use view::{BookView, Fill, PriceLevel, SideView};

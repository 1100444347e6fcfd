//! Order books of an exchange, which are readable as live only while they can be trusted.

mod depth;

pub use depth::{DecodeError, Depth, DepthDecoder, InvalidLevel, LevelFields, LevelsSeed};

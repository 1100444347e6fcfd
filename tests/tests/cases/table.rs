//! The kinds and operations that were tried.

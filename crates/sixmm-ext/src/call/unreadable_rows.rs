//! The rows and lists that are missing from the pages of a list.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use sixmm_api::Operation;
use sixmm_api::types::{
    AccountChangeLogPage, ConditionOrderHistoryPage, Extra, Klines, OrderHistoryPage, OrderList, PositionHistoryPage, TradePage,
    Undocumented,
};

use crate::Error;

/// Stores the errors of pages with unreadable rows or a missing list, until the stream returns the errors. One page of the stream can
/// consist of several responses, and therefore can have several errors.
#[derive(Clone)]
pub(super) struct UnreadableRows {
    operation: &'static Operation,
    errors: Arc<Mutex<VecDeque<Error>>>,
}

impl UnreadableRows {
    pub(super) fn new(operation: &'static Operation) -> Self {
        Self { operation, errors: Arc::default() }
    }

    pub(super) fn note(&self, page: &impl Page) {
        let error = page.extra().and_then(|extra| Error::incomplete_page(self.operation, extra));
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).extend(error);
    }

    pub(super) fn take(&self) -> Option<Error> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// A page of a list. The unreadable rows of a page are in `extra`, which a page with undocumented content does not have.
pub(super) trait Page {
    fn extra(&self) -> Option<&Extra>;

    /// The number of rows that could not be read.
    fn unreadable_row_count(&self) -> usize {
        self.extra().map_or(0, Extra::unreadable_row_count)
    }
}

macro_rules! pages {
    ($($name:ident)+) => { $(
        impl Page for $name {
            fn extra(&self) -> Option<&Extra> {
                Some(&self.extra)
            }
        }
    )+ };
}

pages! { AccountChangeLogPage ConditionOrderHistoryPage Klines OrderHistoryPage OrderList PositionHistoryPage TradePage }

impl Page for Undocumented {
    fn extra(&self) -> Option<&Extra> {
        None
    }
}

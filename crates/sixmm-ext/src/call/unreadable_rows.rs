//! The rows that are missing from the pages of a list.

use std::sync::{Arc, Mutex, PoisonError};

use sixmm_api::Operation;
use sixmm_api::types::{
    AccountChangeLogPage, ConditionOrderHistoryPage, Extra, Klines, OrderHistoryPage, OrderList, PositionHistoryPage, TradePage,
    Undocumented,
};

use crate::Error;

/// What is missing from the page that was read last, until it is reported.
#[derive(Clone)]
pub(super) struct UnreadableRows {
    operation: &'static Operation,
    error: Arc<Mutex<Option<Error>>>,
}

impl UnreadableRows {
    pub(super) fn new(operation: &'static Operation) -> Self {
        Self { operation, error: Arc::default() }
    }

    pub(super) fn note(&self, page: &impl Page) {
        if let Some(error) = page.extra().and_then(|extra| Error::unreadable_rows_of(self.operation, extra)) {
            *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }

    pub(super) fn take(&self) -> Option<Error> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A page of a list; nothing is known of the rows of an undocumented one.
pub(super) trait Page {
    fn extra(&self) -> Option<&Extra>;
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

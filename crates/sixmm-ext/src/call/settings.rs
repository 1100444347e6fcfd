//! The options and the request id of an order write.

use crate::CallOptions;

/// The fields that the setters of [`settings!`] set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) options: CallOptions,
    pub(crate) request_id: Option<String>,
}

/// Declares the setters of options and request id, for types with a field `settings: Settings`.
macro_rules! settings {
    ($($call:ident),+ $(,)?) => { $(
        impl $call {
            /// An id of your choice for the request (`X-Request-ID`). The exchange repeats it in the response. Without an id, the exchange
            /// assigns one.
            pub fn request_id(mut self, id: impl Into<String>) -> Self {
                self.settings.request_id = Some(id.into());
                self
            }

            /// Sets timeouts and retries of this call, which replace those of the client. Retries never execute an order write twice: the
            /// write is not sent again if it may have reached the exchange.
            pub fn options(mut self, options: $crate::CallOptions) -> Self {
                self.settings.options = options;
                self
            }
        }
    )+ };
}

/// Evaluates to the request, with the request id if one is set.
macro_rules! identified {
    ($settings:expr, $call:expr) => {
        match &$settings.request_id {
            Some(id) => $call.x_request_id(id.as_str()),
            None => $call,
        }
    };
}

pub(crate) use {identified, settings};

//! How a request is sent, whatever it asks for.

use crate::CallOptions;

/// What [`settings!`] sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) options: CallOptions,
    pub(crate) request_id: Option<String>,
}

/// Declares the setters of what is sent, for types with a field `settings: Settings`.
macro_rules! settings {
    ($($call:ident),+ $(,)?) => { $(
        impl $call {
            /// An id of your choice for the request (`X-Request-ID`). The exchange repeats it; without one it makes its own.
            pub fn request_id(mut self, id: impl Into<String>) -> Self {
                self.settings.request_id = Some(id.into());
                self
            }

            /// Timeouts and retries of this call alone, over those of the client. What may have arrived, and is not known to be safe to
            /// repeat, is not sent again, whatever they say.
            pub fn options(mut self, options: $crate::CallOptions) -> Self {
                self.settings.options = options;
                self
            }
        }
    )+ };
}

/// A generated call, with the request's id if one is set.
macro_rules! identified {
    ($settings:expr, $call:expr) => {
        match &$settings.request_id {
            Some(id) => $call.x_request_id(id.as_str()),
            None => $call,
        }
    };
}

pub(crate) use {identified, settings};

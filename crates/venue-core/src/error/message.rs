//! The text of an error: `Display` and `Debug`.

use std::fmt;

use super::{Error, Kind};
use crate::{Delivery, EscapedText};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.0.operation)?;
        self.write_problem(f)?;
        if let Some(response) = &self.0.response {
            write!(f, " (HTTP {}", response.status.as_u16())?;
            if let Some(request_id) = &response.request_id {
                write!(f, ", request id {}", EscapedText::new(request_id))?;
            }
            f.write_str(")")?;
        }
        if self.attempts() > 1 {
            write!(f, ", after {} attempts", self.attempts())?;
        }
        if let Some(reason) = self.0.no_retry {
            write!(f, "; this call made no further attempt: {reason}")?;
        }
        if self.delivery() == Delivery::Executed {
            f.write_str("; the request was executed")?;
        } else if self.delivery() == Delivery::Unknown && !self.0.operation.repeatable.is_repeatable() {
            f.write_str("; the request may have been executed: query its outcome before sending it again")?;
        }
        Ok(())
    }
}

impl Error {
    fn write_problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::InvalidRequest(errors) => write!(f, "not sent: {errors} (see {})", self.0.operation.documentation),
            Kind::Vetoed(veto) => write!(f, "not sent: {}", veto.reason()),
            Kind::Transport(source) if source.is_connect() && source.is_timeout() => {
                f.write_str("not sent: connecting to the exchange timed out")
            }
            Kind::Transport(source) if source.is_connect() => f.write_str("not sent: cannot connect to the exchange"),
            Kind::Transport(source) if source.is_builder() => f.write_str("not sent: the request cannot be built"),
            Kind::Transport(source) if source.is_timeout() => f.write_str("no response before the timeout"),
            Kind::Transport(_) => f.write_str("the connection broke before a response arrived"),
            Kind::ResponseInterrupted(source) if source.is_timeout() => f.write_str("the response was not complete before the timeout"),
            Kind::ResponseInterrupted(_) => f.write_str("the connection broke within the response"),
            Kind::ResponseTooLarge(limit) => write!(f, "the response is larger than the limit of {limit} bytes"),
            Kind::Redirected => f.write_str("unexpected redirect (not followed)"),
            Kind::Exchange { code, message, .. } if message.is_empty() => write!(f, "rejected with code {code}"),
            Kind::Exchange { code, message, .. } => write!(f, "rejected with code {code}: {}", EscapedText::new(message)),
            Kind::UnexpectedResponse { media_type, problem, invalid_json_at } => {
                let length = self.body().map_or(0, <[u8]>::len);
                write!(f, "unexpected response: {}, {length} bytes", EscapedText::new(media_type))?;
                // For an HTML page the media type is enough.
                if *invalid_json_at == Some(0) { Ok(()) } else { write!(f, ", {problem}") }
            }
            Kind::Undecodable(detail) => {
                write!(f, "the exchange reported success, but its data cannot be read: {}", EscapedText::new(detail))
            }
            Kind::UnmetCondition(unmet) => write!(f, "the envelope reports success, but {unmet}"),
            Kind::MissingData => f.write_str("the exchange reported success, but sent no data"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, delivery: {:?})", self.to_string(), self.delivery())
    }
}

//! Frames as bytes, for faults that a WebSocket library cannot send.
//!
//! RFC 6455, section 5.2

use super::faults::MalformedForm;

const FINAL: u8 = 0x80;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
/// The first reserved opcode of frames that are no control frames.
const RESERVED: u8 = 0x3;
const MASKED: u8 = 0x80;

/// A text frame of a server.
pub(super) fn text(payload: &str) -> Vec<u8> {
    frame(TEXT, payload.as_bytes())
}

/// A malformed frame that contains the payload or a part of it.
pub(super) fn malformed(payload: &str, form: MalformedForm) -> Vec<u8> {
    let bytes = payload.as_bytes();
    match form {
        MalformedForm::Json => text(payload.char_indices().nth(payload.chars().count() / 2).map_or("", |(half, _)| &payload[..half])),
        MalformedForm::Utf8 => {
            let mut bytes = bytes.to_vec();
            if let Some(last) = bytes.last_mut() {
                *last = 0xff;
            }
            frame(TEXT, &bytes)
        }
        MalformedForm::Opcode => frame(RESERVED, bytes),
        MalformedForm::Binary => frame(BINARY, bytes),
        MalformedForm::Masked => {
            let mut masked = frame(TEXT, bytes);
            masked[1] |= MASKED;
            // The mask is 0, so the payload stays the same.
            let payload_start = masked.len() - bytes.len();
            masked.splice(payload_start..payload_start, [0; 4]);
            masked
        }
    }
}

fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![FINAL | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < 126 => frame.push(length),
        (_, Ok(length)) => {
            frame.push(126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_the_shortest_of_three_forms() {
        assert_eq!(text("ab"), [0x81, 2, b'a', b'b']);
        assert_eq!(text(&"a".repeat(125))[..2], [0x81, 125]);
        assert_eq!(text(&"a".repeat(126))[..4], [0x81, 126, 0, 126]);
        assert_eq!(text(&"a".repeat(65_536))[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn malformed_frames_have_the_mistake_of_their_form() {
        assert_eq!(malformed("{}", MalformedForm::Json), [0x81, 1, b'{']);
        assert_eq!(malformed("{}", MalformedForm::Utf8), [0x81, 2, b'{', 0xff]);
        assert_eq!(malformed("{}", MalformedForm::Opcode), [0x83, 2, b'{', b'}']);
        assert_eq!(malformed("{}", MalformedForm::Binary), [0x82, 2, b'{', b'}']);
        assert_eq!(malformed("{}", MalformedForm::Masked), [0x81, 0x82, 0, 0, 0, 0, b'{', b'}']);
    }
}

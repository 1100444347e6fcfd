//! The memory of the texts of messages.

use std::sync::Arc;

/// The texts of the latest messages, whose memory is used again for new messages after the subscribers have dropped them.
///
/// An allocation of more than 1 KiB makes the usual allocator merge its small free blocks. With such an allocation for each order book, a
/// replay took 1.4 times as long as decoding the books. It takes 1.06 times as long with this table.
///
/// A text that a subscriber still has is not changed: [`Arc::get_mut`] succeeds only without other owners. A slow subscriber keeps no more
/// memory than twice its texts, because a text gets only memory of at most twice its length. The memory of the table is at most
/// [`SLOTS`](Self::SLOTS) times [`MAX_BYTES`](Self::MAX_BYTES), which is 512 KiB.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    slots: Vec<Arc<String>>,
    next: usize,
}

impl Texts {
    /// Two batches of messages: while subscribers read one batch, the next one arrives.
    const SLOTS: usize = 64;
    /// The largest memory of a text in the table.
    const MAX_BYTES: usize = 8 << 10;

    /// Copies a text.
    #[inline]
    pub(super) fn copy(&mut self, text: &str) -> Arc<String> {
        if text.len() > Self::MAX_BYTES {
            return Arc::new(text.to_owned());
        }
        let slot = self.next;
        self.next = (slot + 1) % Self::SLOTS;
        let Some(shared) = self.slots.get_mut(slot) else {
            let new = Arc::new(text.to_owned());
            self.slots.push(Arc::clone(&new));
            return new;
        };
        match Arc::get_mut(shared) {
            Some(memory) if (text.len()..=2 * text.len()).contains(&memory.capacity()) => {
                memory.clear();
                memory.push_str(text);
            }
            _ => *shared = Arc::new(text.to_owned()),
        }
        Arc::clone(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_a_dropped_text_is_used_again() {
        let mut texts = Texts::default();
        let address = |text: &Arc<String>| text.as_ptr();
        let first = address(&texts.copy("a text of 22 bytes ..."));
        (1..Texts::SLOTS).for_each(|_| drop(texts.copy("another")));
        let again = texts.copy("a shorter text");
        assert_eq!((address(&again), again.as_str()), (first, "a shorter text"));
    }

    #[test]
    fn a_text_that_a_subscriber_has_is_never_changed() {
        let mut texts = Texts::default();
        let kept: Vec<Arc<String>> = (0..10 * Texts::SLOTS).map(|number| texts.copy(&format!("text {number}"))).collect();
        assert!(kept.iter().enumerate().all(|(number, text)| **text == format!("text {number}")));
    }

    #[test]
    fn a_short_text_does_not_keep_the_memory_of_a_long_one() {
        let mut texts = Texts::default();
        let lengths = [Texts::MAX_BYTES, 100, 1, 0, Texts::MAX_BYTES + 1, 50];
        for round in 0..4 * Texts::SLOTS {
            let length = lengths[round / 7 % lengths.len()];
            let text = texts.copy(&"x".repeat(length));
            assert!(text.len() == length && text.capacity() <= 2 * length, "{length}: {}", text.capacity());
        }
        assert!(texts.slots.iter().all(|text| text.capacity() <= Texts::MAX_BYTES));
    }
}

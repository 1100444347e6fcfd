//! The faults of a run.

use super::*;

/// The probabilities of the faults in percent, and the delays in milliseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub(super) lost: u8,
    pub(super) repeated: u8,
    pub(super) late: u8,
    pub(super) without_symbol: u8,
    pub(super) without_trade: u8,
    pub(super) without_quantity: u8,
    pub(super) without_status: u8,
    pub(super) other: u8,
    pub(super) failed: u8,
    pub(super) incomplete: u8,
    pub(super) without_id: u8,
    pub(super) latency: u64,
    /// The age of the rows of each kind of request.
    pub(super) lags: [u64; 6],
    /// The first and the last time at which a part is not permitted.
    pub(super) not_permitted: Option<(Part, u64, u64)>,
}

impl Faults {
    pub(super) fn new(random: &mut Rng) -> Self {
        let mut percent = |most| if random.u8(..3) == 0 { random.u8(0..=most) } else { 0 };
        let mut faults = Self {
            lost: percent(60),
            repeated: percent(50),
            late: percent(80),
            without_symbol: percent(30),
            without_trade: percent(100),
            without_quantity: percent(60),
            without_status: percent(60),
            other: percent(10),
            failed: percent(50),
            incomplete: percent(30),
            without_id: percent(20),
            ..Self::default()
        };
        if random.u8(..6) == 0 {
            faults.lost = 100;
        }
        faults.latency = [0, 50, 500, 4_000][random.usize(..4)];
        if random.bool() {
            faults.lags = std::array::from_fn(|_| if random.bool() { 0 } else { random.u64(..3_000) });
        }
        if random.u8(..5) == 0 {
            let begin = random.u64(..30_000);
            faults.not_permitted = Some((Part::ALL[random.usize(..4)], begin, begin + random.u64(..20_000)));
        }
        faults
    }

    pub(super) fn fails_requests(&self) -> bool {
        self.failed > 0 || self.incomplete > 0 || self.without_id > 0 || self.not_permitted.is_some()
    }
}

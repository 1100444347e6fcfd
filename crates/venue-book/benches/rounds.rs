use std::time::Duration;

/// The processor time of this thread.
pub(crate) fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("a number"))
}

pub(crate) fn compare(name: &str, messages: u64, mut round: impl FnMut() -> [Duration; 5]) {
    let mut best = [f64::INFINITY; 5];
    for _ in 0..25 {
        for (best, time) in best.iter_mut().zip(round()) {
            *best = best.min(time.as_nanos() as f64 / messages as f64);
        }
    }
    println!(
        "{name}: ours {:.0}, plain {:.0}, ratio {:.3}; decode: serde_json {:.0}, sonic {:.0}, plain {:.0}",
        best[0],
        best[1],
        best[0] / best[1],
        best[2],
        best[3],
        best[4]
    );
}

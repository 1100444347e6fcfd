use std::time::Duration;

pub(crate) fn compare<const N: usize>(name: &str, messages: u64, names: [&str; N], mut round: impl FnMut() -> [Duration; N]) {
    let mut best = [f64::INFINITY; N];
    for _ in 0..400 {
        for (best, time) in best.iter_mut().zip(round()) {
            *best = best.min(time.as_nanos() as f64 / messages as f64);
        }
    }
    print!("{name}: ratio {:.3}", best[0] / best[1]);
    for (name, time) in names.iter().zip(best) {
        print!("; {name} {time:.0}");
    }
    println!();
}

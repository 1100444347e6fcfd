//! The output of the tour is the same in each run.

#[path = "../examples/tour.rs"]
#[expect(dead_code, reason = "the example's `main` prints to the terminal")]
mod example;

#[tokio::test]
async fn the_output_of_the_tour_matches_the_snapshot() {
    let mut out = Vec::new();
    example::run(&mut out).await.expect("the local exchange answers");
    insta::assert_snapshot!(String::from_utf8(out).expect("text"));
}

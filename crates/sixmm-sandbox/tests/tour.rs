//! The tour prints the same at every run.

#[path = "../examples/tour.rs"]
#[expect(dead_code, reason = "the example's `main` prints to the terminal")]
mod example;

#[tokio::test]
async fn the_tour_prints_what_it_is_meant_to_show() {
    let mut out = Vec::new();
    example::run(&mut out).await.expect("the local exchange answers");
    insta::assert_snapshot!(String::from_utf8(out).expect("text"));
}

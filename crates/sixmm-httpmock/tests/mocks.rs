//! The output of the example is the same in each run.

#[path = "../examples/mocks.rs"]
#[expect(dead_code, reason = "the example's `main` prints to the terminal")]
mod example;

#[tokio::test]
async fn the_output_of_the_example_matches_the_snapshot() {
    let mut out = Vec::new();
    example::tour(&mut out).await.expect("the mock exchange answers");
    insta::assert_snapshot!(String::from_utf8(out).expect("text"));
}

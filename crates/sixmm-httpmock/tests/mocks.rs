//! The example prints the same at every run.

#[path = "../examples/mocks.rs"]
#[expect(dead_code, reason = "the example's `main` prints to the terminal")]
mod example;

#[tokio::test]
async fn the_example_prints_what_it_is_meant_to_show() {
    let mut out = Vec::new();
    example::tour(&mut out).await.expect("the mock exchange answers");
    insta::assert_snapshot!(String::from_utf8(out).expect("text"));
}

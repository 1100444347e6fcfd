//! Paths and topics with `{name}` where something is filled in.

/// The same with the placeholders left blank: their names are not on the wire.
pub(crate) fn without_placeholders(template: &str) -> String {
    let mut blank = String::new();
    let mut rest = template;
    while let Some((before, after)) = around_a_placeholder(rest) {
        blank.push_str(before);
        blank.push_str("{}");
        rest = after;
    }
    blank + rest
}

/// What stands before the first placeholder, and what follows it.
fn around_a_placeholder(text: &str) -> Option<(&str, &str)> {
    let (before, opened) = text.split_once('{')?;
    let (_, after) = opened.split_once('}')?;
    Some((before, after))
}

#[cfg(test)]
mod tests {
    use super::without_placeholders;

    #[test]
    fn only_the_names_of_placeholders_are_left_out() {
        for (template, blank) in [
            ("/v1/orders/{orderId}/fills", "/v1/orders/{}/fills"),
            ("market.kline.{symbol}.{interval}", "market.kline.{}.{}"),
            ("market.tickers", "market.tickers"),
            ("market.{symbol", "market.{symbol"),
        ] {
            assert_eq!(without_placeholders(template), blank);
        }
    }
}

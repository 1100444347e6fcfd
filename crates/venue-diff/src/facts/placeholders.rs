//! Paths and topics with placeholders such as `{symbol}`.

/// Removes the names of the placeholders, which are not part of the wire format.
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

/// Splits a text at its first placeholder.
fn around_a_placeholder(text: &str) -> Option<(&str, &str)> {
    let (before, opened) = text.split_once('{')?;
    let (_, after) = opened.split_once('}')?;
    Some((before, after))
}

#[cfg(test)]
mod tests {
    use super::without_placeholders;

    #[test]
    fn only_the_names_of_placeholders_are_removed() {
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

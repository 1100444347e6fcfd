//! Tokens as a person writes them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// A type, a signature, a bound: on one line, with paths as short as they are unambiguous in generated code.
pub(super) fn tidy(tokens: &impl ToTokens) -> String {
    let mut line = Line::default();
    line.stream(tokens.to_token_stream());
    // Where a path begins says nothing: generated code writes the same item in several ways.
    let mut text = line.text;
    for module in ["std::convert::", "std::default::", "std::ops::", "std::option::", "std::result::", "std::string::", "crate::"] {
        text = text.replace(module, "");
    }
    text
}

#[derive(Default)]
struct Line {
    text: String,
    /// What the last token was: whether a blank must follow before a word, and whether `::` behind it begins a path.
    last: Last,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Word,
    Keyword,
    Closing,
    Sign,
    Comma,
}

impl Line {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(ident) => self.word(&ident.to_string()),
                TokenTree::Literal(literal) => self.word(&literal.to_string()),
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Punct(sign) => {
                    let mut text = sign.as_char().to_string();
                    let next = |tokens: &mut std::iter::Peekable<_>, c: char| {
                        tokens.next_if(|next| matches!(next, TokenTree::Punct(next) if next.as_char() == c)).is_some()
                    };
                    let pair = match sign.as_char() {
                        ':' => Some(':'),
                        '-' | '=' => Some('>'),
                        _ => None,
                    };
                    if sign.spacing() == proc_macro2::Spacing::Joint
                        && let Some(pair) = pair
                        && next(&mut tokens, pair)
                    {
                        text.push(pair);
                    }
                    self.sign(&text);
                }
            }
        }
    }

    fn word(&mut self, word: &str) {
        if matches!(self.last, Last::Word | Last::Keyword | Last::Closing | Last::Comma) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        self.last = if matches!(word, "mut" | "dyn" | "impl" | "for" | "where" | "fn" | "as") { Last::Keyword } else { Last::Word };
    }

    fn sign(&mut self, sign: &str) {
        let before = self.last;
        self.last = match sign {
            "::" => {
                // A path from the root of all crates reads as one without.
                if matches!(before, Last::Word | Last::Closing) {
                    self.text.push_str("::");
                }
                if before == Last::Comma {
                    self.text.push(' ');
                }
                if before == Last::Keyword {
                    self.text.push(' ');
                }
                Last::Sign
            }
            "," | ";" | ":" => {
                self.text.push_str(sign);
                Last::Comma
            }
            "->" | "=>" | "=" | "+" => {
                self.text.push(' ');
                self.text.push_str(sign);
                Last::Comma
            }
            ">" => {
                // The last of several bounds or types may have a comma behind it.
                self.text.truncate(self.text.trim_end_matches(',').len());
                self.text.push('>');
                Last::Closing
            }
            "&" | "'" | "#" | "*" => {
                if matches!(before, Last::Comma | Last::Keyword) {
                    self.text.push(' ');
                }
                self.text.push_str(sign);
                Last::Sign
            }
            _ => {
                self.text.push_str(sign);
                Last::Sign
            }
        };
    }

    fn group(&mut self, delimiter: Delimiter, inner: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => (" { ", " }"),
            Delimiter::None => ("", ""),
        };
        if matches!(self.last, Last::Comma | Last::Keyword) {
            self.text.push(' ');
        }
        self.text.push_str(open);
        self.last = Last::Nothing;
        self.stream(inner);
        self.text.truncate(self.text.trim_end_matches(',').len());
        self.text.push_str(close);
        self.last = Last::Closing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let tokens: TokenStream = source.parse().expect("tokens");
        assert_eq!(tidy(&tokens), expected);
    }

    #[test]
    fn types_read_as_a_person_writes_them() {
        check("Option < :: std :: vec :: Vec < crate :: types :: Order > , >", "Option<std::vec::Vec<types::Order>>");
        check("& 'a mut :: venue_core :: ValidationErrors", "&'a mut venue_core::ValidationErrors");
        check("( A , & [ u8 ] , )", "(A, &[u8])");
        check("-> std::result::Result<(), E>", " -> Result<(), E>");
        check(
            "where V : TryInto < types :: OrderSide > , F : std :: ops :: FnOnce ( A ) -> B , ",
            "where V: TryInto<types::OrderSide>, F: FnOnce(A) -> B,",
        );
        check("Box<dyn ::std::error::Error + Send>", "Box<dyn std::error::Error + Send>");
    }

    #[test]
    fn the_same_item_written_in_two_ways_reads_the_same() {
        let texts = ["::std::ops::FnOnce(X)", "std::ops::FnOnce(X)", "FnOnce(X)"].map(|source| {
            let tokens: TokenStream = source.parse().expect("tokens");
            tidy(&tokens)
        });
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    }
}

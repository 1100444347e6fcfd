//! Items that macros of the runtime crate define.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ItemMacro, Lit, Token, braced};

use super::{Item, ItemKind, join};

/// Collects the items of a macro call. A call of an unknown macro is one item, so that its changes are reported.
pub(super) fn items(module: &str, call: &ItemMacro, only: Option<&[String]>, found: &mut Vec<Item>) {
    let name = call.mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let start = found.len();
    match name.as_str() {
        // The macro implements serialization. The fields are those of the struct.
        "wire_object" => {}
        "open_enum" => match syn::parse2::<OpenEnum>(call.mac.tokens.clone()) {
            Ok(open_enum) => {
                let path = join(module, &open_enum.name.to_string());
                found.push(Item { path: path.clone(), kind: ItemKind::Type, text: format!("open enum of {}", open_enum.of) });
                for variant in &open_enum.variants {
                    let path = format!("{path}::{}", variant.name);
                    found.push(Item { path, kind: ItemKind::Variant { is_open: true }, text: variant.value.clone() });
                }
            }
            Err(_) => found.push(whole(module, &name, call)),
        },
        "string_id" => match declared(call.mac.tokens.clone(), "struct") {
            Some(id) => found.push(Item { path: join(module, &id), kind: ItemKind::Type, text: String::from("id") }),
            None => found.push(whole(module, &name, call)),
        },
        "envelope" => match declared(call.mac.tokens.clone(), "struct") {
            Some(envelope) => {
                let text = without_docs(call.mac.tokens.clone());
                found.push(Item { path: join(module, &envelope), kind: ItemKind::Type, text: format!("envelope {text}") });
            }
            None => found.push(whole(module, &name, call)),
        },
        _ => found.push(whole(module, &name, call)),
    }
    if let Some(only) = only {
        let prefixes: Vec<String> = only.iter().map(|name| join(module, name)).collect();
        let kept = found.split_off(start);
        found.extend(kept.into_iter().filter(|item| prefixes.iter().any(|prefix| item.path.starts_with(prefix.as_str()))));
    }
}

fn whole(module: &str, name: &str, call: &ItemMacro) -> Item {
    let text = without_docs(call.mac.tokens.clone());
    let subject: String = text.chars().take(40).collect();
    Item { path: join(module, &format!("{name}! {{ {subject} … }}")), kind: ItemKind::Other, text }
}

/// The name after `struct` or `enum`.
fn declared(tokens: TokenStream, keyword: &str) -> Option<String> {
    let mut tokens = tokens.into_iter().skip_while(|token| !matches!(token, TokenTree::Ident(ident) if ident == keyword));
    tokens.nth(1).map(|name| name.to_string())
}

/// Formats the tokens without leading attributes, which are documentation.
fn without_docs(tokens: TokenStream) -> String {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut text = String::new();
    let mut index = 0;
    while index < tokens.len() {
        match (&tokens[index], tokens.get(index + 1)) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(_))) if hash.as_char() == '#' => index += 2,
            (token, _) => {
                text.push_str(&token.to_string());
                text.push(' ');
                index += 1;
            }
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct OpenEnum {
    name: Ident,
    of: Ident,
    variants: Punctuated<OpenVariant, Token![,]>,
}

struct OpenVariant {
    name: Ident,
    /// The wire value. A variant with another value counts as changed.
    value: String,
}

impl Parse for OpenEnum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let of = input.parse()?;
        let inner;
        braced!(inner in input);
        Ok(Self { name, of, variants: Punctuated::parse_terminated(&inner)? })
    }
}

impl Parse for OpenVariant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        // An integer can have a sign.
        let sign = if input.parse::<Option<Token![-]>>()?.is_some() { "-" } else { "" };
        let value = input.parse::<Lit>()?;
        Ok(Self { name, value: format!("{sign}{}", value.to_token_stream()) })
    }
}

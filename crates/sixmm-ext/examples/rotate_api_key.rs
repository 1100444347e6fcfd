//! Makes a new API key, tries it, and deletes the old one. Managing keys takes a login.
//!
//! ```text
//! SIXMM_USERNAME=… SIXMM_PASSWORD=… cargo run -p sixmm-ext --example rotate_api_key -- my-bot
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::types::LoginRequest;
use sixmm_ext::{ApiKey, Client, ClientBuilder, Secret, permissions_of};

/// Read and Trade.
const PERMISSIONS: i64 = 1 + 2;

pub(crate) async fn run(
    builder: impl Fn() -> ClientBuilder,
    (username, password): (String, Secret),
    label: &str,
    out: &mut impl Write,
) -> Result<ApiKey, Box<dyn Error>> {
    let user = builder().build()?;
    user.session().login(LoginRequest::builder().username(username).password(password).build()?).await?;
    let old: Vec<_> = user.api_keys().list().send().await?.list.into_iter().filter(|key| key.label == label).collect();

    let created = user.api_keys().create(label).permissions(PERMISSIONS).send().await?;
    // Store the secret now, where only your bot can read it: the exchange never shows it again.
    let key = ApiKey::new(created.api_key, created.api_secret)?;
    let bot = builder().api_key(key.clone()).permissions(&permissions_of(PERMISSIONS)).build()?;
    bot.account().asset().send().await?;
    writeln!(out, "the new key works")?;

    for key in old {
        user.api_keys().delete(key.id).send().await?;
        writeln!(out, "an old key is deleted")?;
    }
    user.session().logout().await?;
    Ok(key)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let user = (std::env::var("SIXMM_USERNAME")?, Secret::from(std::env::var("SIXMM_PASSWORD")?));
    let label = std::env::args().nth(1).ok_or("say which key: its label")?;
    run(Client::builder, user, &label, &mut std::io::stdout()).await?;
    Ok(())
}

//! Creates an API key, stores it in a new file, makes a call with it, and deletes the old key. API keys are managed with a login.
//!
//! ```text
//! SIXMM_USERNAME=… SIXMM_PASSWORD=… cargo run -p sixmm-ext --example rotate_api_key -- my-bot my-bot.key
//! ```
//!
//! The bot reads the file with [`sixmm_ext::credentials::api_key_from_file`].

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use sixmm_ext::requests;
use sixmm_ext::{
    Client, ClientBuilder,
    credentials::{ApiKey, Secret, permissions_of},
};

/// Read and Trade.
const PERMISSIONS: i64 = 1 + 2;

pub(crate) async fn run(
    builder: impl Fn() -> ClientBuilder,
    (username, password): (String, Secret),
    label: &str,
    store: impl FnOnce(&str, &Secret) -> io::Result<()>,
    out: &mut impl Write,
) -> Result<ApiKey, Box<dyn Error>> {
    let user = builder().build()?;
    user.session().login(requests::Login::new(username, password)).await?;
    let old: Vec<_> = user.api_keys().list().send().await?.list.into_iter().filter(|key| key.label == label).collect();

    let created = user.api_keys().create(label).permissions(PERMISSIONS).send().await?;
    // The exchange returns the secret only once, so the key is stored before anything else can fail and before an old key is deleted.
    store(created.api_key.expose_secret(), &created.api_secret)?;
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

/// Opens a new file that only its owner can read. An existing file is an error, because it may contain a key that is in use.
pub(crate) fn new_file(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| format!("{} cannot be created: {error}", path.display()))
}

pub(crate) fn store_in(file: &mut File, id: &str, secret: &Secret) -> io::Result<()> {
    write!(file, "SIXMM_API_KEY={id}\nSIXMM_API_SECRET={}\n", secret.expose_secret())?;
    file.sync_all()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [label, path] = arguments.as_slice() else {
        eprintln!("usage: rotate_api_key LABEL FILE (the label of the key, and a new file for the new key)");
        std::process::exit(2);
    };
    let user = (std::env::var("SIXMM_USERNAME")?, Secret::from(std::env::var("SIXMM_PASSWORD")?));
    // The file is opened before the key is created, because a key that cannot be stored is lost.
    let path: &Path = path.as_ref();
    let mut file = new_file(path)?;
    let store = |id: &str, secret: &Secret| store_in(&mut file, id, secret);
    let outcome = run(|| Client::builder().env_base_url(), user, label, store, &mut io::stdout()).await;
    if file.metadata()?.len() == 0 {
        // No key was stored. The next run needs the file name.
        std::fs::remove_file(path)?;
    }
    outcome.map(drop)
}

//! Stopping of a server when its handle is dropped.

use tokio::sync::watch;

/// Keeps a server running. Dropping the handle stops the server.
#[derive(Debug)]
pub(crate) struct ServerHandle {
    _sender: watch::Sender<()>,
}

/// Notifies a server and its connections that the [`ServerHandle`] was dropped.
#[derive(Debug, Clone)]
pub(crate) struct ShutdownSignal(watch::Receiver<()>);

impl ServerHandle {
    pub(crate) fn new() -> (Self, ShutdownSignal) {
        let (sender, shutdown) = watch::channel(());
        (Self { _sender: sender }, ShutdownSignal(shutdown))
    }
}

impl ShutdownSignal {
    /// Whether the [`ServerHandle`] was dropped.
    pub(super) fn has_ended(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Waits until the [`ServerHandle`] is dropped.
    pub(crate) async fn wait(&mut self) {
        // No value is ever sent, so the wait ends only when the sender is dropped.
        while self.0.changed().await.is_ok() {}
    }
}

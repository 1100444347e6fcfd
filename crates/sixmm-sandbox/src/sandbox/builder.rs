//! The builder that configures and starts an exchange.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::Sandbox;
use crate::auth::{Auth, Lifetimes};
use crate::clock::Clock;
use crate::control::Control;
use crate::exchange::{Config, Exchange};
use crate::faults::Faults;
use crate::http::Server;
use crate::request_log::RequestLog;
use crate::spec::Inferences;
use crate::state::{LockedState, SandboxState};
use crate::streams::{Hub, StreamFaults, StreamSettings};
use crate::users::{ListenKeys, User, Users};

/// Id of the first user, with as many digits as the ids in the documentation's examples. The id of each further user is one higher.
pub(crate) const FIRST_USER_ID: u64 = 1_188_041_528;

/// How often an exchange with the system clock advances while it receives no requests.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// Configures and starts an exchange.
#[derive(Debug, Clone)]
#[must_use]
pub struct Builder {
    seed: Option<u64>,
    users: Vec<User>,
    clock: Option<Clock>,
    config: Config,
    port: u16,
    control_port: Option<u16>,
    lifetimes: Lifetimes,
    max_logged_requests: usize,
    inferences: Inferences,
    streams: StreamSettings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: None,
            users: Vec::new(),
            clock: None,
            config: Config::default(),
            port: 0,
            control_port: None,
            lifetimes: Lifetimes::default(),
            max_logged_requests: usize::MAX,
            inferences: Inferences::default(),
            streams: StreamSettings::default(),
        }
    }
}

impl Builder {
    /// Sets the seed of prices, ids, keys, tokens and faults. The same seed and the same requests give the same responses. The default is
    /// the seed of the [configuration](Config::seed).
    ///
    /// Two exchanges with the same seed issue the same API keys, so a request signed for one of them is also valid at the other. Tests that
    /// run concurrently should use different seeds, so that a request to the wrong exchange is rejected.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a user.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Sets the clock of the exchange. The exchange starts at the time that the clock shows. By default, the exchange uses a manual clock
    /// if the configuration has a [start time](Config::start), and otherwise the system clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Sets the configuration: the contracts, their rules, and whether the market moves. Without [`Config::moving`], prices change only
    /// when users trade, and there are no candlesticks before the first trade. A [`seed`](Self::seed) and a [`clock`](Self::clock) of the
    /// builder take precedence over the seed and the start time of the configuration, regardless of the order of the calls.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Port to listen on. The default is a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Enables the [control interface](crate#the-control-interface) on this port. Port 0 selects a free port. By default, the control
    /// interface is off.
    pub fn control_port(mut self, port: u16) -> Self {
        self.control_port = Some(port);
        self
    }

    /// Lifetime of an access token, in whole seconds. The default is two hours.
    pub fn access_token_life(mut self, life: Duration) -> Self {
        self.lifetimes.access_token = life;
        self
    }

    /// Lifetime of a session, during which it can be refreshed. The default is seven days.
    pub fn session_life(mut self, life: Duration) -> Self {
        self.lifetimes.session = life;
        self
    }

    /// Limits the number of entries in the [request log](Sandbox::requests) and in the logs of the [fault hits of
    /// requests](crate::Faults::hits) and [of streams](crate::StreamFaults::hits). When a log is full, each new entry replaces the oldest. By default the logs are unlimited, which is not suitable for an exchange that runs for
    /// a long time.
    pub fn keep_requests(mut self, max: usize) -> Self {
        self.max_logged_requests = max;
        self
    }

    /// Sets how the streams behave where the documentation is silent, such as the form of payloads.
    pub fn streams(mut self, settings: StreamSettings) -> Self {
        self.streams = settings;
        self
    }

    /// Sets whether the exchange enforces rules that the documentation does not state, but that the specification infers from it. By
    /// default they are enforced.
    pub fn inferences(mut self, inferences: Inferences) -> Self {
        self.inferences = inferences;
        self
    }

    /// Starts the exchange on the current tokio runtime. The exchange accepts requests when this function returns.
    ///
    /// # Errors
    ///
    /// Returns an error if a port cannot be opened (for example because it is in use), the configuration is invalid, the clock is before
    /// 1970 or after 2079, two users have the same name, a user name does not have 3 to 32 characters, a password does not have 1 to 64
    /// characters, or a balance is negative, above 10¹², or has more than 8 decimal places.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let seed = self.seed.unwrap_or(self.config.seed);
        let clock = self.clock.unwrap_or_else(|| self.config.start.map_or_else(Clock::real, Clock::manual));
        let config = self.config.seed(seed).start(clock.now());
        let mut exchange = Exchange::new(config).map_err(|error| StartError::new(error.to_string()))?;
        let mut users = Users::default();
        for (user, id) in self.users.iter().zip(FIRST_USER_ID..) {
            user.check().map_err(StartError::new)?;
            if users.by_name(&user.name).is_some() {
                return Err(StartError::new(format!("two users have the name `{}`", user.name)));
            }
            let id = id.to_string();
            exchange.add_user(&id, &user.name, user.balance).map_err(|reject| StartError::new(reject.message().to_owned()))?;
            users.add(id, user);
        }
        let stream_faults = Arc::new(StreamFaults::new(seed, self.max_logged_requests));
        let streams = Hub::new(self.streams, Arc::clone(&stream_faults));
        let state = LockedState { exchange, auth: Auth::new(seed, self.lifetimes), users, listen_keys: ListenKeys::new(seed), streams };
        let shared = Arc::new(SandboxState::new(
            clock,
            (Faults::new(seed, self.max_logged_requests), stream_faults),
            self.inferences,
            state,
            RequestLog::new(self.max_logged_requests),
        ));
        let server = Server::start(Arc::clone(&shared), self.port).await.map_err(|error| StartError::port(self.port, error))?;
        let control = match self.control_port {
            Some(port) => Some(Control::start(Arc::clone(&shared), port).await.map_err(|error| StartError::port(port, error))?),
            None => None,
        };
        if shared.clock.is_real() {
            tokio::spawn(follow_system_clock(Arc::downgrade(&shared)));
        }
        let base_url = format!("http://{}", server.address());
        Ok(Sandbox { shared, server, control, base_url })
    }
}

/// Keeps an exchange that uses the system clock at the current time, so that no request has to wait for the simulation of a long period:
/// without this task, the first request after an hour without requests would simulate this hour. The task ends when the exchange is
/// dropped.
async fn follow_system_clock(shared: Weak<SandboxState>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(shared) = shared.upgrade() else { return };
        // A panic is an internal error of the sandbox. The exchange continues, as it does after a panic in a request.
        if catch_unwind(AssertUnwindSafe(|| shared.advance(Duration::ZERO))).is_err() {
            tracing::error!("internal error: the exchange could not advance to the current time");
        }
    }
}

/// Error for an exchange that could not be started.
#[derive(Debug)]
pub struct StartError {
    message: String,
    source: Option<io::Error>,
}

impl StartError {
    pub(crate) fn new(message: String) -> Self {
        Self { message, source: None }
    }

    fn port(port: u16, source: io::Error) -> Self {
        Self { message: format!("cannot listen on port {port} of 127.0.0.1. Port 0 selects a free port"), source: Some(source) }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

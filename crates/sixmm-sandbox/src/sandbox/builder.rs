//! What an exchange should be like, before it starts.

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
use crate::http::{Record, Server};
use crate::users::{ListenKeys, User, Users};
use crate::world::{State, World};

/// The user ids of the documentation's examples have this length; the next user has the next number.
const FIRST_USER_ID: u64 = 1_188_041_528;

/// How often an exchange on the machine's clock keeps up with it while nobody asks.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// Describes an exchange, and starts it.
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
    kept_requests: usize,
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
            kept_requests: usize::MAX,
        }
    }
}

impl Builder {
    /// Decides prices, ids, keys, tokens and faults: the same seed and the same requests give the same answers. That of the
    /// [configuration](Config::seed) unless said.
    ///
    /// So two exchanges with one seed give out the same keys, in one process too: the first key of one is the first key of the other, and
    /// what it signs is good at both. Tests that run side by side had better have seeds of their own: a request that goes to the wrong
    /// exchange is then refused.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a user.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Where the time comes from, and with it the time at which the exchange begins. Unless said, it is a manual clock if the
    /// configuration says [when to begin](Config::start), and otherwise the machine's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Which contracts there are, by which rules, and whether their market moves by itself. Without it, or without [`Config::moving`], it
    /// stands still: there are no candlesticks until somebody trades. Its seed and its start count unless
    /// [`seed`](Self::seed) and [`clock`](Self::clock) say something else, in whatever order these are called.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The port to listen on; a free one unless said.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Opens the [control interface](crate#the-control-interface) on this port, on a free one if it is 0. Off unless said.
    pub fn control_port(mut self, port: u16) -> Self {
        self.control_port = Some(port);
        self
    }

    /// How long an access token lives; two hours unless said. Whole seconds: so the wire has it.
    pub fn access_token_life(mut self, life: Duration) -> Self {
        self.lifetimes.access_token = life;
        self
    }

    /// How long a session can be refreshed; seven days unless said.
    pub fn session_life(mut self, life: Duration) -> Self {
        self.lifetimes.session = life;
        self
    }

    /// How many requests stay on [record](Sandbox::received), and how many [hits](crate::Faults::hits); all of them unless said. An exchange
    /// that is to run for long should say.
    pub fn keep_requests(mut self, kept: usize) -> Self {
        self.kept_requests = kept;
        self
    }

    /// Starts the exchange on the current tokio runtime. It serves when this returns.
    ///
    /// # Errors
    ///
    /// If a port is taken, the configuration contradicts itself, the clock is before 1970 or after 2079, or a user's name or password could
    /// not be sent (3 to 32, and 1 to 64 characters) or is there twice.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let seed = self.seed.unwrap_or(self.config.seed);
        let clock = self.clock.unwrap_or_else(|| self.config.start.map_or_else(Clock::real, Clock::manual));
        let config = self.config.seed(seed).start(clock.now());
        let mut exchange = Exchange::new(config).map_err(|error| StartError::new(error.to_string()))?;
        let mut users = Users::default();
        for (user, id) in self.users.iter().zip(FIRST_USER_ID..) {
            user.check()?;
            if users.named(&user.name).is_some() {
                return Err(StartError::new(format!("two users are called `{}`", user.name)));
            }
            let id = id.to_string();
            exchange.add_user(&id, &user.name, user.balance).map_err(|reject| StartError::new(reject.message().to_owned()))?;
            users.add(id, user);
        }
        let state = State { exchange, auth: Auth::new(seed, self.lifetimes), users, listen_keys: ListenKeys::new(seed) };
        let world = Arc::new(World::new(clock, Faults::new(seed, self.kept_requests), state, Record::new(self.kept_requests)));
        let server = Server::start(Arc::clone(&world), self.port).await.map_err(|error| StartError::port(self.port, error))?;
        let control = match self.control_port {
            Some(port) => Some(Control::start(Arc::clone(&world), port).await.map_err(|error| StartError::port(port, error))?),
            None => None,
        };
        if world.clock.is_real() {
            tokio::spawn(keep_up(Arc::downgrade(&world)));
        }
        let base_url = format!("http://{}", server.address());
        Ok(Sandbox { world, server, control, base_url })
    }
}

/// Brings an exchange up to the machine's time while nobody asks it for anything, so that the first request after an hour need not make
/// up for the hour. Ends with the exchange.
async fn keep_up(world: Weak<World>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(world) = world.upgrade() else { return };
        // A panic is a mistake in this program: the exchange goes on, as it does after one in a request.
        if catch_unwind(AssertUnwindSafe(|| world.advance(Duration::ZERO))).is_err() {
            tracing::error!("the exchange failed to keep up with the time: this is a mistake in it");
        }
    }
}

/// Why an exchange did not start.
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
        Self { message: format!("cannot listen on port {port} of 127.0.0.1; 0 finds one that is free"), source: Some(source) }
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

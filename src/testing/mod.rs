//! For tests of code that uses this crate: a server that answers on a script, and a clock whose time passes only when
//! everybody waits. With the feature `testing`.
//!
//! ```
//! use refinire_web::env::Clock;
//! use refinire_web::testing::VirtualClock;
//!
//! let clock = VirtualClock::default();
//! // An hour takes no time.
//! clock.block_on(clock.sleep(3_600_000.0));
//! assert_eq!(clock.now(), 3_600_000.0);
//! ```

mod clock;
mod reply;
mod transport;

pub use clock::{timestamp, Sleep, VirtualClock};
pub use reply::Reply;
pub use transport::{ScriptedTransport, Sent};

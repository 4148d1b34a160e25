//! The outside world of [`crate::env`], on what browsers, workers and Node have.

mod clock;
mod http;
mod locks;
pub(super) mod page;
mod site;
mod socket;

pub use clock::{PageClock, RunClock};
pub use http::{is_response, response_of, HttpClient, HttpOptions, ResponseTransport};
pub use locks::WebLocks;
pub(crate) use page::Listener;
pub use site::{WebSite, WebTasks};

//! HTTP by `fetch`.

mod body;
mod client;
mod connection_slot;
mod failure;
mod request_observer;
mod response;

pub use client::{HttpClient, HttpOptions};
pub use response::{is_response, response_of, ResponseTransport};

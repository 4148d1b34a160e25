//! HTTP by `fetch`.

mod body;
mod client;
mod connection;
mod facts;
mod failure;
mod response;

pub use client::{HttpClient, HttpOptions};
pub use response::{is_response, response_of, ResponseTransport};

//! The one error of the library: what went wrong, and what a caller can do about it.

use crate::concat;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// A value of the host language that explains a failure: an exception, an abort's reason. The core passes it on unread.
pub type Cause = Rc<dyn Any>;

/// What went wrong, in the words a caller matches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// Something was constructed or called before the module was there.
    NotInitialized,
    /// The caller's argument or option is wrong.
    InvalidArgument,
    /// A guardrail refused.
    Guardrail,
    /// The request did not get through, or the connection broke.
    Network,
    /// The server answered with a status that is no success.
    Http,
    /// One of the four timers ran out.
    Timeout,
    /// What came is not what the wire format says.
    Protocol,
    /// The provider reported an error inside its stream.
    Provider,
    /// The connection closed before the provider said it was done.
    Truncated,
    /// A bound of the caller's was exceeded.
    Limit,
    /// The answer does not fit its schema.
    Schema,
    /// A step of a flow failed, or names one that does not exist.
    Step,
    /// The conversation could not be kept.
    Storage,
}

impl Code {
    /// The code as JavaScript callers see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotInitialized => "not-initialized",
            Self::InvalidArgument => "invalid-argument",
            Self::Guardrail => "guardrail",
            Self::Network => "network",
            Self::Http => "http",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::Provider => "provider",
            Self::Truncated => "truncated",
            Self::Limit => "limit",
            Self::Schema => "schema",
            Self::Step => "step",
            Self::Storage => "storage",
        }
    }
}

/// A failure. One pointer wide: every step of a decoder may fail, and none shall pay for what an error can say.
#[derive(Clone)]
pub struct Error(Box<Failure>);

/// What an error says.
#[derive(Clone)]
pub struct Failure {
    /// What went wrong.
    pub code: Code,
    /// The same for a person.
    pub message: Cow<'static, str>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// How long the server asked to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// Where in the frame the input stopped making sense, in bytes.
    pub offset: Option<usize>,
    /// Whether asking again without streaming is pointless: the caller was refused, not the stream.
    pub refused: bool,
    /// The text that was delivered before, as far as it is known.
    pub partial_text: String,
    /// The provider that was asked.
    pub provider: Option<&'static str>,
    /// The host's own exception, where one was the cause.
    pub cause: Option<Cause>,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure").field("code", &self.code).field("message", &self.message).finish_non_exhaustive()
    }
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl Error {
    /// An error that will not go away by asking again, unless its code says so.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self::boxed(code, message.into())
    }

    #[cold]
    #[inline(never)]
    fn boxed(code: Code, message: Cow<'static, str>) -> Self {
        Self(Box::new(Failure {
            code,
            message,
            status: None,
            retryable: matches!(code, Code::Network | Code::Timeout | Code::Truncated),
            retry_after_ms: None,
            offset: None,
            partial_text: String::new(),
            provider: None,
            refused: matches!(code, Code::InvalidArgument),
            cause: None,
        }))
    }

    /// A wrong argument or option.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidArgument, message)
    }

    /// Input that is not what the wire format says.
    pub fn protocol(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Protocol, message)
    }

    /// The message, with the place in the frame where there is one.
    #[must_use]
    #[cold]
    pub fn told(&self) -> Cow<'static, str> {
        match self.offset {
            Some(offset) => concat(&[&*self.message, " (at byte ", &crate::json::decimal(offset as u64), ")"]).into(),
            None => self.message.clone(),
        }
    }

    /// The same error, with the place in the frame.
    #[must_use]
    #[cold]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// The same error, with the host's exception.
    #[must_use]
    #[cold]
    pub fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code.as_str())
    }
}

impl std::error::Error for Error {}

//! What passes between a reader and the loop that fills it.

/// The outcome of a push, for the loop that reads the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status(pub(super) u32);

impl Status {
    /// Something is to be handed on now.
    pub const READY: u32 = 1;
    /// Something has been gathered and waits for its time.
    pub const GATHERED: u32 = 2;
    /// No more bytes are wanted.
    pub const STOP: u32 = 4;
    /// The run's timers count something else from here on.
    pub const CLOCK: u32 = 8;

    /// Whether it has one of these flags.
    #[must_use]
    pub fn has(self, flags: u32) -> bool {
        self.0 & flags != 0
    }

    /// Whether no more bytes are wanted.
    #[must_use]
    pub fn is_stop(self) -> bool {
        self.0 & Self::STOP != 0
    }
}

/// How a response's body is to be read.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// As a stream.
    Stream,
    /// As an answer without streaming.
    Whole,
    /// As the body of an error: its beginning is kept for the message.
    HttpErrorBody,
}

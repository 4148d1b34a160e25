//! How the caller gets chunks.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use refinire_web::event::HostValue;
use refinire_web::run::{Chunk, TextChunk, TextChunks};

use super::host::{Answer, World};

impl World {
    /// The caller gets a chunk. Gives what it wants to be awaited.
    pub(super) fn receive(&self, chunk: &TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>> {
        check_part(chunk);
        let count = self.chunks.borrow().len() + 1;
        self.take(chunk.text.to_owned());
        let units: usize = self.chunks.borrow().iter().map(|chunk| chunk.encode_utf16().count()).sum();
        let delivered = self.delivery.borrow().as_ref().map(|delivery| delivery.chars());
        assert_eq!(delivered, Some(units), "this chunk counts as delivered, and none after it");
        self.tell(format!("text {}", chunk.text));
        let answer = (self.reader.borrow_mut())(count);
        match answer {
            Answer::Take => None,
            Answer::Hold(ms) => Some(self.time.foreign(ms).boxed_local()),
            Answer::Stop(way) => {
                self.stop(way);
                None
            }
        }
    }
}

/// The caller gets the chunks of a list, each when it is ready for it.
pub(super) fn receive_all(world: Rc<World>, mut chunks: TextChunks) -> Option<LocalBoxFuture<'static, ()>> {
    while let Some(chunk) = chunks.take() {
        let Some(wait) = world.receive(&chunk) else { continue };
        return Some(Box::pin(async move {
            wait.await;
            if let Some(rest) = receive_all(world, chunks) {
                rest.await;
            }
        }));
    }
    None
}

/// The text of a chunk of a stream.
pub(crate) fn text_of(chunk: Chunk) -> String {
    match chunk {
        Chunk::Text(text) => text,
        Chunk::Part { whole, from, to } => part_of(&whole, from, to),
    }
}

/// A chunk that is part of another text is that part.
pub(super) fn check_part(chunk: &TextChunk<'_>) {
    if let Some((whole, from)) = chunk.part {
        assert_eq!(part_of(whole, from, from + chunk.units), chunk.text);
    }
}

fn part_of(whole: &HostValue, from: usize, to: usize) -> String {
    let units = whole.downcast_ref::<Vec<u16>>().expect("it is what the listener gave");
    String::from_utf16(&units[from..to]).expect("a chunk does not end within a character")
}

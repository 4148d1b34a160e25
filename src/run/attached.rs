//! What is attached to the turns that a run sends.

use std::rc::Rc;

use super::Run;
use crate::error::Error;
use crate::message::{Attachment, Message};

impl Run {
    /// What the question comes with.
    ///
    /// # Errors
    /// `invalid-argument` for an attachment that the provider does not accept.
    pub fn attach(&mut self, attachments: Vec<Attachment>) -> Result<(), Error> {
        if let Some(error) = self.config.protocol.refuses(&attachments) {
            return Err(error);
        }
        self.attachments = attachments;
        Ok(())
    }

    /// The attachments of the turns that are to be sent whose bytes are stored elsewhere, each once.
    #[must_use]
    pub fn stored_attachments(&self) -> Vec<Attachment> {
        let mut stored: Vec<Attachment> = Vec::new();
        for attachment in self.messages.iter().flat_map(|message| &message.attachments) {
            let is_known = stored.iter().any(|known| known.id == attachment.id);
            if attachment.is_stored() && !is_known && self.config.protocol.takes(attachment) {
                stored.push(attachment.clone());
            }
        }
        stored
    }

    /// Takes the bytes of stored attachments; `read` has those that were found.
    pub fn take_attachments(&mut self, read: &[Attachment]) {
        let messages: &mut Vec<Message> = Rc::make_mut(&mut self.messages);
        for attachment in messages.iter_mut().flat_map(|message| &mut message.attachments) {
            if let Some(found) = read.iter().find(|found| attachment.is_stored() && found.id == attachment.id) {
                attachment.source.clone_from(&found.source);
            }
        }
    }
}

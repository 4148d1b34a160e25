//! Attachments that a request cannot have, named in the text of their messages: another provider may have taken them, and the
//! bytes of stored ones may be gone. `[attachment: report.pdf]` tells the model what the question was about.

use std::borrow::Cow;

use super::Protocol;
use crate::message::{Attachment, Message};
use crate::text::{concat, is_blank};

/// The messages with only those attachments that the format takes.
pub(super) fn with_fitting_attachments<'a>(messages: Cow<'a, [Message]>, protocol: &Protocol) -> Cow<'a, [Message]> {
    let fits = |attachment: &Attachment| protocol.takes(attachment) && !attachment.is_stored();
    if messages.iter().all(|message| message.attachments.iter().all(fits)) {
        return messages;
    }
    let mut fitting = messages.into_owned();
    for message in &mut fitting {
        let (taken, left_out) = std::mem::take(&mut message.attachments).into_iter().partition(fits);
        message.attachments = taken;
        name_in_text(&left_out, &mut message.content);
    }
    fitting.into()
}

fn name_in_text(attachments: &[Attachment], text: &mut String) {
    if is_blank(text) {
        text.clear();
    }
    for Attachment { name, media_type, .. } in attachments {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&concat(&["[attachment: ", if name.is_empty() { media_type } else { name }, "]"]));
    }
}

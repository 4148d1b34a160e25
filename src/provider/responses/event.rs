//! What the frames of OpenAI Responses say, read without an opinion and without a copy.

use crate::error::Error;
use crate::json::{Kind, Scanner, Text};
use crate::message::Usage;
use crate::provider::read::detail;

/// One event of the stream.
#[derive(Default)]
pub(super) struct Event<'a> {
    pub(super) kind: &'a [u8],
    pub(super) item_id: Option<Text<'a>>,
    pub(super) output_index: Option<u64>,
    /// Which part of the item.
    pub(super) part: u64,
    pub(super) delta: Option<Text<'a>>,
    /// What the deltas of a part come to.
    pub(super) whole: Option<Text<'a>>,
    pub(super) item: Option<Item<'a>>,
    pub(super) response: Option<Response<'a>>,
    pub(super) error: Option<&'a [u8]>,
}

impl<'a> Event<'a> {
    /// Reads an event. `name` is its type as SSE has it, for servers that do not repeat it inside.
    pub(super) fn read(data: &'a [u8], name: &'a [u8]) -> Result<Self, Error> {
        let mut event = Self { kind: name, ..Self::default() };
        let mut scan = Scanner::new(data);
        scan.object()?;
        while let Some(key) = scan.key()? {
            match &*key {
                b"type" => event.kind = scan.string()?.map_or(event.kind, |text| text.raw()),
                b"item_id" => event.item_id = scan.string()?,
                b"output_index" => event.output_index = scan.unsigned()?,
                b"content_index" | b"summary_index" => event.part = scan.unsigned()?.unwrap_or_default(),
                b"delta" => event.delta = scan.string()?,
                b"text" | b"refusal" | b"arguments" => event.whole = scan.string()?,
                b"item" => event.item = Item::read(&mut scan)?,
                b"response" => event.response = Response::read(&mut scan)?,
                b"error" => event.error = present(scan.raw()?),
                _ => scan.skip()?,
            }
        }
        scan.finish()?;
        Ok(event)
    }
}

/// An item of the output.
#[derive(Default)]
pub(super) struct Item<'a> {
    pub(super) kind: &'a [u8],
    pub(super) id: Option<Text<'a>>,
    pub(super) call_id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) arguments: Option<Text<'a>>,
    /// The parts of a message, or of reasoning, as they stand.
    pub(super) content: Option<&'a [u8]>,
    /// The parts of a summary of reasoning, as they stand.
    pub(super) summary: Option<&'a [u8]>,
}

impl<'a> Item<'a> {
    /// Reads the next value; `None` for one that is no object.
    pub(super) fn read(scan: &mut Scanner<'a>) -> Result<Option<Self>, Error> {
        let mut item = Self::default();
        if !scan.enter_object()? {
            return Ok(None);
        }
        while let Some(key) = scan.key()? {
            match &*key {
                b"type" => item.kind = word(scan)?,
                b"id" => item.id = scan.string()?,
                b"call_id" => item.call_id = scan.string()?,
                b"name" => item.name = scan.string()?,
                b"arguments" => item.arguments = scan.string()?,
                b"content" => item.content = Some(scan.raw()?),
                b"summary" => item.summary = Some(scan.raw()?),
                _ => scan.skip()?,
            }
        }
        Ok(Some(item))
    }
}

/// A part of a message or of reasoning.
pub(super) struct Part<'a> {
    pub(super) text: Text<'a>,
    pub(super) refusal: bool,
}

/// Hands out the parts that have words, numbered by their places; a string is a part by itself.
pub(super) fn parts<'a>(raw: &'a [u8], each: &mut dyn FnMut(u64, Part<'a>)) -> Result<(), Error> {
    let mut scan = Scanner::new(raw);
    if scan.peek()? == Kind::String {
        if let Some(text) = scan.string()? {
            each(0, Part { text, refusal: false });
        }
        return Ok(());
    }
    if !scan.enter_array()? {
        return Ok(());
    }
    let mut place = 0;
    while scan.item()? {
        if scan.enter_object()? {
            while let Some(key) = scan.key()? {
                match &*key {
                    b"text" | b"refusal" => {
                        if let Some(text) = scan.string()? {
                            each(place, Part { text, refusal: *key == *b"refusal" });
                        }
                    }
                    _ => scan.skip()?,
                }
            }
        }
        place += 1;
    }
    Ok(())
}

/// The response itself: the end of a stream, or all there is without one.
#[derive(Default)]
pub(super) struct Response<'a> {
    pub(super) status: &'a [u8],
    /// Why it is incomplete.
    pub(super) incomplete: &'a [u8],
    pub(super) output: Option<&'a [u8]>,
    pub(super) usage: Option<Usage>,
    pub(super) error: Option<&'a [u8]>,
}

impl<'a> Response<'a> {
    /// Reads the next value; `None` for one that is no object.
    pub(super) fn read(scan: &mut Scanner<'a>) -> Result<Option<Self>, Error> {
        let mut response = Self::default();
        if !scan.enter_object()? {
            return Ok(None);
        }
        while let Some(key) = scan.key()? {
            match &*key {
                b"status" => response.status = word(scan)?,
                b"incomplete_details" => response.incomplete = reason(scan)?,
                b"output" => response.output = present(scan.raw()?),
                b"usage" => response.usage = usage(scan)?,
                b"error" => response.error = present(scan.raw()?),
                _ => scan.skip()?,
            }
        }
        Ok(Some(response))
    }
}

/// `reason` of the object that comes next.
fn reason<'a>(scan: &mut Scanner<'a>) -> Result<&'a [u8], Error> {
    let mut reason = &b""[..];
    if scan.enter_object()? {
        while let Some(key) = scan.key()? {
            match &*key {
                b"reason" => reason = word(scan)?,
                _ => scan.skip()?,
            }
        }
    }
    Ok(reason)
}

/// A string that is a word of the format's own, as it stands.
fn word<'a>(scan: &mut Scanner<'a>) -> Result<&'a [u8], Error> {
    Ok(scan.string()?.map(|text| text.raw()).unwrap_or_default())
}

/// The output's tokens include those of reasoning.
fn usage(scan: &mut Scanner<'_>) -> Result<Option<Usage>, Error> {
    if !scan.enter_object()? {
        return Ok(None);
    }
    let mut usage = Usage::default();
    while let Some(key) = scan.key()? {
        match &*key {
            b"input_tokens" => usage.input_tokens = scan.unsigned()?,
            b"output_tokens" => usage.output_tokens = scan.unsigned()?,
            b"total_tokens" => usage.total_tokens = scan.unsigned()?,
            b"input_tokens_details" => usage.cached_input_tokens = detail(scan, b"cached_tokens")?,
            b"output_tokens_details" => usage.reasoning_tokens = detail(scan, b"reasoning_tokens")?,
            _ => scan.skip()?,
        }
    }
    Ok(Some(usage))
}

fn present(raw: &[u8]) -> Option<&[u8]> {
    Some(raw).filter(|raw| *raw != b"null")
}

//! What a response becomes on its way through the library, from its reads to the answer. The one place in these tests
//! that knows how that is done.

#[path = "../runs/world/told.rs"]
#[allow(dead_code)]
pub(crate) mod told;

use refinire_web::error::Error;
use refinire_web::message::{GeneratedFile, Source, ToolCall, Usage};
use refinire_web::provider::Protocol;
use refinire_web::response::{Answer, Batch, Piece, ResponseReader, Shape};
use refinire_web::wire::DEFAULT_MAX_EVENT_BYTES;

use told::event_json;

/// Everything of one response that a caller can see.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) sources: Vec<Source>,
    pub(crate) files: Vec<GeneratedFile>,
    /// The finish reason, and the provider's word for it.
    pub(crate) finish: Option<(&'static str, String)>,
    pub(crate) usage: Option<Usage>,
    pub(crate) failure: Option<Failure>,
    /// What was handed on, in order: chunks of text and of reasoning, and events as JSON.
    pub(crate) handed_on: Vec<(Handed, String)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) retryable: bool,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    Text,
    Reasoning,
    Event,
}

impl Outcome {
    /// The chunks of that kind, one behind the other.
    pub(crate) fn joined(&self, kind: Handed) -> String {
        self.handed_on.iter().filter(|(of, _)| *of == kind).map(|(_, chunk)| chunk.as_str()).collect()
    }
}

/// Reads a streaming response that comes in these reads, each chunk handed on as soon as it is there.
pub(crate) fn decode(provider: &str, reads: &[&[u8]]) -> Outcome {
    decode_with(provider, reads, DEFAULT_MAX_EVENT_BYTES, Batch::Delta)
}

/// The same with another bound on events, or another way to make chunks of increments.
pub(crate) fn decode_with(provider: &str, reads: &[&[u8]], max_event_bytes: usize, batch: Batch) -> Outcome {
    let protocol = Protocol::named(provider).unwrap_or_else(|| panic!("there is no provider {provider}"));
    let mut reader = ResponseReader::new(protocol, max_event_bytes, Answer::new(batch, true, None));
    let mut handed_on = Vec::new();
    reader.begin(Shape::Stream);
    for read in reads {
        let status = reader.push(read, 0.0);
        if reader.answer().chunks().is_released() {
            hand_on(reader.answer_mut(), &mut handed_on);
        }
        if status.is_stop() {
            break;
        }
    }
    let ended = reader.end(None);
    reader.give_up();
    reader.answer_mut().release();
    hand_on(reader.answer_mut(), &mut handed_on);
    let answer = reader.answer();
    Outcome {
        text: answer.text().to_owned(),
        reasoning: answer.reasoning().to_owned(),
        tool_calls: answer.tool_calls(),
        sources: answer.sources(None),
        files: answer.files().to_vec(),
        finish: answer.finish().map(|(reason, raw)| (reason.as_str(), raw.to_owned())),
        usage: answer.usage(),
        failure: ended.err().as_ref().map(failure),
        handed_on,
    }
}

/// Reads the body of a response without streaming, and that of an error.
pub(crate) fn decode_whole(provider: &str, body: &[u8]) -> Option<Failure> {
    let protocol = Protocol::named(provider).unwrap_or_else(|| panic!("there is no provider {provider}"));
    let mut reader = ResponseReader::new(protocol, DEFAULT_MAX_EVENT_BYTES, Answer::new(Batch::Delta, true, None));
    for shape in [Shape::HttpErrorBody, Shape::Whole] {
        reader.begin(shape);
        reader.push(body, 0.0);
    }
    let ended = reader.end(None);
    reader.give_up();
    reader.answer_mut().release();
    hand_on(reader.answer_mut(), &mut Vec::new());
    ended.err().as_ref().map(failure)
}

fn failure(error: &Error) -> Failure {
    Failure { code: error.code.as_str(), retryable: error.retryable, message: error.message.clone().into_owned() }
}

/// Takes what is to be handed on now.
fn hand_on(answer: &mut Answer, handed_on: &mut Vec<(Handed, String)>) {
    let mut waiting = answer.take_waiting();
    while let Some(piece) = waiting.next_piece() {
        handed_on.push(match piece {
            Piece::Text { text, .. } => (Handed::Text, text.to_owned()),
            Piece::Reasoning(text) => (Handed::Reasoning, text.to_owned()),
            Piece::Event(event) => (Handed::Event, event_json(&event)),
        });
    }
}

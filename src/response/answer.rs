//! The one accumulator: what an answer has become so far.

use std::collections::HashSet;

use super::chunk_queue::Kind;
use super::held::Held;
use super::sources::{placed, placed_between, Sources};
use super::text_buffer::{Length, TextBuffer};
use super::{Batch, ChunkQueue, Join, Think, Waiting};
use crate::event::Event;
use crate::json::{decimal, Split, Text, Value};
use crate::message::{Delta, FinishReason, GeneratedFile, Message, ModelTurn, Source, Span, ToolCall, Usage};
use crate::text::concat;

/// An answer as it grows, and what of it waits to be handed on.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // None of them says anything of another.
pub struct Answer {
    text: TextBuffer,
    reasoning: TextBuffer,
    /// The next reasoning begins a part.
    part: bool,
    calls: Vec<Open>,
    /// The number of the first call, for the ids of those that come without one.
    first_call: u64,
    usage: Option<Usage>,
    finish: Option<(FinishReason, String)>,
    ended: bool,
    /// Another response may follow behind the one that has come to its end.
    reads_on: bool,
    /// The tools are run that the model calls.
    runs_tools: bool,
    max_units: Option<usize>,
    /// The bound on text, reasoning and the arguments of calls together, in bytes, and what these have.
    max_bytes: Option<usize>,
    input_bytes: usize,
    /// Something did not fit in.
    over: bool,
    /// Increments of text, reasoning and tool calls so far, and files.
    content: u64,
    /// The attempt has brought something that is not held back.
    is_new: bool,
    /// Holds back what may repeat the text so far.
    held: Option<Box<Held>>,
    /// Responses may begin with reasoning in `<think>` tags.
    think_tags: bool,
    /// Tells such reasoning from the text, until it is over.
    think: Option<Box<Think>>,
    /// UTF-16 units of text that earlier runs have brought.
    earlier: usize,
    sources: Sources,
    files: Vec<GeneratedFile>,
    /// What the provider wants back with the turn.
    state: Vec<(&'static str, Value)>,
    /// Under which name the turn's reasoning is part of that.
    reasoning_state: Option<&'static str>,
    /// Where the turn began that is being given.
    turn: TurnStart,
    /// Where the response began that is being read.
    response: ResponseStart,
    /// Where the answer began: behind those that were asked for again.
    begin: TurnStart,
    /// What the turns before cost.
    spent: Option<Usage>,
    /// How much of the text and of the reasoning the provider has counted in that, in bytes.
    counted: (usize, usize),
    chunks: ChunkQueue,
}

/// Where a turn begins in what the run has brought.
#[derive(Debug, Default, Clone, Copy)]
struct TurnStart {
    /// In bytes.
    text: usize,
    /// The same in UTF-16 units.
    units: usize,
    /// In bytes.
    reasoning: usize,
    calls: usize,
    sources: usize,
    files: usize,
}

/// Where a response begins in what the run has brought: in bytes, and in increments.
#[derive(Debug, Default, Clone, Copy)]
struct ResponseStart {
    text: usize,
    reasoning: usize,
    content: u64,
    may_think: bool,
}

#[derive(Debug, Default)]
struct Open {
    call: ToolCall,
    split: Split,
    done: bool,
}

impl Open {
    /// The arguments have grown from `before` on.
    fn tell_input(&self, before: usize, chunks: &mut ChunkQueue) {
        let added = self.call.input_text.get(before..).unwrap_or_default();
        if chunks.wants_events() && !added.is_empty() {
            chunks.add_event(Event::ToolInputDelta { id: self.call.id.clone(), text: added.to_owned() });
        }
    }
}

impl Answer {
    /// An empty answer that ends at `max_units` UTF-16 units of text.
    #[must_use]
    pub fn new(batch: Batch, wants_events: bool, max_units: Option<usize>) -> Self {
        Self { max_units, chunks: ChunkQueue::new(batch, wants_events), ..Self::default() }
    }

    /// Takes over what an earlier run has brought of this answer: it is part of it, and delivered already.
    pub(crate) fn take_over(&mut self, earlier: &Message) {
        self.text = TextBuffer::seen(&earlier.content);
        self.reasoning = TextBuffer::seen(&earlier.reasoning);
        self.part = true;
        self.sources.take_over(&earlier.sources);
        self.files.clone_from(&earlier.files);
        self.earlier = self.text.units;
        self.counted = (self.text.text.len(), self.reasoning.text.len());
        // What was shown stays.
        self.max_units = self.max_units.map(|max| max.max(self.earlier));
    }

    /// Bounds text, reasoning and the arguments of calls together, in bytes. What does not fit is left out, and the answer
    /// ends there: [`Self::is_over`].
    pub fn bound_bytes(&mut self, max: usize) {
        self.max_bytes = Some(max);
    }

    /// That bound.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.max_bytes.unwrap_or(usize::MAX)
    }

    /// Whether something did not fit in.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether there is room for so much more; if not, the answer ends here.
    #[inline(always)]
    fn fits(&mut self, more: Text<'_>) -> bool {
        let bytes = self.text.text.len() + self.reasoning.text.len() + self.input_bytes;
        let room = self.max_bytes().saturating_sub(bytes);
        !self.over && (more.raw().len() <= room || self.fits_read(more, room))
    }

    /// Escapes are longer than what they stand for.
    #[cold]
    #[inline(never)]
    fn fits_read(&mut self, more: Text<'_>, room: usize) -> bool {
        let fits = more.read().len() <= room;
        self.over |= !fits;
        self.ended |= !fits;
        fits
    }

    /// The tools are run that the model calls: behind a turn that calls some nothing is waited for.
    pub(crate) fn run_tools(&mut self, runs_tools: bool) {
        self.runs_tools = runs_tools;
    }

    /// Whether responses may begin with reasoning in `<think>` tags.
    pub fn read_think_tags(&mut self, think_tags: bool) {
        self.think_tags = think_tags;
    }

    /// Calls that come without an id are numbered from here.
    pub(crate) fn number_calls(&mut self, from: u64) {
        self.first_call = from;
    }

    /// The next response goes on from the text so far: from the request's last turn if `is_last_turn`, which leaves out white
    /// space at its end, else because it is told to.
    pub(crate) fn go_on(&mut self, is_last_turn: bool) {
        self.held = Some(Box::new(Held::new(self.turn_text(), is_last_turn)));
        self.part = true;
    }

    /// What follows is another turn.
    pub(crate) fn next_turn(&mut self) {
        self.turn = TurnStart {
            text: self.text.text.len(),
            units: self.text.units,
            reasoning: self.reasoning.text.len(),
            calls: self.calls.len(),
            sources: self.sources.list().len(),
            files: self.files.len(),
        };
        self.part = true;
        self.sources.next_turn();
        self.spend();
        self.reset();
    }

    /// What follows is another answer to the same question.
    pub(crate) fn ask_again(&mut self) {
        self.begin = self.turn;
        self.max_units = self.max_units.map(|max| max + self.text.units);
    }

    /// What it has cost so far is spent.
    pub(crate) fn spend(&mut self) {
        if self.usage.is_some_and(|usage| usage.output_tokens.is_some()) {
            self.counted = (self.text.text.len(), self.reasoning.text.len());
        }
        self.spent = self.usage();
        self.usage = None;
    }

    /// The text so far, of all turns.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.text
    }

    /// The text of the answer, as far as `units` UTF-16 units of all text go, if there is such a bound.
    #[must_use]
    pub fn answer_text(&self, units: Option<usize>) -> &str {
        let text = units.map_or(self.text(), |units| self.text_up_to(units));
        text.get(self.begin.text..).unwrap_or_default()
    }

    /// All that the model has given in this turn.
    #[must_use]
    pub fn model_turn(&self) -> ModelTurn {
        let mut turn = self.shown_turn(self.turn_text(), None);
        turn.tool_calls = self.turn_calls();
        for (member, value) in &self.state {
            turn.state.set(member, value.clone());
        }
        // Only between the calls of tools and what comes of them a model goes on from what it thought.
        let is_wanted = self.runs_tools && (!turn.tool_calls.is_empty() || !turn.reasoning.is_empty());
        if let Some(member) = self.reasoning_state.filter(|_| is_wanted) {
            turn.state.set(member, Value::string(turn.reasoning.clone()));
        }
        turn
    }

    /// The same of a turn that was not whole: as far as `units` UTF-16 units of the run's text go, and without what only a
    /// whole turn can be sent back with.
    #[must_use]
    pub fn model_turn_up_to(&self, units: usize) -> ModelTurn {
        self.shown_turn(self.turn_text_up_to(units), Some(units))
    }

    fn shown_turn(&self, text: &str, units: Option<usize>) -> ModelTurn {
        let mut turn = ModelTurn::new(text);
        let reasoning = self.reasoning.text.get(self.turn.reasoning..).unwrap_or_default();
        reasoning.trim_start_matches('\n').clone_into(&mut turn.reasoning);
        turn.sources = self.sources_from(self.turn, units);
        turn.files = self.files.get(self.turn.files..).unwrap_or_default().to_vec();
        turn
    }

    /// The text of the turn.
    #[must_use]
    pub fn turn_text(&self) -> &str {
        self.text().get(self.turn.text..).unwrap_or_default()
    }

    /// The same of what [`Self::text_up_to`] gives.
    #[must_use]
    pub fn turn_text_up_to(&self, units: usize) -> &str {
        self.text_up_to(units).get(self.turn.text..).unwrap_or_default()
    }

    /// The calls of the turn.
    #[must_use]
    pub fn turn_calls(&self) -> Vec<ToolCall> {
        self.calls.iter().skip(self.turn.calls).map(|call| call.call.clone()).collect()
    }

    /// What earlier runs have brought and `units` UTF-16 units more, or one less where that would halve a surrogate pair.
    #[must_use]
    pub fn text_up_to(&self, units: usize) -> &str {
        self.text.up_to(self.earlier + units)
    }

    /// The reasoning so far, its parts separated by a blank line.
    #[must_use]
    pub fn reasoning(&self) -> &str {
        &self.reasoning.text
    }

    /// The calls of tools so far.
    #[must_use]
    pub fn tool_calls(&self) -> Vec<ToolCall> {
        self.calls.iter().map(|call| call.call.clone()).collect()
    }

    /// What the answer cites, each source once, with its places in [`Self::answer_text`] of these `units`.
    #[must_use]
    pub fn sources(&self, units: Option<usize>) -> Vec<Source> {
        let mut sources = self.sources_from(self.begin, units);
        let mut told = HashSet::new();
        sources.retain(|source| told.insert(source.clone()));
        sources
    }

    fn sources_from(&self, start: TurnStart, units: Option<usize>) -> Vec<Source> {
        let sources = self.sources.list().get(start.sources..).unwrap_or_default();
        let end = units.map_or(self.text.units, |units| self.text.units.min(self.earlier + units));
        placed_between(sources, start.units, end)
    }

    /// The files of the answer.
    #[must_use]
    pub fn files(&self) -> &[GeneratedFile] {
        self.files.get(self.begin.files..).unwrap_or_default()
    }

    /// What it cost, as far as the provider said.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        match (&self.spent, &self.usage) {
            (Some(spent), Some(usage)) => Some(spent.plus(usage)),
            (spent, usage) => spent.or(*usage),
        }
    }

    /// What it cost where it was stopped after so many `delivered` UTF-16 units. Unless the provider has reported it behind
    /// its terminal, the tokens of what was delivered are counted by `count`; of an answer without any there is no usage.
    pub(crate) fn usage_of_stopped(&self, delivered: usize, count: &mut dyn FnMut(&str) -> f64) -> Option<Usage> {
        let current = self.usage.unwrap_or_default();
        if self.finish.is_some() && current.output_tokens.is_some() {
            return self.usage();
        }
        let text = self.text_up_to(delivered).get(self.counted.0..).unwrap_or_default();
        let reasoning = self.reasoning().get(self.counted.1..).unwrap_or_default();
        let mut tokens = 0;
        for part in [text, reasoning].into_iter().filter(|part| !part.is_empty()) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
            let counted = count(part).ceil() as u64;
            tokens += counted;
        }
        if tokens == 0 && self.usage.is_none() && self.spent.is_none() {
            return None;
        }
        let current = current.of_stopped(tokens);
        Some(self.spent.map_or(current, |spent| Usage { total_tokens: None, ..spent.plus(&current) }))
    }

    /// Why it ended, and the provider's word for it, once its terminal has come.
    #[must_use]
    pub fn finish(&self) -> Option<(FinishReason, &str)> {
        let (reason, raw) = self.finish.as_ref()?;
        let reason = match reason {
            // Some servers say "stop", or have a word of their own, where the model waits for tools.
            FinishReason::Stop | FinishReason::Other if self.calls_tools() => FinishReason::ToolCalls,
            // Others say "tool_calls" where the model has only answered.
            FinishReason::ToolCalls if !self.calls_tools() => FinishReason::Stop,
            other => *other,
        };
        Some((reason, raw))
    }

    /// Whether a finish reason has come that another one may still replace.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.finish.is_some() && !self.ended && !self.reads_on
    }

    /// Whether nothing follows that matters.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Increments of text, reasoning and tool calls so far, and files.
    #[must_use]
    pub fn content(&self) -> u64 {
        self.content
    }

    /// Whether the attempt has brought anything: if not, asking again costs the reader nothing.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether the model has begun to call a tool in this turn.
    #[must_use]
    pub fn calls_tools(&self) -> bool {
        self.calls.len() > self.turn.calls
    }

    /// What waits to be handed on.
    #[must_use]
    pub fn chunks(&self) -> &ChunkQueue {
        &self.chunks
    }

    /// Adds an event of the run itself.
    pub(crate) fn turn(&mut self, event: Event) {
        self.chunks.add_turn(event);
    }

    /// Lets everything go that was gathered.
    pub fn release(&mut self) {
        self.chunks.release();
    }

    /// Takes what is to be handed on now.
    pub fn take_waiting(&mut self) -> Waiting {
        let items = self.chunks.take();
        let (text, reasoning) = items.bytes();
        Waiting::new(self.text.hand_on(text), self.reasoning.hand_on(reasoning), items)
    }

    /// Forgets what is an attempt's own.
    pub(crate) fn reset(&mut self) {
        self.is_new = false;
        self.held = None;
        self.usage = None;
        self.finish = None;
        self.ended = false;
        self.reads_on = false;
        self.state.clear();
        self.sources.begin(&self.text.text);
        self.reasoning_state = None;
        self.begin_response(self.turn_text().is_empty());
    }

    /// What follows is another response; if it is not `fresh`, it goes on from a text.
    fn begin_response(&mut self, fresh: bool) {
        let may_think = self.think_tags && fresh;
        self.think = may_think.then(Box::default);
        self.response = ResponseStart {
            text: self.text.text.len(),
            reasoning: self.reasoning.text.len(),
            content: self.content,
            may_think,
        };
    }

    /// Nothing follows of the response: what is held back of it is text. If it was not `cut`, reasoning without an end was
    /// the answer as well, unless there are calls to answer.
    fn stop_thinking(&mut self, cut: bool) {
        let Some(mut think) = self.think.take() else { return };
        let unclosed = think.end(&mut |thought, piece| self.take_piece(thought, piece));
        if let Some(length) = unclosed.filter(|_| !cut && !self.calls_tools()) {
            let from = self.reasoning.text.len().saturating_sub(length);
            let text = self.reasoning.text.get(from..).unwrap_or_default().to_owned();
            self.take_piece(false, Text::verbatim(text.as_bytes()));
        }
        self.sources.tell_apart(&self.text.text);
    }

    /// No more will come: halves of surrogate pairs will not be made whole. What a cut leaves undecided is no part of the
    /// answer: most of it repeats what is there.
    pub(super) fn close(&mut self, cut: bool) {
        self.stop_thinking(cut);
        let added = self.reasoning.end();
        self.chunks.add(Kind::Reasoning, added);
        if cut {
            self.held = None;
        }
        self.settle();
        let added = self.text.end();
        self.add_text(added);
        for source in self.sources.settle(&self.text.text) {
            self.tell_source(&source);
        }
        for place in 0..self.calls.len() - self.turn.calls {
            self.end_call(place);
        }
    }

    /// Takes an increment.
    pub fn take(&mut self, delta: Delta<'_>) {
        match delta {
            Delta::Text(text) => self.take_text(text),
            Delta::Reasoning(text) => self.take_reasoning(text),
            Delta::TextSoFar(text) => self.take_text_so_far(text),
            Delta::ReasoningSoFar(text) => self.take_thought_so_far(&text.read()),
            Delta::ReasoningPart => self.part = true,
            Delta::ToolStart { call, id, name, extra } => self.start_call(call, id, name, extra),
            Delta::ToolInput { call, text } => self.take_input(call, text),
            Delta::ToolEnd { call } => self.end_call(call),
            Delta::TextPart => self.sources.begin_part(&self.text.text),
            Delta::Source { source, span } => self.take_source(source, span),
            Delta::File(file) => self.take_file(file),
            Delta::State { member, value } => {
                self.state.retain(|(known, _)| *known != member);
                self.state.push((member, value));
            }
            Delta::ReasoningState(member) => self.reasoning_state = Some(member),
            Delta::Usage(usage) => self.take_usage(&usage),
            // The last one counts, but the caller's own bound stands.
            Delta::Finish { reason, raw } => {
                if !matches!(self.finish, Some((FinishReason::Limit, _))) {
                    self.finish = Some((reason, raw));
                }
            }
            Delta::End => {
                self.ended = true;
                self.finish.get_or_insert((FinishReason::Stop, String::new()));
            }
            Delta::EndOfResponse => {
                self.ended = self.runs_tools;
                self.reads_on = !self.runs_tools;
            }
            Delta::NextTurn => {
                self.finish = None;
                self.reads_on = false;
                self.stop_thinking(false);
                self.begin_response(true);
            }
            Delta::Raw(data) => self.take_raw(data),
        }
    }

    fn bring(&mut self) {
        self.content += 1;
        self.is_new = true;
    }

    fn take_text(&mut self, text: Text<'_>) {
        if self.ended {
            return;
        }
        let Some(mut think) = self.think.take() else { return self.take_piece(false, text) };
        // What is held back shows that the answer lives.
        self.content += 1;
        self.sources.hear(text);
        if think.push(text, &mut |thought, piece| self.take_piece(thought, piece)) {
            self.sources.tell_apart(&self.text.text);
        } else {
            self.think = Some(think);
        }
    }

    /// Takes a piece of the reasoning or of the text, told apart.
    fn take_piece(&mut self, thought: bool, text: Text<'_>) {
        if thought {
            return self.take_reasoning(text);
        }
        if !self.fits(text) {
            return;
        }
        let Some(mut held) = self.held.take() else {
            self.bring();
            let added = self.text.append(text);
            self.add_text(added);
            return;
        };
        self.content += 1;
        match held.push(text, self.turn_text()) {
            Some(join) => self.add_new(&held, join),
            None => self.held = Some(held),
        }
    }

    /// Takes what the response's whole text has behind the text so far.
    fn take_text_so_far(&mut self, whole: Text<'_>) {
        // What is held back is not compared.
        if self.ended || (self.held.is_some() && self.content > self.response.content) {
            return;
        }
        let (mut text, mut thought) = (String::new(), String::new());
        let mut think = self.response.may_think.then(Box::<Think>::default);
        let is_text = think.as_mut().is_none_or(|think| {
            think.push(whole, &mut |is_thought, piece| {
                piece.append_to(if is_thought { &mut thought } else { &mut text }, &mut Split::default());
            })
        });
        if think.is_none() {
            text = whole.read();
        }
        let so_far = self.text.text.get(self.response.text..).unwrap_or_default();
        let Some(rest) = text.strip_prefix(so_far) else { return };
        self.take_thought_so_far(&thought);
        if !rest.is_empty() {
            self.take_piece(false, Text::verbatim(rest.as_bytes()));
        }
        if think.is_some() {
            self.sources.hear_again(whole);
            self.sources.tell_apart(&self.text.text);
        }
        self.think = think.filter(|_| !is_text);
    }

    /// Takes what the response's whole reasoning has behind the reasoning so far.
    fn take_thought_so_far(&mut self, whole: &str) {
        let so_far = self.reasoning.text.get(self.response.reasoning..).unwrap_or_default();
        // Between it and the reasoning of the response before stands a blank line.
        let so_far = if self.response.reasoning > 0 { so_far.strip_prefix("\n\n").unwrap_or(so_far) } else { so_far };
        if let Some(rest) = whole.strip_prefix(so_far).filter(|rest| !rest.is_empty()) {
            self.take_reasoning(Text::verbatim(rest.as_bytes()));
        }
    }

    /// Whether text is held back.
    pub(super) fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// No more text comes, or the wait for it is over: decides about the text that is held back.
    pub(crate) fn settle(&mut self) {
        if let Some(mut held) = self.held.take() {
            let join = held.end(self.turn_text());
            self.add_new(&held, join);
        }
    }

    /// Adds what was held back, but for what is a repetition.
    fn add_new(&mut self, held: &Held, join: Join) {
        self.sources.skip(held.dropped(join));
        self.sources.glue(join.glue);
        let added = self.text.go_on(held.rest(join));
        self.is_new |= added.units > 0;
        self.add_text(added);
    }

    /// The text has grown by so much, some of which may be too much.
    fn add_text(&mut self, mut added: Length) {
        if let Some(max) = self.max_units.filter(|max| self.text.units > *max) {
            added = added.without(self.text.cut(max));
            self.finish = Some((FinishReason::Limit, String::new()));
            self.ended = true;
        }
        self.chunks.add(Kind::Text, added);
    }

    fn take_reasoning(&mut self, text: Text<'_>) {
        if !self.fits(text) {
            return;
        }
        self.bring();
        let mut added = Length::default();
        if std::mem::take(&mut self.part) {
            added = self.reasoning.separate();
        }
        added.grow(self.reasoning.append(text));
        self.chunks.add(Kind::Reasoning, added);
    }

    fn start_call(&mut self, place: usize, id: String, name: String, extra: String) {
        self.settle();
        self.bring();
        let number = self.first_call + (self.turn.calls + place) as u64;
        let id = if id.is_empty() { concat(&["call_", &decimal(number)]) } else { id };
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::ToolInputStart { id: id.clone(), name: name.clone() });
        }
        self.calls.push(Open { call: ToolCall { id, name, extra, ..ToolCall::default() }, ..Open::default() });
    }

    fn take_input(&mut self, place: usize, text: Text<'_>) {
        if !self.fits(text) {
            return;
        }
        self.bring();
        let Some(call) = self.calls.get_mut(self.turn.calls + place) else { return };
        let before = call.call.input_text.len();
        text.append_to(&mut call.call.input_text, &mut call.split);
        self.input_bytes += call.call.input_text.len() - before;
        call.tell_input(before, &mut self.chunks);
    }

    fn end_call(&mut self, place: usize) {
        let Some(call) = self.calls.get_mut(self.turn.calls + place).filter(|call| !call.done) else { return };
        call.done = true;
        let before = call.call.input_text.len();
        call.split.end(&mut call.call.input_text);
        call.tell_input(before, &mut self.chunks);
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::ToolCall(call.call.clone()));
        }
    }

    /// A source is no content: what an attempt has told of them and nothing else may be asked for again.
    fn take_source(&mut self, source: Source, span: Option<Span>) {
        if let Some(source) = self.sources.take(source, span, &self.text.text) {
            self.tell_source(&source);
        }
    }

    fn tell_source(&mut self, source: &Source) {
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::Source(placed(source, self.begin.units, self.text.units)));
        }
    }

    /// Some servers say at the end once more what they have made.
    fn take_file(&mut self, file: GeneratedFile) {
        if self.files.iter().skip(self.turn.files).any(|known| *known == file) {
            return;
        }
        self.settle();
        self.bring();
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::File(file.clone()));
        }
        self.files.push(file);
    }

    fn take_usage(&mut self, usage: &Usage) {
        self.usage.get_or_insert_with(Usage::default).update(usage);
        if self.chunks.wants_events() {
            let usage = self.usage().unwrap_or_default();
            self.chunks.add_loose_event(Event::Usage(usage.with_total()));
        }
    }

    fn take_raw(&mut self, data: &[u8]) {
        if self.chunks.wants_events() {
            self.chunks.add_loose_event(Event::Raw { data: Text::verbatim(data).read() });
        }
    }
}

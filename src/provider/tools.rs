//! Which call an increment belongs to, for servers that number their calls badly or not at all.
//!
//! An increment names its call by an id, an index and the tool's name, each of which may be missing, repeated or wrong.
//! The candidate is the call with the same id and index, else with the same id, else with the same index, else the last
//! one. It is another call all the same:
//!
//! - if both the id and the index are others;
//! - if the name is another one and the candidate's arguments are complete JSON, or have not begun;
//! - if the candidate's arguments are complete and those of the increment are so by themselves, unless both are the same
//!   call once more: then the increment is dropped.
//!
//! A name may arrive in pieces while there are no arguments, as long as the joined pieces are the beginning of the name
//! of one of the agent's tools. A call is reported when its name is known.

use super::OnDelta;
use crate::json::{Progress, Split, Text};
use crate::message::Delta;
use crate::text::concat;

/// The calls of one answer, in the order in which they were first mentioned.
#[derive(Debug, Default)]
pub(super) struct Calls {
    all: Vec<Call>,
    /// How many have been reported.
    told: usize,
    /// The names of the agent's tools.
    tools: Vec<String>,
}

#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
    /// Whether the server changes its id from time to time.
    ids_vary: bool,
    name: String,
    extra: String,
    /// Its number, once it has been reported.
    number: Option<usize>,
    arguments: Progress,
    /// The arguments that have not been reported, and whether some have.
    held: String,
    fed: bool,
    split: Split,
    done: bool,
}

/// What an increment contains about its call, and adds to it.
#[derive(Debug, Default)]
pub(super) struct Mention<'a> {
    pub(super) index: Option<u64>,
    pub(super) id: String,
    pub(super) name: String,
    /// What the provider needs back with the call.
    pub(super) extra: String,
    /// More of the arguments.
    pub(super) input: Option<Text<'a>>,
}

/// Where an increment belongs.
enum Belongs {
    To(usize),
    New,
    /// To a known call, which it repeats.
    Known,
}

impl Calls {
    /// The names of the agent's tools.
    pub(super) fn offer(&mut self, tools: &[String]) {
        self.tools = tools.to_vec();
    }

    /// Whether the model has called no tool yet.
    pub(super) fn is_empty(&self) -> bool {
        self.told == 0
    }

    /// Takes an increment.
    pub(super) fn take(&mut self, mention: Mention<'_>, out: &mut OnDelta<'_>) {
        match self.place(&mention) {
            Belongs::To(place) => self.add(place, mention, out),
            Belongs::New => {
                // The names of earlier calls are complete now.
                (0..self.all.len()).for_each(|place| self.tell(place, true, out));
                self.all.push(Call::default());
                self.add(self.all.len() - 1, mention, out);
            }
            Belongs::Known => {}
        }
    }

    /// Takes all calls so far, each complete, from a server that sends a summary after the increments: only what the
    /// increments lacked is new.
    pub(super) fn take_summary<'m>(&mut self, mentions: impl Iterator<Item = Mention<'m>>, out: &mut OnDelta<'_>) {
        let before = self.all.len();
        let mut known = vec![false; before];
        for (position, mention) in mentions.enumerate() {
            let input = mention.input.map(Text::read).unwrap_or_default();
            let progress = Progress::of(&input);
            let is_known = |(place, call): (usize, &Call)| {
                let same_id = !mention.id.is_empty() && call.id == mention.id;
                let same = call.name == mention.name && (same_id || call.arguments.is_same(&progress));
                same && known.get(place) == Some(&false)
            };
            let place = self.all.iter().enumerate().position(is_known);
            if let Some((place, call)) = place.and_then(|place| Some((place, self.all.get_mut(place)?))) {
                if let Some(known) = known.get_mut(place) {
                    *known = true;
                }
                if let Some(rest) = call.arguments.rest_of(&input).filter(|_| !call.arguments.is_whole()) {
                    call.push(rest);
                    self.tell(place, false, out);
                }
            } else if position >= before {
                self.take(mention, out);
            }
        }
    }

    /// Begins a call, or finds the one with this id and name. Returns its number. For formats in which it is clear
    /// where a call begins and ends.
    pub(super) fn begin(&mut self, id: String, name: String, extra: String, out: &mut OnDelta<'_>) -> usize {
        let is_known = |call: &Call| !id.is_empty() && call.id == id && call.name == name;
        if let Some(place) = self.all.iter().rposition(is_known) {
            return place;
        }
        self.all.push(Call { id, name, extra, ..Call::default() });
        let place = self.all.len() - 1;
        self.tell(place, true, out);
        place
    }

    /// Hands on more of the arguments of a call that [`Self::begin`] began.
    pub(super) fn input(call: usize, text: Text<'_>, out: &mut OnDelta<'_>) {
        if !text.is_empty() {
            out(Delta::ToolInput { call, text });
        }
    }

    /// Ends one call that [`Self::begin`] began.
    pub(super) fn end(&mut self, call: usize, out: &mut OnDelta<'_>) {
        if let Some(open) = self.all.get_mut(call).filter(|open| !open.done) {
            open.done = true;
            out(Delta::ToolEnd { call });
        }
    }

    /// Ends every call that is still open. A call with neither name nor arguments is dropped.
    pub(super) fn end_all(&mut self, out: &mut OnDelta<'_>) {
        for place in 0..self.all.len() {
            let Some(call) = self.all.get_mut(place).filter(|call| !call.done) else { continue };
            call.split.end(&mut call.held);
            if call.number.is_none() && call.name.is_empty() && call.arguments.is_empty() {
                continue;
            }
            call.done = true;
            self.tell(place, true, out);
            let Some(Call { number: Some(call), held, .. }) = self.all.get_mut(place) else { continue };
            Self::input(*call, Text::verbatim(std::mem::take(held).as_bytes()), out);
            out(Delta::ToolEnd { call: *call });
        }
    }

    fn place(&self, mention: &Mention<'_>) -> Belongs {
        if mention.is_empty() || self.repeats(mention) {
            return Belongs::Known;
        }
        let Some(place) = self.candidate(mention) else { return Belongs::New };
        let Some(call) = self.all.get(place) else { return Belongs::New };
        let is_other = if call.done && call.arguments.is_empty() {
            !mention.name.is_empty()
        } else if call.arguments.is_whole() {
            let alone = mention.input.map(|text| Progress::of(&text.read())).unwrap_or_default();
            if mention.name.is_empty() && alone.is_whole() && !call.is_other(mention) && alone.is_same(&call.arguments)
            {
                return Belongs::Known;
            }
            call.is_followed_by(mention, &alone)
        } else if call.arguments.is_empty() {
            self.is_other_name(call, mention)
        } else {
            call.is_interrupted_by(mention)
        };
        if is_other || (call.has_other_id(mention) && call.has_other_index(mention)) {
            return Belongs::New;
        }
        Belongs::To(place)
    }

    /// Whether a complete call repeats a finished one with the same id or index.
    fn repeats(&self, mention: &Mention<'_>) -> bool {
        let is_same = |call: &&Call| {
            let same_id = !mention.id.is_empty() && call.id == mention.id;
            let same_index = mention.index.is_some() && call.index == mention.index;
            call.arguments.is_whole()
                && call.name == mention.name
                && (same_id || (same_index && (call.ids_vary || !call.has_other_id(mention))))
        };
        let mut same = self.all.iter().filter(is_same).peekable();
        if mention.name.is_empty() || same.peek().is_none() {
            return false;
        }
        let Some(input) = mention.input else { return false };
        let alone = Progress::of(&input.read());
        alone.is_whole() && same.any(|call| call.arguments.is_same(&alone))
    }

    fn candidate(&self, mention: &Mention<'_>) -> Option<usize> {
        let same_id = |call: &Call| !mention.id.is_empty() && call.id == mention.id;
        let same_index = |call: &Call| mention.index.is_some() && call.index == mention.index;
        let find = |is: &dyn Fn(&Call) -> bool| self.all.iter().rposition(is);
        find(&|call| same_id(call) && same_index(call))
            .or_else(|| find(&same_id))
            .or_else(|| find(&same_index))
            .or_else(|| self.all.len().checked_sub(1))
    }

    /// Whether the name shows that a call without arguments is over.
    fn is_other_name(&self, call: &Call, mention: &Mention<'_>) -> bool {
        if mention.name.is_empty() {
            return false;
        }
        let another = call.has_other_index(mention) || (mention.index.is_none() && call.has_other_id(mention));
        if call.has_other_name(mention) {
            return another || self.joined(call, mention).is_none();
        }
        // The same name under another index, or under another id if there are no indices, means that a tool without
        // arguments is called twice. A call without a name still waits for its name.
        let same_id = !mention.id.is_empty() && mention.id == call.id;
        another && !same_id && !call.name.is_empty()
    }

    /// The joined name of the call and of the increment, if that is the beginning of a tool's name; some servers repeat
    /// with each piece what came before.
    fn joined(&self, call: &Call, mention: &Mention<'_>) -> Option<String> {
        let begins = |name: &String| self.tools.iter().any(|tool| tool.starts_with(name.as_str()));
        let joined = concat(&[&call.name, &mention.name]);
        let grown = Some(mention.name.clone()).filter(|name| name.starts_with(&*call.name));
        Some(joined).filter(begins).or(grown.filter(begins))
    }

    /// Adds an increment to its call.
    fn add(&mut self, place: usize, mention: Mention<'_>, out: &mut OnDelta<'_>) {
        let joined = self.all.get(place).filter(|call| call.arguments.is_empty() && call.has_other_name(&mention));
        let joined = joined.and_then(|call| self.joined(call, &mention));
        let Some(call) = self.all.get_mut(place) else { return };
        let Mention { index, id, name, extra, input } = mention;
        call.ids_vary |= !id.is_empty() && !call.id.is_empty() && call.id != id;
        if call.id.is_empty() {
            call.id = id;
        }
        call.index = call.index.or(index);
        if let Some(joined) = joined {
            call.name = joined;
        } else if call.name.is_empty() {
            call.name = name;
        }
        if !extra.is_empty() {
            call.extra = extra;
        }
        if let Some(text) = input {
            let mut piece = String::new();
            text.append_to(&mut piece, &mut call.split);
            call.push(&piece);
        }
        self.tell(place, false, out);
    }

    /// Reports a call and its arguments, as far as they are certain. `named`: the name is complete.
    fn tell(&mut self, place: usize, named: bool, out: &mut OnDelta<'_>) {
        let Some(call) = self.all.get(place) else { return };
        if call.number.is_none() {
            let may_grow = |tool: &String| tool.len() > call.name.len() && tool.starts_with(&*call.name);
            let named = named || !call.arguments.is_empty() || !self.tools.iter().any(may_grow);
            if !named || (call.name.is_empty() && !call.done) {
                return;
            }
            self.start(place, out);
        }
        let Some(call) = self.all.get_mut(place) else { return };
        let Some(number) = call.number else { return };
        if call.is_placeholder() {
            // Nothing is reported yet, but the idle timer must know that the answer is still arriving.
            if !named {
                out(Delta::ToolInput { call: number, text: Text::verbatim(b"") });
            }
        } else if !call.held.is_empty() {
            call.fed = true;
            Self::input(number, Text::verbatim(std::mem::take(&mut call.held).as_bytes()), out);
        }
    }

    /// Gives a call its number, and reports it.
    fn start(&mut self, place: usize, out: &mut OnDelta<'_>) {
        let number = self.told;
        self.told += 1;
        // If two calls had the same id, their results could not be told apart.
        let id = self.all.get(place).map_or("", |call| &*call.id);
        let is_taken = self.all.iter().any(|other| other.number.is_some() && other.id == id);
        let Some(call) = self.all.get_mut(place) else { return };
        call.number = Some(number);
        let id = if is_taken { String::new() } else { call.id.clone() };
        let (name, extra) = (call.name.clone(), std::mem::take(&mut call.extra));
        out(Delta::ToolStart { call: number, id, name, extra });
    }
}

impl Call {
    /// Adds to its arguments.
    fn push(&mut self, piece: &str) {
        if self.is_placeholder() && !piece.trim_ascii().is_empty() {
            self.held.clear();
            self.arguments = Progress::default();
        }
        self.held.push_str(piece);
        self.arguments.push(piece);
    }

    /// Whether the arguments are an empty object so far: some gateways send one first, which is not part of the
    /// arguments.
    fn is_placeholder(&self) -> bool {
        !self.fed && self.held.trim_ascii() == "{}"
    }

    fn has_other_id(&self, mention: &Mention<'_>) -> bool {
        !mention.id.is_empty() && !self.id.is_empty() && mention.id != self.id
    }

    fn has_other_index(&self, mention: &Mention<'_>) -> bool {
        self.index.is_some() && mention.index.is_some_and(|index| self.index != Some(index))
    }

    fn has_other_name(&self, mention: &Mention<'_>) -> bool {
        !mention.name.is_empty() && !self.name.is_empty() && mention.name != self.name
    }

    /// Whether an id or an index shows that another call is meant, as far as these are reliable.
    fn is_other(&self, mention: &Mention<'_>) -> bool {
        (self.has_other_id(mention) && !self.ids_vary) || self.has_other_index(mention)
    }

    /// Whether an increment after complete arguments begins another call. `alone` are its own arguments.
    fn is_followed_by(&self, mention: &Mention<'_>, alone: &Progress) -> bool {
        let same_id = !mention.id.is_empty() && mention.id == self.id;
        if same_id && self.is_placeholder() && !self.has_other_name(mention) {
            return false;
        }
        let begins = alone.is_whole() || (!alone.is_empty() && !same_id);
        self.has_other_name(mention) || self.is_other(mention) || (begins && !mention.name.is_empty())
    }

    /// Whether an increment after the beginning of arguments belongs to another call.
    fn is_interrupted_by(&self, mention: &Mention<'_>) -> bool {
        let nothing_else = mention.id.is_empty() && mention.index.is_none();
        let is_other = self.has_other_id(mention) || self.has_other_index(mention) || nothing_else;
        let is_parallel = mention.id.is_empty() && self.has_other_index(mention) && !mention.name.is_empty();
        (self.has_other_name(mention) && is_other) || is_parallel
    }
}

impl Mention<'_> {
    fn is_empty(&self) -> bool {
        self.id.is_empty() && self.name.is_empty() && self.extra.is_empty() && self.input.is_none()
    }
}

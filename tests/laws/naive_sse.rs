//! The oracle: an event stream read as the WHATWG writes it down, the whole body at once, with no thought for speed
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>).

/// What an event stream says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The type buffer and the data of every event that is dispatched.
    pub(crate) events: Vec<(String, String)>,
    pub(crate) last_event_id: String,
    pub(crate) reconnection_time: Option<u64>,
}

pub(crate) fn read(body: &[u8]) -> Reading {
    // "Streams must be decoded using the UTF-8 decode algorithm", which strips one leading byte order mark.
    let decoded = String::from_utf8_lossy(body);
    let stream = decoded.strip_prefix('\u{FEFF}').unwrap_or(&decoded);

    let mut reading = Reading::default();
    let (mut data, mut event_type, mut id) = (String::new(), String::new(), String::new());
    for line in lines(stream) {
        if line.is_empty() {
            reading.last_event_id.clone_from(&id);
            // An empty data buffer dispatches nothing, but resets the event type like any dispatch.
            if let Some(data) = data.strip_suffix('\n') {
                reading.events.push((event_type.clone(), data.to_owned()));
            }
            data.clear();
            event_type.clear();
        } else if let Some((name, value)) = field(&line) {
            match name.as_str() {
                "event" => event_type = value,
                "data" => data = data + &value + "\n",
                "id" if !value.contains('\0') => id = value,
                "retry" if !value.is_empty() && value.chars().all(|char| char.is_ascii_digit()) => {
                    reading.reconnection_time = Some(value.parse().unwrap_or(u64::MAX));
                }
                _ => {}
            }
        }
    }
    reading
}

/// The event that the stream ends in, as if a blank line had followed.
pub(crate) fn pending(body: &[u8]) -> Option<(String, String)> {
    let mut events = read(&[body, b"\n\n"].concat()).events;
    (events.len() > read(body).events.len()).then(|| events.pop().expect("there is one more"))
}

/// The lines that have an end, which is "a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single
/// U+000A LINE FEED (LF) character not preceded by a U+000D CARRIAGE RETURN (CR) character, and a single U+000D
/// CARRIAGE RETURN (CR) character not followed by a U+000A LINE FEED (LF) character".
fn lines(stream: &str) -> Vec<String> {
    let one_kind_of_end = stream.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<_> = one_kind_of_end.split('\n').map(str::to_owned).collect();
    lines.pop();
    lines
}

/// A field's name and its value; a line that starts with a colon is none.
pub(crate) fn field(line: &str) -> Option<(String, String)> {
    if line.starts_with(':') {
        return None;
    }
    let Some(colon) = line.find(':') else {
        return Some((line.to_owned(), String::new()));
    };
    let mut value = line[colon + 1..].to_owned();
    if value.starts_with(' ') {
        value.remove(0);
    }
    Some((line[..colon].to_owned(), value))
}

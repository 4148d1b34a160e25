//! What a body is, by its first byte, for servers that send something else than they were asked for.

/// What a body turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// A stream, as far as one byte tells.
    Stream,
    /// One JSON document.
    Json,
    /// A page: of a proxy, of a log-in, of a server that answers everything with its start page.
    Html,
}

/// Looks at the first byte that is neither white space nor of a byte order mark; `None` where there is none yet.
pub(super) fn sniff(bytes: &[u8]) -> Option<Sniffed> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF))?;
    Some(match first {
        b'<' => Sniffed::Html,
        b'{' | b'[' => Sniffed::Json,
        _ => Sniffed::Stream,
    })
}

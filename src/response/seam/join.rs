//! What is dropped at the seam itself: the characters between the last repeated letter and the new text, and what a
//! model repeats without repeating any letters.

use super::fold::{is_symbol, mark, span, tail_from};
use super::opening::Opening;
use super::Join;

/// This many characters show how a continuation begins.
const BEGINNING: usize = 8;

/// A line with fewer bytes is short.
const SHORT: usize = 16;

/// How much of `run`, the text after a repetition, repeats `tail`, the end of the answer: first the marks in order,
/// then the white space.
pub(super) fn aligned(tail: &str, run: &str) -> usize {
    let (mut old, mut at) = (tail, 0);
    loop {
        let (theirs, own) = (old.trim_start(), tail_from(run, at).trim_start());
        let (Some(one), Some(other)) = (theirs.chars().next(), own.chars().next()) else { break };
        if mark(one) != mark(other) {
            break;
        }
        old = tail_from(theirs, one.len_utf8());
        at = run.len() - own.len() + other.len_utf8();
    }
    at + common_space(space_at_end(old), tail_from(run, at))
}

/// How much of the white space at the beginning of `new` is already at the end of the answer, `old`.
fn common_space(old: &str, new: &str) -> usize {
    let space = span(new, 0, new.len() - new.trim_start().len());
    if old.is_empty() || space.starts_with(old) {
        return old.len();
    }
    let Some((_, indent)) = old.rsplit_once('\n') else {
        return old.bytes().zip(space.bytes()).take_while(|(one, other)| one == other).count();
    };
    let Some((lines, own)) = space.rsplit_once('\n') else { return space.len() };
    let count = |text: &str| text.matches('\n').count();
    if count(space) > count(old) {
        let more = count(space) - count(old);
        return space.rmatch_indices('\n').nth(more - 1).map_or(lines.len(), |(at, _)| at);
    }
    space.len() - own.strip_prefix(indent).map_or(0, str::len)
}

fn space_at_end(text: &str) -> &str {
    tail_from(text, text.trim_end().len())
}

/// Where a continuation joins that repeats no end of the answer; `None` while there is too little of it.
pub(super) fn without_repetition(
    old: &str,
    new: &str,
    opening: &Opening,
    is_code: bool,
    is_last: bool,
) -> Option<Join> {
    if let Some(end) = opening.end {
        return behind_opening(old, new, end, is_code, is_last);
    }
    let line = old.rsplit('\n').next().unwrap_or_default();
    let (text, mark) = (new.trim_start(), line.trim());
    let repeats_line = !mark.is_empty() && line.len() < SHORT && (text.starts_with(mark) || mark.starts_with(text));
    let enough = if repeats_line {
        mark.chars().count() + 3
    } else if text.starts_with(['.', '…']) {
        BEGINNING
    } else {
        1
    };
    if !is_last && text.chars().nth(enough - 1).is_none() {
        return None;
    }
    let doubled = repeated_marker(line, new)
        .or_else(|| repeated_line(old, line, new))
        .or_else(|| doubled_indentation(old, line, new))
        .or_else(|| ellipsis(old, new))
        .or_else(|| doubled_space(line, new).filter(|_| !is_code));
    Some(Join::at(doubled.unwrap_or_default()))
}

/// A preamble or a fence has been dropped, and what follows it is new.
fn behind_opening(old: &str, new: &str, end: usize, is_code: bool, is_last: bool) -> Option<Join> {
    let body = tail_from(new, end);
    // "**Continued:**" ends after its markup.
    let is_marked = new.trim_start().starts_with(['*', '_']);
    let text = body.trim_start_matches(|char: char| char.is_whitespace() || (is_marked && matches!(char, '*' | '_')));
    if text.chars().nth(2).is_none() && !is_last {
        return None;
    }
    let rest = without_ellipsis(text).map_or(text, str::trim_start);
    let is_joined = is_code || text.len() == body.len() || old.ends_with(char::is_whitespace);
    let glue = if is_joined { "" } else { glue(old, rest) };
    Some(Join { from: new.len() - rest.len(), glue })
}

/// What is added between the answer and a continuation that is a paragraph of its own.
fn glue(old: &str, rest: &str) -> &'static str {
    let first = rest.chars().next().unwrap_or_default();
    let digits = rest.trim_start_matches(|char: char| char.is_ascii_digit());
    let is_item = digits.len() < rest.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    if is_item || ["- ", "* ", "+ ", "> ", "# ", "## ", "### ", "```", "|"].iter().any(|mark| rest.starts_with(mark)) {
        return "\n";
    }
    let opens = |char: char| matches!(char, '(' | '[' | '{' | '“' | '‘' | '«' | '/' | '-');
    let is_word = is_symbol(first) || opens(first) || matches!(first, '"' | '\'' | '*' | '_' | '`');
    if is_word && !old.chars().next_back().is_none_or(opens) {
        " "
    } else {
        ""
    }
}

/// The mark of a list, a heading, a quote or a code block, alone on the last `line` of the answer, and repeated.
fn repeated_marker(line: &str, new: &str) -> Option<usize> {
    let (mark, text) = (line.trim(), new.trim_start());
    let is_all = |of: &[char]| mark.trim_start_matches(of).is_empty();
    let number = mark.trim_end_matches(['.', ')']);
    let is_number = !number.is_empty() && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let length = if mark.is_empty() {
        return None;
    } else if is_number && mark.len() - number.len() <= 1 {
        text.strip_prefix(number)?.strip_prefix(['.', ')'])?.strip_prefix(' ')?;
        mark.len()
    } else if matches!(mark, "-" | "*" | "+" | ">") || (is_all(&['#']) && mark.len() <= 6) {
        text.strip_prefix(mark)?.strip_prefix(' ')?;
        mark.len()
    } else if mark.len() >= 3 && (is_all(&['`']) || is_all(&['~'])) {
        text.strip_prefix(mark).filter(|rest| rest.starts_with(char::is_alphanumeric))?;
        mark.len()
    } else {
        return None;
    };
    let space = space_at_end(line);
    Some(new.len() - text.len() + length + common_space(space, tail_from(text, length)))
}

/// A last line that is too short to be found by its letters, repeated exactly.
fn repeated_line(old: &str, line: &str, new: &str) -> Option<usize> {
    let (words, text) = (line.trim(), new.trim_start());
    let says_enough = words.contains(is_symbol) && words.chars().filter(|char| !char.is_whitespace()).nth(1).is_some();
    let indent = |text: &str| text.len() - text.trim_start().len();
    let is_same_indent = text.len() == new.len() || indent(new) == indent(line);
    if line.len() == old.len() || line.len() >= SHORT || !says_enough || !is_same_indent {
        return None;
    }
    let rest = text.strip_prefix(words)?;
    Some(new.len() - rest.len() + common_space(space_at_end(line), rest))
}

/// The indentation of code at the end of the answer, repeated. It is dropped if the existing indentation is deep
/// enough.
fn doubled_indentation(old: &str, line: &str, new: &str) -> Option<usize> {
    if line.len() < 2 && line != "\t" || !line.bytes().all(|byte| matches!(byte, b' ' | b'\t')) {
        return None;
    }
    let text = new.strip_prefix('\n').filter(|text| text.starts_with(line)).unwrap_or(new);
    let rest = text.strip_prefix(line)?;
    let indent = |text: &str| text.len() - text.trim_start().len();
    let mut before = old.lines().rev().skip(1).filter(|line| !line.trim().is_empty());
    let last = before.next()?;
    let is_usual = line.len() >= 4
        || line.contains('\t')
        || indent(last) == line.len()
        || before.any(|other| indent(other) == line.len());
    let opens = last.trim_end().ends_with([':', '{', '(', '[']);
    let is_deep = if opens { line.len() > indent(last) } else { line.len() >= indent(last) };
    (is_usual && is_deep && !rest.is_empty()).then(|| new.len() - rest.len())
}

/// An ellipsis that no author would put there: the answer ends within a sentence, after a space or a comma.
fn ellipsis(old: &str, new: &str) -> Option<usize> {
    let rest = without_ellipsis(new.trim_start())?;
    let words = rest.trim_start();
    let last = old.trim_end().chars().next_back()?;
    let is_spaced = old.ends_with(' ');
    let is_free = !matches!(last, '.' | '!' | '?' | '…') && (is_spaced || matches!(last, ',' | ';' | ':' | '('));
    (is_free && words.starts_with(is_symbol)).then(|| new.len() - if is_spaced { words.len() } else { rest.len() })
}

fn without_ellipsis(text: &str) -> Option<&str> {
    text.strip_prefix("...").or_else(|| text.strip_prefix('…')).filter(|rest| !rest.starts_with('.'))
}

/// A single space within a line, repeated.
fn doubled_space(line: &str, new: &str) -> Option<usize> {
    let is_one = new.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|char: char| !char.is_whitespace()));
    (is_one && line.ends_with(' ') && !line.trim().is_empty()).then_some(1)
}

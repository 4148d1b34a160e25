//! Reasoning in `<think>` tags: however the text comes in pieces, the same is reasoning.

use fastrand::Rng;
use refinire_web::json::Text;
use refinire_web::response::Think;

/// Reasoning and text, and whether the reasoning had no end.
fn sort(pieces: &[&str]) -> (String, String, bool) {
    let (mut thought, mut said) = (String::new(), String::new());
    let mut take = |is_thought: bool, piece: Text<'_>| {
        if is_thought {
            thought.push_str(&piece.read());
        } else {
            said.push_str(&piece.read());
        }
    };
    let mut think = Think::default();
    let mut decided = false;
    for piece in pieces {
        if decided {
            take(false, Text::verbatim(piece.as_bytes()));
        } else {
            decided = think.push(Text::verbatim(piece.as_bytes()), &mut take);
        }
    }
    let open = if decided { None } else { think.end(&mut take) };
    (thought, said, open.is_some())
}

/// What the rule says, read off the whole text.
fn oracle(text: &str) -> (String, String, bool) {
    let Some(inside) = text.trim_start().strip_prefix("<think>").filter(|_| space(text) <= 1024) else {
        return (String::new(), text.to_owned(), false);
    };
    let (thought, rest, open) = match inside.split_once("</think>") {
        Some((thought, rest)) => (thought, rest.trim_start(), false),
        None => (inside, "", true),
    };
    let thought = if thought.trim_start().is_empty() && thought.len() <= 1024 { "" } else { thought };
    (thought.to_owned(), rest.to_owned(), open)
}

fn space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

const TEXTS: &[&str] = &[
    "",
    "One.",
    "<think>We think</think>\n\none",
    "\n <think>\nWe think\n</think>one </think> <think>two</think>",
    "<think></think>one",
    "<think>\n\n</think>\n\none",
    "<think>  We think",
    "<think>\n",
    "<thinking>No.</thinking>",
    "<thi",
    " <",
    "   ",
    "<think>a</thin</think>b",
    "<think>a</th</think> </think>b",
    "One <think>two</think>",
    "</think>one",
    "<<think>a</think>",
    "<think><think>a</think>b",
    "<think>ü😀</think>\u{a0}\u{2003}é",
];

#[test]
fn it_is_the_same_reasoning_however_the_text_is_cut() {
    let mut rng = Rng::with_seed(11);
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.push(format!("{}<think>a</think>b", " ".repeat(1024)));
    texts.push(format!("{}<think>a</think>b", " ".repeat(1025)));
    for _ in 0..300 {
        let parts = ["<think>", "</think>", "<thi", "nk>", "</", " ", "\n", "a", "ü", "😀", "<", ">"];
        texts.push((0..rng.usize(0..9)).map(|_| parts[rng.usize(0..parts.len())]).collect());
    }
    for text in &texts {
        let wanted = oracle(text);
        assert_eq!(sort(&[text]), wanted, "{text:?}");
        let cuts: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for at in &cuts {
            assert_eq!(sort(&[&text[..*at], &text[*at..]]), wanted, "{text:?} cut at {at}");
        }
        let chars: Vec<&str> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
        assert_eq!(sort(&chars), wanted, "{text:?} in characters");
    }
}

#[test]
fn half_a_surrogate_pair_in_each_of_two_pieces_is_one_character_everywhere() {
    use crate::decode::decode;
    for (pieces, reasoning, text) in [
        (&[r"\ud83d", r"\ude00"][..], "", "😀"),
        (&[r"<think>\ud83d", r"\ude00</think>\ud83d", r"\ude00 ", r"\ud83d", r"\ude00"], "😀", "😀 😀"),
        (&[r"<think>a</think>\n\ud83d", r"\ude00"], "a", "😀"),
        (&[r" \ud83d", r"\ude00"], "", " 😀"),
        (&[r"<think>\ud83d</think>", "b"], "\u{fffd}", "b"),
    ] {
        let chunks =
            pieces.iter().map(|piece| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{piece}\"}}}}]}}\n\n"));
        let body: String = chunks.chain(["data: [DONE]\n\n".to_owned()]).collect();
        let outcome = decode("openai", &[body.as_bytes()]);
        assert_eq!((&*outcome.reasoning, &*outcome.text), (reasoning, text), "{pieces:?}");
    }
}

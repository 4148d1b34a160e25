//! Where a continuation joins the answer that was cut: what models write, and laws that hold for anything they may write.

use fastrand::Rng;
use refinire_web::json::Text;
use refinire_web::response::{anchor, Seam, MOST_HELD};

use crate::seed::rng;

/// What is delivered of the pieces, and how many characters were held back at most.
fn delivered(old: &str, pieces: &[&str]) -> (String, usize) {
    let mut seam = Seam::new(old);
    let mut held = 0;
    for (count, piece) in pieces.iter().enumerate() {
        if let Some(join) = seam.push(Text::verbatim(piece.as_bytes()), old) {
            let (glue, rest, _) = seam.rest(join);
            return ([glue, rest, &pieces[count + 1..].concat()].concat(), held);
        }
        held += piece.chars().count();
    }
    let join = seam.end(old);
    let (glue, rest, _) = seam.rest(join);
    ([glue, rest].concat(), held)
}

fn chars(text: &str) -> Vec<&str> {
    text.split_inclusive(|_| true).collect()
}

/// The whole answer, the same however the continuation comes.
fn joined(old: &str, new: &str) -> String {
    let (whole, _) = delivered(old, &[new]);
    let (pieces, _) = delivered(old, &chars(new));
    assert_eq!(whole, pieces, "{old:?} and {new:?}: whole, and a character at a time");
    [old, &whole].concat()
}

const FOX: &str = "The quick brown fox jumps";
const WHOLE: &str = "The quick brown fox jumps over the lazy dog.";
const LIST: &str = "Fruit:\n\n1. Apples\n2. Ban";
const CODE: &str = "Like this:\n\n```python\ndef add(a, b):\n    total = a + b\n    ";
const QUOTE: &str = "She said: “It’s late – let’s go";

/// An answer that was cut, what a model says then, and the answer that it should be.
const REPLIES: &[(&str, &str, &str)] = &[
    // It begins with the anchor, or with another end, to the letter.
    (FOX, "The quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "fox jumps over the lazy dog.", WHOLE),
    (FOX, "jumps over the lazy dog.", WHOLE),
    (
        "It rained. The quick brown fox jumps",
        "The quick brown fox jumps over.",
        "It rained. The quick brown fox jumps over.",
    ),
    // Spaces, case, punctuation, quotes and dashes differ.
    (FOX, "The quick  brown\nfox jumps over the lazy dog.", WHOLE),
    (FOX, "the Quick Brown Fox Jumps over the lazy dog.", WHOLE),
    (FOX, "THE QUICK BROWN FOX JUMPS over the lazy dog.", WHOLE),
    (
        "Zuerst: Über Ärger, Öl und Übermut",
        "ÜBER ÄRGER, ÖL UND ÜBERMUT redet niemand.",
        "Zuerst: Über Ärger, Öl und Übermut redet niemand.",
    ),
    (
        "Tak: žluťoučký kůň příšerně úpěl, łódź i gęś",
        "ŽLUŤOUČKÝ KŮŇ PŘÍŠERNĚ ÚPĚL, ŁÓDŹ I GĘŚ stály.",
        "Tak: žluťoučký kůň příšerně úpěl, łódź i gęś stály.",
    ),
    (
        "Trước: đường về nhà tôi rất ngắn, ướt và tối",
        "ĐƯỜNG VỀ NHÀ TÔI RẤT NGẮN, ƯỚT VÀ TỐI như đêm.",
        "Trước: đường về nhà tôi rất ngắn, ướt và tối như đêm.",
    ),
    (
        "Πρώτα: η γρήγορη αλεπού πηδά πάνω από όλους",
        "Η ΓΡΉΓΟΡΗ ΑΛΕΠΟΎ ΠΗΔΆ ΠΆΝΩ ΑΠΌ όλους τους σκύλους.",
        "Πρώτα: η γρήγορη αλεπού πηδά πάνω από όλους τους σκύλους.",
    ),
    (
        "Сначала: съешь ещё этих мягких їжаків",
        "СЪЕШЬ ЕЩЁ ЭТИХ МЯГКИХ ЇЖАКІВ и чаю.",
        "Сначала: съешь ещё этих мягких їжаків и чаю.",
    ),
    (FOX, "The quick, brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "\"The quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "**The quick** brown fox jumps over the lazy dog.", WHOLE),
    (QUOTE, "\"It's late - let's go home.\"", "She said: “It’s late – let’s go home.\""),
    (QUOTE, "She said: \"It's late -- let's go home.\"", "She said: “It’s late – let’s go home.\""),
    ("A well-known, old-", "a well–known, old–fashioned rule", "A well-known, old-fashioned rule"),
    ("Red, green, ", "red, green, and blue", "Red, green, and blue"),
    ("Red, green,", "Red, green, and blue", "Red, green, and blue"),
    ("One is red. Two is green. ", "Two is green. Three is blue.", "One is red. Two is green. Three is blue."),
    ("One is red; two is green,", "two is green. Three is blue.", "One is red; two is green, Three is blue."),
    (
        "The first paragraph ends.\n\n",
        "The first paragraph ends.\n\nThe second.",
        "The first paragraph ends.\n\nThe second.",
    ),
    (
        "The first paragraph ends.\n\n",
        "The first paragraph ends. The second.",
        "The first paragraph ends.\n\nThe second.",
    ),
    (
        "The first paragraph ends.\n",
        "The first paragraph ends.\n\nThe second.",
        "The first paragraph ends.\n\nThe second.",
    ),
    // A preamble, with a repetition behind it and without.
    (FOX, "Sure, here is the rest:\n\nThe quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "Sure, here is the rest:\n\nover the lazy dog.", WHOLE),
    (FOX, "Sure! Here's the rest of the answer: over the lazy dog.", WHOLE),
    (FOX, "Certainly!\n\nContinuing from where I left off:\n\nbrown fox jumps over the lazy dog.", WHOLE),
    (FOX, "Of course. Continuing exactly from where it was cut off:\nover the lazy dog.", WHOLE),
    (FOX, "I apologize for the interruption. Here is the remaining text:\n\n... over the lazy dog.", WHOLE),
    (FOX, "**Continued:**\n\nover the lazy dog.", WHOLE),
    (FOX, "(continued)", "The quick brown fox jumps(continued)"),
    (FOX, "(Continued) over the lazy dog.", WHOLE),
    (FOX, "Natürlich, hier ist der Rest:\n\nfox jumps over the lazy dog.", WHOLE),
    (FOX, "Bien sûr, voici la suite :\n\nover the lazy dog.", WHOLE),
    (FOX, "My text stopped at this place, so:\n\nThe quick brown fox jumps over the lazy dog.", WHOLE),
    ("One.\n\n1. Red\n2. Green", "Here is the rest:\n\n3. Blue", "One.\n\n1. Red\n2. Green\n3. Blue"),
    ("The fox jumps (", "Sure, here is the rest:\n\nhigh) over", "The fox jumps (high) over"),
    ("The fox jumps", "Sure, here is the rest:\n\n, and it runs", "The fox jumps, and it runs"),
    (FOX, "Apologies for the interruption. The quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "Sure! The quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "Of course! Here it is. The quick brown fox jumps over the lazy dog.", WHOLE),
    // An ellipsis.
    (FOX, "...The quick brown fox jumps over the lazy dog.", WHOLE),
    (FOX, "… fox jumps over the lazy dog.", WHOLE),
    (FOX, "...jumps over the lazy dog.", WHOLE),
    ("Red, green, ", "...and blue.", "Red, green, and blue."),
    ("Red, green,", "... and blue.", "Red, green, and blue."),
    // A word that was cut is said again.
    ("The answer is fort", "forty-two.", "The answer is forty-two."),
    ("The answer is fort", " forty-two.", "The answer is forty-two."),
    ("Hello wor", "world!", "Hello world!"),
    ("Hello the", "there!", "Hello there!"),
    ("It is incompre", "incomprehensible.", "It is incomprehensible."),
    ("その答えは今日は", "今日はいい天気", "その答えは今日はいい天気"),
    // A fence, or the number or the mark of a list, once more.
    (
        CODE,
        "```python\ndef add(a, b):\n    total = a + b\n    return total\n```",
        "Like this:\n\n```python\ndef add(a, b):\n    total = a + b\n    return total\n```",
    ),
    (
        CODE,
        "Here is the rest of the code:\n\n```python\n    total = a + b\n    return total\n```",
        "Like this:\n\n```python\ndef add(a, b):\n    total = a + b\n    return total\n```",
    ),
    ("```js\nlet a = 1;\n", "```js\nlet b = 2;\n```", "```js\nlet a = 1;\nlet b = 2;\n```"),
    ("Run:\n\n```", "```sh\nmake\n```", "Run:\n\n```sh\nmake\n```"),
    (LIST, "2. Bananas\n3. Cherries", "Fruit:\n\n1. Apples\n2. Bananas\n3. Cherries"),
    (LIST, "1. Apples\n2. Bananas", "Fruit:\n\n1. Apples\n2. Bananas"),
    ("1. Apples\n2. ", "2. Bananas", "1. Apples\n2. Bananas"),
    ("1. Apples\n2.", "2. Bananas", "1. Apples\n2. Bananas"),
    ("1. Apples\n2", "2. Bananas", "1. Apples\n2. Bananas"),
    ("1. Apples\n", "2. Bananas", "1. Apples\n2. Bananas"),
    ("1. Apples\n", "1. Apples\n2. Bananas", "1. Apples\n2. Bananas"),
    ("- one\n- ", "- two", "- one\n- two"),
    ("one\n- tw", "- two", "one\n- two"),
    ("Text.\n\n## ", "## Setup", "Text.\n\n## Setup"),
    ("def f():\n    x = 1\n    y = ", "    y = 2", "def f():\n    x = 1\n    y = 2"),
    ("| a | b |\n|---|---|\n| 1 | ", "| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
    ("{\"a\": 1, \"b\"", "{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"b\": 2}"),
    ("This is **very imp", "**very important**.", "This is **very important**."),
    ("```js\nconst a = 1;\nconst b", "```\nconst b = 2;\n```", "```js\nconst a = 1;\nconst b = 2;\n```"),
    ("```js\nconst a = 1;\nconst b", "```js\nconst b = 2;\n```", "```js\nconst a = 1;\nconst b = 2;\n```"),
    // Indentation, once more.
    (CODE, "    return total", "Like this:\n\n```python\ndef add(a, b):\n    total = a + b\n    return total"),
    (
        CODE,
        "total = a + b\n    return total",
        "Like this:\n\n```python\ndef add(a, b):\n    total = a + b\n    return total",
    ),
    ("if (x) {\n    ", "    run();\n}", "if (x) {\n    run();\n}"),
    ("The quick ", " brown fox", "The quick brown fox"),
];

#[test]
fn what_models_reply_becomes_the_answer() {
    let wrong: Vec<_> = (REPLIES.iter().map(|(old, new, whole)| (old, new, whole, joined(old, new))))
        .filter(|(_, _, whole, found)| found != *whole)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), REPLIES.len());
}

/// What a model says that simply continues, also where it looks like something else.
const CONTINUED: &[(&str, &str)] = &[
    ("hel", "lo"),
    ("a co", "conut"),
    ("bana", "na"),
    ("Hello world", "rld"),
    ("Well", ""),
    ("Well", " "),
    ("a\n", "\nb"),
    (FOX, " over the lazy dog."),
    ("## Setup", "\n\nSetup is easy"),
    ("| --- |", " --- |\n"),
    ("The", " theme of it"),
    ("He sat in the", " theatre and the"),
    ("I think that", " that is it"),
    ("It was very", " very good"),
    ("na na na na na na na na", " na na na na na na na na batman"),
    ("Row, row, ", "row your boat"),
    ("Wait", "... what?"),
    ("And then", "… nothing."),
    ("He left. ", "...and never came back."),
    ("[1, 10, 100", ", 1000]"),
    ("Plans:\n", "Continuing education: a course."),
    ("The capital is", " Paris, which is old."),
    ("The capital is ", "Paris, which is old.\nIt lies on the Seine."),
    ("They met in ", "Sure Street, at the rest home."),
    ("a\n\n", "Here is a table:\n\n| a |"),
    ("```js\nlet a = 1;\n", "```\n\nDone."),
    ("```js\nlet a = 1;\n", "let b = 2;"),
    ("Two blocks:\n\n```js\n1\n```\n\n", "```js\n2\n```"),
    ("def f():\n    if x:\n    ", "    return 1"),
    ("1. One\n", "2. Two"),
    ("Yes.\nNo", " No it is"),
    ("Sure", "! The fox."),
    ("in 20", "24"),
    ("x = 1\n", "x = 2\n"),
    ("😀", "😀😀"),
    ("--", "--"),
    ("a *", "*b**"),
    ("The cat and the", "The ca"),
    ("Sure", ", here is the rest: all of it."),
    ("abc", "…"),
    ("", "Sure, why not?"),
    ("| a | b |\n| 0 | 0 |\n", "| 0 | 1 |\n"),
    ("He said no. She said no. ", "They said yes."),
];

#[test]
fn a_model_that_simply_continues_is_delivered_unchanged() {
    let wrong: Vec<_> = (CONTINUED.iter().map(|(old, new)| (old, new, joined(old, new))))
        .filter(|(old, new, found)| *found != [**old, **new].concat())
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), CONTINUED.len());
}

const TEXT: &str =
    "Say: Hello, wide world.\n\n1. Öl für 2 😀s\n2. こんにちは、世界 and so on\n\n```rust\nfn main() {\n    \
    let a = 1;\n    run(a);\n}\n```\n\nThen “quote” it – *twice* – and it’s done.";

#[test]
fn wherever_it_is_cut_a_continuation_from_there_or_from_its_anchor_makes_it_whole() {
    for (at, _) in TEXT.char_indices().skip(3) {
        let (old, new) = TEXT.split_at(at);
        let anchored = [anchor(old), new].concat();
        assert_eq!(joined(old, &anchored), TEXT, "cut at {at}, gone on with from the anchor {:?}", anchor(old));
        let (rest, _) = delivered(old, &chars(new));
        assert_eq!([old, &rest].concat(), TEXT, "cut at {at}, simply gone on with");
    }
}

#[test]
fn an_anchor_is_the_last_line_or_sentence_that_says_enough_and_stands_nowhere_else() {
    for (text, wanted) in [
        ("One is red. Two is green and bl", "Two is green and bl"),
        ("One is red and green.\nTwo is bl", "One is red and green.\nTwo is bl"),
        ("- first of all\n- second of all th", "second of all th"),
        ("Short", "Short"),
        ("", ""),
        ("...", "..."),
        ("Here we go again.\nHere we go again.\n", "Here we go again.\nHere we go again.\n"),
    ] {
        assert_eq!(anchor(text), wanted);
    }
    let long = "word ".repeat(1_000);
    assert!(anchor(&long).len() <= 120 && anchor(&long).starts_with("word"), "{:?}", anchor(&long));
}

#[test]
fn no_more_is_held_back_than_has_to_be() {
    let held = |old: &str, new: &str| delivered(old, &chars(new)).1;
    assert_eq!(held("Hello", "xy"), 0);
    assert_eq!(held(FOX, " over the lazy dog."), 2, "other words begin like it");
    assert_eq!(held(FOX, "jumps over the lazy dog."), 5, "until it is known whether the word goes on");
    // Words of preambles without an end, a capital letter within a sentence, marks without a letter.
    for new in ["Sure the rest of it ", "Sure", "A line ", "-", "(", "\n", "the quick brown "] {
        let new = new.repeat(200);
        assert!(held(FOX, &new) < MOST_HELD, "{new}");
        assert_eq!(joined(FOX, &new), [FOX, &new].concat());
    }
    // The more matches, the longer: all of this was in the answer.
    let old = (0..50).map(|number| format!("Sentence {number} of a long answer. ")).collect::<Vec<_>>().concat();
    assert_eq!(joined(&old, &[&old, "The end."].concat()), [&old, "The end."].concat());
    let other = [&old[..1_200], "but it ends otherwise"].concat();
    assert_eq!(joined(&old, &other), [&old, &*other].concat(), "what is not repeated to the end is new");
}

/// What may stand in an answer and in what goes on with it.
const PIECES: &[&str] = &[
    "a",
    "b",
    "ab",
    "word",
    "The ",
    "the end",
    " ",
    "\n",
    "\n\n",
    "    ",
    "-",
    "- ",
    "1. ",
    "...",
    "…",
    "“",
    "\"",
    "é",
    "дом",
    "今",
    "今日",
    "😀",
    "```",
    "```js\n",
    "Sure, ",
    "here is the rest",
    ":",
    "(",
    "continued",
    ")",
    "**",
    ",",
    ".",
    "2",
];

fn text(rng: &mut Rng, most: usize) -> String {
    let pieces = &PIECES[..rng.usize(1..=PIECES.len())];
    (0..rng.usize(0..=most)).map(|_| *rng.choice(pieces).unwrap()).collect()
}

/// The letters and digits, as they are compared.
fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[test]
fn at_every_chunking_it_is_the_same_and_nothing_is_lost_that_was_not_there() {
    let mut rng = rng();
    for _ in 0..20_000 {
        let old = text(&mut rng, 16);
        let from = rng.choice(old.char_indices().map(|(at, _)| at).collect::<Vec<_>>()).unwrap_or(0);
        let again = if rng.bool() { &old[from..] } else { "" };
        let new = format!("{}{again}{}", text(&mut rng, 2), text(&mut rng, 5));
        let (whole, _) = delivered(&old, &[&new]);
        let mut pieces = Vec::new();
        let mut rest = new.as_str();
        while let Some(end) = rest
            .char_indices()
            .map(|(at, char)| at + char.len_utf8())
            .nth(rng.usize(0..4).min(rest.chars().count().saturating_sub(1)))
        {
            let (piece, after) = rest.split_at(end);
            pieces.push(piece);
            rest = after;
        }
        assert_eq!(delivered(&old, &pieces).0, whole, "{old:?} and {pieces:?}");
        // It is an end of what came, behind white space at most.
        let kept = whole.trim_start();
        assert!(
            new.ends_with(kept) && (new.ends_with(&whole) || whole.len() == kept.len() + 1),
            "{old:?}, {new:?}: {whole:?}"
        );
        // What is dropped stands at the end of the answer, but for a preamble, a fence and an ellipsis.
        let dropped = letters(&new[..new.len() - kept.len()]);
        let is_opening = ["hereistherest", "continued", "js"].iter().any(|word| dropped.contains(word));
        // A line that may be a preamble is dropped where the anchor stands behind it.
        let is_behind_line = new.contains(['\n', '.']) && dropped.chars().count() > 12;
        let end: String = dropped.chars().skip(if is_behind_line { dropped.chars().count() - 12 } else { 0 }).collect();
        assert!(is_opening || letters(&old).ends_with(&end), "{old:?}, {new:?}: {dropped:?}");
    }
}

#[test]
fn the_cost_is_bounded_also_where_everything_looks_the_same() {
    // Quadratic, it would take minutes.
    let old = ["a".repeat(400_000), "b".to_owned()].concat();
    let new = "a".repeat(400_000);
    assert_eq!(delivered(&old, &chars(&new)).0.len(), new.len());
}

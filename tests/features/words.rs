//! What a validator finds wrong in words, and what a file is by its name.

use refinire_web::message::AttachmentSource;
use refinire_web::run::features::{attachment_at, media_type_of, words_of, Base64, Issue, PathPart};

#[test]
fn issues_say_where_and_what() {
    let key = |key: &str| PathPart::Key(key.to_owned());
    let place = |place: &str| PathPart::Place(place.to_owned());
    let issue = |path: Vec<PathPart>, message: &str| Issue { path, message: message.to_owned() };
    let issues = [
        issue(vec![key("list"), place("1"), key("n")], "must be a number"),
        issue(vec![place("0"), place("2")], "is missing"),
        issue(vec![], "no luck"),
    ];
    assert_eq!(words_of(&issues), "list[1].n: must be a number; [0][2]: is missing; no luck");
}

#[test]
fn a_file_is_what_its_ending_says_or_an_image() {
    for (name, expected) in [
        ("a.png", "image/png"),
        ("a.b.PDF", "application/pdf"),
        ("a.wav", "audio/wav"),
        ("photo", "image/jpeg"),
        ("a.xyz", "image/jpeg"),
        ("txt", "text/plain"),
    ] {
        assert_eq!(media_type_of(name), expected, "{name}");
    }
    let attachment = attachment_at("https://example.com/files/a.webp?x=1.png", "/files/a.webp");
    assert_eq!((&*attachment.name, &*attachment.media_type), ("a.webp", "image/webp"));
    assert_eq!(attachment.source, AttachmentSource::Url("https://example.com/files/a.webp?x=1.png".to_owned()));
}

#[test]
fn bytes_are_written_as_base64_however_many() {
    for (bytes, expected) in [
        (&b""[..], ""),
        (b"\0", "AA=="),
        (b"\x01\x02\x03", "AQID"),
        (b"\xff\xee", "/+4="),
        (b"foob", "Zm9vYg=="),
        (b"foobar", "Zm9vYmFy"),
    ] {
        let mut text = Base64::for_bytes(bytes.len());
        for piece in bytes.chunks(3) {
            text.push(piece);
        }
        assert_eq!(text.finish(), expected);
    }
}

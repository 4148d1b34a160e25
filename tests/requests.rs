//! What is decided about a request before it is sent: where its host is, and what no message may show.

use refinire_web::address::{is_this_machine, privacy_of};
use refinire_web::text::redacted;

#[test]
fn a_host_is_this_machine_in_the_local_network_or_neither() {
    let this = ["localhost", "127.0.0.1", "127.1", "[::1]"];
    for host in this {
        assert!(is_this_machine(host), "{host}");
        assert_eq!(privacy_of(host), 2, "{host}");
    }
    assert!(!is_this_machine("app.localhost"), "a browser may ask the network for it");
    assert_eq!(privacy_of("app.localhost"), 2);
    let local =
        ["10.0.0.1", "192.168.1.1", "172.16.0.1", "172.31.0.1", "169.254.1.1", "[fd00::1]", "[fe80::1]", "nas.local"];
    for host in local {
        assert_eq!((privacy_of(host), is_this_machine(host)), (1, false), "{host}");
    }
    for host in ["api.example", "172.32.0.1", "172.15.0.1", "11.0.0.1", "127.example", "local", "", ".localhost"] {
        assert_eq!((privacy_of(host), is_this_machine(host)), (0, false), "{host}");
    }
}

#[test]
fn no_message_shows_the_key_also_where_it_was_cut_within_it() {
    for (message, told) in [
        ("no key", "no key"),
        ("bad sk-12345, sk-12345", "bad [key], [key]"),
        ("bad sk-123…", "bad [key]…"),
        ("sk-12345 and sk-12…", "[key] and [key]…"),
        // Three characters may stand there by chance.
        ("sk-…", "sk-…"),
    ] {
        assert_eq!(redacted(message, "sk-12345"), told);
    }
    assert_eq!(redacted("anything", ""), "anything");
}

//! What a host's name says about where it is.

/// Whether it is this machine by a name that no browser has to look up: it is there without a network, too.
#[must_use]
pub fn is_this_machine(hostname: &str) -> bool {
    matches!(hostname, "localhost" | "[::1]") || is_loopback_number(hostname)
}

/// How private a host is: 0 for the internet, 1 for the local network, 2 for this machine. Only where an address is more
/// private than the page's own does a browser ask whether the page may:
/// <https://wicg.github.io/local-network-access/>.
#[must_use]
pub fn privacy_of(hostname: &str) -> u8 {
    let is_named = hostname.strip_suffix(".localhost").is_some_and(|rest| !rest.is_empty());
    if is_this_machine(hostname) || is_named {
        return 2;
    }
    let begins_private =
        ["10.", "192.168.", "169.254.", "[fc", "[fd", "[fe80:"].iter().any(|start| hostname.starts_with(start));
    u8::from(begins_private || is_172(hostname) || hostname.strip_suffix(".local").is_some())
}

/// 127.0.0.0/8.
fn is_loopback_number(hostname: &str) -> bool {
    let rest = hostname.strip_prefix("127.").unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// 172.16.0.0/12.
fn is_172(hostname: &str) -> bool {
    let second = hostname.strip_prefix("172.").and_then(|rest| rest.split('.').next()).unwrap_or_default();
    matches!(second.parse::<u8>(), Ok(16..=31)) && second.len() == 2
}

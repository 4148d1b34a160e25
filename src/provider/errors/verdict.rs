//! Whether asking again may help, by the status, the code or the type of an error.

use crate::json::{unsigned, Value};

/// Words that mean that the same request may succeed later, in lower case and without separators: `rate_limit_error`,
/// `RateLimitError` and `rate-limit-error` are the same.
const TEMPORARY: &str =
    "aborted apierror badgateway deadlineexceeded engineoverloaded gatewaytimeout internal internalerror \
    internalservererror internalserverexception modelnotreadyexception modeloverloaded \
    modelstreamerrorexception modeltimeoutexception overloaded overloadederror ratelimit ratelimited \
    ratelimiterror ratelimitexceeded requesttimeout resourceexhausted serverbusy servererror serveroverloaded \
    serviceunavailable serviceunavailableerror serviceunavailableexception systembusy temporarilyunavailable \
    throttled throttling throttlingexception timeout timeouterror toomanyrequests toomanyrequestsexception \
    unavailable";

/// Words that mean the statuses 401, 403, 404 and 429: the caller is refused, not the stream.
const REFUSED: &str = "accessdenied accessdeniedexception authenticationerror modelnotfound notfound notfounderror \
    permissiondenied permissiondeniederror permissionerror ratelimit ratelimiterror ratelimitexceeded \
    resourceexhausted throttlingexception toomanyrequests unauthenticated unauthorized";

/// Words for errors that do not pass with time, whatever the status: they are about the account.
const HOPELESS: &str =
    "accountdeactivated billinghardlimitreached billingnotactive creditsexhausted insufficientbalance \
    insufficientcredits insufficientfunds insufficientquota insufficientquotaerror insufficientuserquota \
    invalidapikey paymentrequired quotaexhausted";

/// Words that mean the status 400.
const MISTAKEN: &str = "badrequest badrequesterror invalidargument invalidparameter invalidrequest invalidrequesterror";

/// Phrases in messages of servers without codes that mean that the error will pass.
const TEMPORARY_WORDS: &[&str] = &[
    "overloaded",
    "busy",
    "loading",
    "timeout",
    "timed out",
    "time out",
    "unexpected eof",
    "runner has unexpectedly stopped",
    "runner stopped",
    "too many requests",
    "rate limit",
    "service unavailable",
    "temporarily unavailable",
    "try again later",
];

/// The members that hold a status, a code or a type.
const MEMBERS: &[&str] = &[
    "type",
    "code",
    "status",
    "status_code",
    "statusCode",
    "http_status",
    "httpStatus",
    "error_type",
    "errorType",
    "error_code",
    "errorCode",
    "__type",
];

/// Codes of `MiniMax` for errors that pass: unknown, timeout, rate limit, internal, output, system, tokens a minute,
/// connections.
const MINIMAX_TEMPORARY: &[u64] = &[1000, 1001, 1002, 1013, 1024, 1033, 1039, 1041];

/// The greatest depth at which an error is searched for.
const MAX_DEPTH: u8 = 3;

/// What the codes of an error mean.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // Facts, each by itself.
pub(super) struct Verdict {
    /// Whether there is a known status, code or type.
    pub(super) has_code: bool,
    temporary: bool,
    /// Whether there is a status that does not pass with time.
    lasting: bool,
    /// It is about the account.
    pub(super) is_hopeless: bool,
    /// The caller is refused.
    pub(super) refused: bool,
    /// The request is wrong.
    pub(super) is_mistaken: bool,
}

impl Verdict {
    pub(super) fn of(told: &Value) -> Self {
        let mut verdict = Self::default();
        verdict.look(told, MAX_DEPTH);
        verdict
    }

    /// Whether the same request may succeed later.
    pub(super) fn is_temporary(self) -> bool {
        self.temporary && !self.is_hopeless && !self.lasting
    }

    fn look(&mut self, told: &Value, depth: u8) {
        for member in MEMBERS {
            // Gateways also write a status as text.
            if let Some(Value::String(word) | Value::Literal(word)) = told.get(member) {
                self.hear(word);
            }
        }
        // `{"error": "rate_limit_exceeded", "message": "…"}`: a word that is followed by an explanation is a code.
        if let (Some(word), true) = (told.text("error"), told.get("message").is_some()) {
            self.hear(word);
        }
        if let Some(code) = told.get("base_resp").and_then(|told| told.get("status_code")).and_then(number) {
            self.has_code = true;
            self.temporary |= MINIMAX_TEMPORARY.contains(&code);
            self.refused |= matches!(code, 1002 | 1004 | 1008 | 2049);
        }
        if depth > 0 {
            for member in
                ["error", "errors", "detail", "response", "choices", "x_groq", "Error", "fault", "ResponseMetadata"]
            {
                match told.get(member) {
                    Some(inner @ Value::Object(_)) => self.look(inner, depth - 1),
                    Some(Value::Array(items)) => items.iter().take(1).for_each(|item| self.look(item, depth - 1)),
                    _ => {}
                }
            }
            told.items().iter().take(1).for_each(|item| self.look(item, depth - 1));
        }
    }

    fn hear(&mut self, word: &str) {
        let status = unsigned(word.as_bytes()).unwrap_or_default();
        let word: String =
            word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        let is = |words: &str| words.split(' ').any(|known| known == word);
        let temporary = is(TEMPORARY) || is_retryable(status);
        let hopeless = is(HOPELESS) || status == 402;
        let lasting = matches!(status, 400..=499) && !is_retryable(status);
        self.temporary |= temporary;
        self.is_hopeless |= hopeless;
        self.lasting |= lasting;
        self.refused |= hopeless || is(REFUSED) || is_refused(status);
        self.is_mistaken |= is(MISTAKEN) || matches!(status, 400 | 422);
        self.has_code |= temporary || hopeless || lasting || is(REFUSED) || is(MISTAKEN);
    }
}

/// A number, or a string that is one.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) | Value::Literal(text) => unsigned(text.as_bytes()),
        _ => None,
    }
}

/// Whether a request that got this status may succeed later.
pub(super) fn is_retryable(status: u64) -> bool {
    matches!(status, 408 | 409 | 429 | 500..=599)
}

/// Whether this status refuses the caller.
pub(super) fn is_refused(status: u64) -> bool {
    matches!(status, 401..=404 | 429)
}

/// Whether a message without any code shows that waiting may help.
pub(super) fn is_temporary_by_words(message: &str) -> bool {
    contains_one(message, TEMPORARY_WORDS)
}

/// Whether a text contains one of these, ignoring case.
pub(super) fn contains_one(text: &str, words: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

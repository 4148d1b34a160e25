//! JSON Merge Patch, RFC 7396 (<https://www.rfc-editor.org/rfc/rfc7396>).

use super::Value;

impl Value {
    /// It with `patch` laid over it: objects member by member, anything else instead; a member that is `null` goes.
    #[must_use]
    pub fn merged(self, patch: &Value) -> Value {
        let Value::Object(changes) = patch else { return patch.clone() };
        let mut members = match self {
            Value::Object(members) => members,
            _ => Vec::new(),
        };
        for (key, change) in changes {
            let place = members.iter().rposition(|(name, _)| name == key);
            if change.is_null() {
                members.retain(|(name, _)| name != key);
            } else if let Some((_, value)) = place.and_then(|place| members.get_mut(place)) {
                *value = std::mem::replace(value, Value::object()).merged(change);
            } else {
                // What is `null` goes also where there was nothing.
                members.push((key.clone(), Value::object().merged(change)));
            }
        }
        Value::Object(members)
    }
}

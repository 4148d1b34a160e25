//! Merges the shared state of branches.

use crate::json::Value;
use crate::text::concat;

/// The shared state after branches that each began with a copy of `base`, an object, and ended with an object of their own. They
/// are merged in the order of declaration. A changed value is taken over; if an earlier branch has changed the same key to another
/// value, it goes under `<branch>_<key>`.
#[must_use]
pub fn merged(base: &Value, branches: &[(&str, &Value)]) -> Value {
    let mut shared = base.clone();
    let mut changed: Vec<&str> = Vec::new();
    for (branch, state) in branches {
        let mut own = Vec::new();
        for (key, value) in members(state) {
            if base.get(key) == Some(value) {
                continue;
            }
            own.push(key.as_str());
            if !changed.contains(&key.as_str()) {
                shared.set(key, value.clone());
            } else if shared.get(key) != Some(value) {
                shared.set(&concat(&[branch, "_", key]), value.clone());
            }
        }
        for (key, _) in members(base) {
            if state.get(key).is_none() && !changed.contains(&key.as_str()) {
                own.push(key);
                if let Value::Object(members) = &mut shared {
                    members.retain(|(name, _)| name != key);
                }
            }
        }
        changed.append(&mut own);
    }
    shared
}

fn members(object: &Value) -> &[(String, Value)] {
    match object {
        Value::Object(members) => members,
        _ => &[],
    }
}

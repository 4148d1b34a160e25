//! The browser's clock.

use wasm_bindgen_futures::JsFuture;

use super::bindings::{now, timer, Timer};

/// Milliseconds that never go back.
pub(super) fn now_ms() -> f64 {
    now()
}

/// Waits; dropping the future cancels the timer.
pub(super) async fn sleep(ms: f64) {
    let sleep = Sleep(timer(ms));
    let _ = JsFuture::from(sleep.0.done()).await;
}

struct Sleep(Timer);

impl Drop for Sleep {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

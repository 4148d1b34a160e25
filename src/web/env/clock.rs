//! Time and random numbers.

use futures::channel::oneshot;
use futures::future::{select, FutureExt, LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Function, Math};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::page::{global, Listener, Performance};
use crate::env::Clock;
use crate::web::promise::once;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = requestAnimationFrame)]
    fn request_animation_frame(drawn: &Function) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = matchMedia)]
    fn match_media(query: &str) -> Option<MediaQuery>;

    type MediaQuery;
    #[wasm_bindgen(method, getter)]
    fn matches(this: &MediaQuery) -> bool;

    #[wasm_bindgen(catch, js_name = cancelAnimationFrame)]
    fn cancel_animation_frame(id: &JsValue) -> Result<(), JsValue>;
}

/// How long a frame is awaited, in milliseconds: frames stop when the page is hidden, even during a wait.
const LATE_FRAME_MS: f64 = 100.0;

/// The length of a frame where none is drawn, in milliseconds.
const FRAME_MS: f64 = 16.0;

/// The clock of a page, of a worker or of Node.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageClock;

impl Clock for PageClock {
    fn now(&self) -> f64 {
        global().performance().now()
    }

    fn unix_ms(&self) -> f64 {
        Date::now()
    }

    fn timestamp(&self) -> String {
        Date::new_0().to_iso_string().into()
    }

    fn random(&self) -> f64 {
        Math::random()
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        // A timer for longer than this fires at once.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let ms = ms.clamp(0.0, f64::from(i32::MAX)).ceil() as u32;
        TimeoutFuture::new(ms).boxed_local()
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        let frame = if is_hidden() { None } else { Frame::request() };
        let Some(frame) = frame else { return self.sleep(FRAME_MS) };
        let late = self.sleep(LATE_FRAME_MS);
        async move {
            let Frame { id: _id, hidden: _hidden, drawn } = frame;
            select(drawn, late).await;
        }
        .boxed_local()
    }

    fn shows_motion(&self) -> bool {
        !is_hidden() && !wants_reduced_motion()
    }
}

/// The clock of a run. It looks up the page's `performance` once: a run asks for the time with each read, and the look-up takes
/// three times as long as `now()`.
#[derive(Debug)]
pub struct RunClock(Performance);

impl Default for RunClock {
    fn default() -> Self {
        Self(global().performance())
    }
}

impl Clock for RunClock {
    fn now(&self) -> f64 {
        self.0.now()
    }

    fn unix_ms(&self) -> f64 {
        PageClock.unix_ms()
    }

    fn timestamp(&self) -> String {
        PageClock.timestamp()
    }

    fn random(&self) -> f64 {
        PageClock.random()
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        PageClock.sleep(ms)
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        PageClock.frame()
    }

    fn shows_motion(&self) -> bool {
        PageClock.shows_motion()
    }
}

fn is_hidden() -> bool {
    global().document().is_some_and(|document| document.visibility_state() == "hidden")
}

/// False where there is no page to ask.
fn wants_reduced_motion() -> bool {
    global().match_media().is_function()
        && match_media("(prefers-reduced-motion: reduce)").is_some_and(|query| query.matches())
}

/// An animation frame that was requested.
struct Frame {
    id: FrameId,
    /// Notices that the page is hidden: no frame is drawn then.
    hidden: Option<Listener>,
    drawn: oneshot::Receiver<()>,
}

/// The frame is cancelled when this is dropped.
struct FrameId(JsValue);

impl Frame {
    /// `None` if there are no frames.
    fn request() -> Option<Self> {
        global().request_animation_frame().dyn_ref::<Function>()?;
        let (sender, drawn) = oneshot::channel();
        let call = once(move |_: JsValue| {
            let _ = sender.send(());
        });
        let id = request_animation_frame(call.unchecked_ref()).ok()?;
        let hidden = global().document().map(|document| Listener::new(&document, "visibilitychange", call));
        Some(Self { id: FrameId(id), hidden, drawn })
    }
}

impl Drop for FrameId {
    fn drop(&mut self) {
        let _ = cancel_animation_frame(&self.0);
    }
}

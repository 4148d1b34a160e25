//! Web Locks: <https://w3c.github.io/web-locks/>.

use futures::channel::oneshot;
use futures::future::{select, Either, FutureExt, LocalBoxFuture};
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use super::page::{global, LockManager};
use crate::env::{Held, Locks, Try};
use crate::web::promise::once;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, how: &LockOptions, hold: &Function) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;

    type LockSnapshot;
    #[wasm_bindgen(method, getter)]
    fn held(this: &LockSnapshot) -> Array;
    type LockInfo;
    #[wasm_bindgen(method, getter)]
    fn name(this: &LockInfo) -> String;

    type LockOptions;
    #[wasm_bindgen(method, setter, js_name = ifAvailable)]
    fn set_if_available(this: &LockOptions, is_set: bool);
    #[wasm_bindgen(method, setter)]
    fn set_signal(this: &LockOptions, signal: &AbortSignal);
}

/// The locks of the page's origin.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebLocks;

impl WebLocks {
    /// Whether the lock of that name is held, in any tab. The query does not take the lock, so no other request is
    /// delayed.
    pub async fn is_held(self, name: &str) -> bool {
        let Some(Ok(asked)) = manager().map(|manager| manager.query()) else { return false };
        let Ok(locks) = JsFuture::from(asked).await else { return false };
        let held = locks.unchecked_ref::<LockSnapshot>().held();
        held.iter().any(|lock| lock.unchecked_ref::<LockInfo>().name() == name)
    }
}

impl Locks for WebLocks {
    fn request(&self, name: &str) -> LocalBoxFuture<'static, Option<Held>> {
        let options = LockOptions::from(JsValue::from(Object::new()));
        let waiting = AbortController::new().ok().map(Waiting);
        if let Some(Waiting(controller)) = &waiting {
            options.set_signal(&controller.signal());
        }
        let asked = ask(name, &options);
        async move {
            let _waiting = waiting;
            match asked?.await {
                Try::Held(held) => Some(held),
                Try::Taken | Try::Denied => None,
            }
        }
        .boxed_local()
    }

    fn try_request(&self, name: &str) -> LocalBoxFuture<'static, Try> {
        let options = LockOptions::from(JsValue::from(Object::new()));
        options.set_if_available(true);
        let asked = ask(name, &options);
        async move {
            match asked {
                Some(asked) => asked.await,
                None => Try::Denied,
            }
        }
        .boxed_local()
    }

    fn exist(&self) -> bool {
        manager().is_some()
    }
}

/// A request that leaves the queue when this is dropped.
struct Waiting(AbortController);

impl Drop for Waiting {
    fn drop(&mut self) {
        // Has no effect on a lock that has been granted already.
        self.0.abort();
    }
}

fn manager() -> Option<LockManager> {
    global().navigator()?.locks()
}

/// Requests the lock at once, even if the returned future is never polled.
fn ask(name: &str, options: &LockOptions) -> Option<LocalBoxFuture<'static, Try>> {
    let (answer, answered) = oneshot::channel();
    let hold = once(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            // The receiver may have been dropped.
            let _ = answer.send(None);
            return JsValue::UNDEFINED;
        }
        let mut resolver = None;
        let given_back = Promise::new(&mut |resolve, _| resolver = Some(resolve));
        // If the receiver has been dropped, the lock is dropped with it, and so released.
        let _ = answer.send(resolver.map(Lock));
        given_back.into()
    });
    // Awaited from now on: it rejects when the request leaves the queue, which must not count as an unhandled
    // rejection.
    let settled = JsFuture::from(manager()?.request(name, options, hold.unchecked_ref()).ok()?);
    Some(answer_of(answered, settled).boxed_local())
}

async fn answer_of(answered: oneshot::Receiver<Option<Lock>>, settled: JsFuture) -> Try {
    match select(answered, settled).await {
        // `settled` resolves once the browser knows that the lock was released.
        Either::Left((Ok(Some(lock)), settled)) => {
            Try::Held(Held::new(move || drop(lock), settled.map(drop).boxed_local()))
        }
        Either::Left((Ok(None), _)) | Either::Right((Ok(_), _)) => Try::Taken,
        // Without an origin there are no locks: the promise rejects, and `hold` is not called.
        Either::Left((Err(_), _)) | Either::Right((Err(_), _)) => Try::Denied,
    }
}

/// A lock that the browser has granted. Dropping it releases the lock.
struct Lock(Function);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

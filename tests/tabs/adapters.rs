//! Conversations in a storage of the caller's own, which takes its time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::{ready, FutureExt};
use refinire_web::conversation::mirror::{Adapter, Mirror, Outcome, INDEX};
use refinire_web::conversation::{list, load, save, Conversation, Store};
use refinire_web::env::{Clock, Tasks};
use refinire_web::error::{Code, Error};
use refinire_web::message::{Message, Role};

use crate::world::{Page, World};

/// A storage that takes a millisecond for everything.
struct Slow {
    page: Rc<Page>,
    held: RefCell<BTreeMap<String, String>>,
    has_keys: bool,
    refuses: Cell<bool>,
    /// What was written: keys, with a `-` where they were removed.
    written: RefCell<Vec<String>>,
    reads: Cell<usize>,
}

impl Slow {
    fn new(world: &Rc<World>, has_keys: bool) -> Rc<Self> {
        Rc::new(Self {
            page: world.page(),
            held: RefCell::default(),
            has_keys,
            refuses: Cell::new(false),
            written: RefCell::default(),
            reads: Cell::new(0),
        })
    }

    fn later<T: 'static>(&self, value: Result<T, Error>) -> Outcome<T> {
        self.page.sleep(1.0).map(|()| value).boxed_local()
    }

    fn write(&self, name: String, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Outcome<()> {
        if self.refuses.get() {
            return self.later(Err(Error::new(Code::Storage, "refused")));
        }
        self.written.borrow_mut().push(name);
        change(&mut self.held.borrow_mut());
        self.later(Ok(()))
    }

    fn listed(&self, index: &str) -> String {
        self.held.borrow().get(index).cloned().unwrap_or_default()
    }
}

impl Adapter for Slow {
    fn get(&self, key: &str) -> Outcome<Option<String>> {
        self.reads.set(self.reads.get() + 1);
        let value = self.held.borrow().get(key).cloned();
        self.later(Ok(value))
    }

    fn set(&self, key: &str, value: &str) -> Outcome<()> {
        self.write(key.to_owned(), |held| {
            held.insert(key.to_owned(), value.to_owned());
        })
    }

    fn remove(&self, key: &str) -> Outcome<()> {
        self.write(format!("-{key}"), |held| {
            held.remove(key);
        })
    }

    fn keys(&self) -> Option<Outcome<Vec<String>>> {
        let keys = self.held.borrow().keys().cloned().collect();
        self.has_keys.then(|| self.later(Ok(keys)))
    }

    fn has_keys(&self) -> bool {
        self.has_keys
    }
}

type Log = Rc<RefCell<Vec<String>>>;

/// A mirror that has been filled, and what it could not do.
fn open(world: &Rc<World>, adapter: &Rc<Slow>, id: Option<&str>) -> (Rc<Mirror>, Log) {
    let log = Log::default();
    let failed = {
        let log = log.clone();
        Box::new(move |error: Error| log.borrow_mut().push(error.message.clone().into_owned()))
    };
    let mirror = Mirror::new(adapter.clone(), id, world.page(), world.page(), failed);
    world.page().spawn(mirror.fill());
    world.pass(1_000.0);
    (mirror, log)
}

fn talk(mirror: &Rc<Mirror>, id: &str) -> Conversation {
    let mut talk = Conversation::new(id);
    load(mirror, &mut talk).unwrap();
    talk
}

fn said(content: &str) -> Message {
    let mut message = Message::new(Role::User, content);
    "2026-01-01T00:00:00.000Z".clone_into(&mut message.timestamp);
    message
}

fn lines(talk: &Conversation) -> Vec<&str> {
    talk.messages().iter().map(|message| message.content.as_str()).collect()
}

#[test]
fn what_is_kept_is_there_again_whether_or_not_the_adapter_knows_its_keys() {
    for has_keys in [true, false] {
        let world = World::new();
        let adapter = Slow::new(&world, has_keys);
        for id in ["one", "two"] {
            let (mirror, _) = open(&world, &adapter, Some(id));
            let mut own = talk(&mirror, id);
            own.add(said(id));
            save(&mirror, &mut own).unwrap();
            // It grows, piece by piece.
            for text in ["be", "begun", "begun, an"] {
                own.grow(text, "2026-01-01T00:00:01.000Z");
                save(&mirror, &mut own).unwrap();
                world.pass(50.0);
            }
        }
        let (again, log) = open(&world, &adapter, Some("two"));
        assert_eq!((lines(&talk(&again, "two")), log.borrow().len()), (vec!["two", "begun, an"], 0));
        assert!(again.keys().unwrap().iter().all(|key| key.ends_with(":two")));
        let (all, _) = open(&world, &adapter, None);
        let rows: Vec<_> = list(&all).unwrap().into_iter().map(|row| (row.id, row.messages, row.preview)).collect();
        assert_eq!(rows, [("one".to_owned(), 2, "one".to_owned()), ("two".to_owned(), 2, "two".to_owned())]);
    }
}

#[test]
fn what_one_change_writes_is_written_in_order_and_of_each_key_the_last() {
    let world = World::new();
    let adapter = Slow::new(&world, true);
    let (mirror, _) = open(&world, &adapter, Some("talk"));
    for (key, value) in [("a", Some("1")), ("b", Some("1")), ("a", Some("2")), ("c", None)] {
        match value {
            Some(value) => mirror.set(key, value).unwrap(),
            None => mirror.remove(key).unwrap(),
        }
    }
    assert!(adapter.written.borrow().is_empty());
    assert_eq!(mirror.get("a").unwrap().as_deref(), Some("2"), "the core does not wait for it");
    world.settle();
    // While the first is written.
    mirror.set("c", "3").unwrap();
    mirror.set("b", "4").unwrap();
    world.pass(100.0);
    assert_eq!(*adapter.written.borrow(), ["b", "a", "c", "b"]);
    assert_eq!(adapter.listed("b"), "4");
}

#[test]
fn what_is_refused_is_told_and_tried_again() {
    let world = World::new();
    let adapter = Slow::new(&world, true);
    let (mirror, log) = open(&world, &adapter, Some("talk"));
    adapter.refuses.set(true);
    mirror.set("a", "1").unwrap();
    mirror.set("b", "1").unwrap();
    world.pass(100.0);
    assert_eq!(*log.borrow(), ["the conversation could not be kept: refused"; 2]);
    let saved = |is_kept: bool| {
        let outcome = Rc::new(RefCell::new(None));
        let (saved, note) = (mirror.saved(), outcome.clone());
        world.page().spawn(
            async move {
                let saved = saved.await;
                *note.borrow_mut() = Some(saved.is_ok());
            }
            .boxed_local(),
        );
        world.pass(100.0);
        assert_eq!(*outcome.borrow(), Some(is_kept));
    };
    saved(false);
    adapter.refuses.set(false);
    saved(true);
    saved(true);
    assert_eq!(*adapter.written.borrow(), ["a", "b"]);
}

#[test]
fn two_pages_that_write_at_once_keep_each_others_keys_in_the_lists() {
    let world = World::new();
    let adapter = Slow::new(&world, false);
    let (one, _) = open(&world, &adapter, Some("talk"));
    let (other, _) = open(&world, &adapter, Some("talk"));
    one.set("refinire-web/one:talk", "1").unwrap();
    other.set("refinire-web/other:talk", "1").unwrap();
    one.set("refinire-web+piece:talk", "1").unwrap();
    world.pass(100.0);
    let listed = adapter.listed("refinire-web-index:talk");
    assert_eq!(listed, r#"["refinire-web/one:talk","refinire-web/other:talk"]"#);
    assert_eq!(adapter.listed(INDEX), r#"["talk"]"#);
    // The lists go with the last of them.
    one.remove("refinire-web/one:talk").unwrap();
    world.pass(100.0);
    assert_eq!(adapter.listed("refinire-web-index:talk"), r#"["refinire-web/other:talk"]"#);
    other.remove("refinire-web/other:talk").unwrap();
    one.remove("refinire-web+piece:talk").unwrap();
    world.pass(100.0);
    assert!(adapter.held.borrow().is_empty(), "{:?}", adapter.held.borrow());
    assert_eq!(world.held(), 0);
}

#[test]
fn a_key_is_listed_before_it_is_there_and_until_it_is_gone() {
    let world = World::new();
    let adapter = Slow::new(&world, false);
    let (mirror, _) = open(&world, &adapter, Some("talk"));
    mirror.set("refinire-web:talk", "1").unwrap();
    world.pass(100.0);
    mirror.remove("refinire-web:talk").unwrap();
    world.pass(100.0);
    let wanted = [INDEX, "refinire-web-index:talk", "refinire-web:talk"];
    assert_eq!(adapter.written.borrow()[..3], wanted);
    assert_eq!(
        adapter.written.borrow()[3..],
        ["-refinire-web:talk", "-refinire-web-index:talk", "-refinire-web-index"]
    );
}

#[test]
fn what_others_change_is_read_again_unless_it_is_none_of_its_own() {
    let world = World::new();
    let adapter = Slow::new(&world, true);
    let (mirror, _) = open(&world, &adapter, Some("talk"));
    adapter.held.borrow_mut().insert("refinire-web:talk".to_owned(), "theirs".to_owned());
    let reads = adapter.reads.get();
    for key in ["refinire-web:other", "theirs:talk", "refinire-webtalk"] {
        assert!(matches!(mirror.reread(key).now_or_never(), Some(Ok(None))), "{key}");
    }
    assert_eq!(adapter.reads.get(), reads);
    let own = mirror.clone();
    world.page().spawn(async move { own.reread("refinire-web:talk").await.map_or((), drop) }.boxed_local());
    world.pass(1.0);
    assert_eq!(mirror.get("refinire-web:talk").unwrap().as_deref(), Some("theirs"));
}

#[test]
fn what_cannot_be_read_is_told() {
    struct Broken;
    impl Adapter for Broken {
        fn get(&self, _: &str) -> Outcome<Option<String>> {
            ready(Err(Error::new(Code::Storage, "lost"))).boxed_local()
        }
        fn set(&self, _: &str, _: &str) -> Outcome<()> {
            ready(Ok(())).boxed_local()
        }
        fn remove(&self, _: &str) -> Outcome<()> {
            ready(Ok(())).boxed_local()
        }
        fn keys(&self) -> Option<Outcome<Vec<String>>> {
            None
        }
        fn has_keys(&self) -> bool {
            false
        }
    }
    let (world, log) = (World::new(), Log::default());
    let note = log.clone();
    let failed = Box::new(move |error: Error| note.borrow_mut().push(error.message.clone().into_owned()));
    let mirror = Mirror::new(Rc::new(Broken), Some("talk"), world.page(), world.page(), failed);
    world.page().spawn(mirror.fill());
    world.settle();
    assert_eq!(*log.borrow(), ["the conversation could not be read: lost"]);
}

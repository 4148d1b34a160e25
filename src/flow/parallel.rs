//! Branches that run at once, each with a copy of the context.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::future::LocalBoxFuture;

use super::host::{AnswerTarget, Host};
use super::ordered_merge::OrderedMerge;
use super::plan::{Kind, Node, Plan};
use super::scope::{check, Failure, History, Scope, IS_KEPT};
use super::share::merged;
use crate::conversation::Conversation;
use crate::event::{HostValue, Thrown};
use crate::json::Value;
use crate::message::Message;
use crate::run::{StopSignal, Write};

thread_local! {
    /// Numbers the branches of a page: more than one flow may run in a conversation.
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// The content of each branch, by its name.
pub(super) type Contents = Vec<(Rc<str>, Option<HostValue>)>;

/// What each branch has for itself.
pub(super) struct Own<H: Host> {
    pub(super) context: H::Context,
    pub(super) answer_target: AnswerTarget<H::Context>,
    pub(super) signal: StopSignal,
    pub(super) write: Write,
    pub(super) history: History,
}

/// A branch that is running or will run.
struct Branch<H: Host> {
    name: Rc<str>,
    number: u32,
    context: H::Context,
    history: History,
    is_done: Cell<bool>,
}

/// Runs a plan of one step with what the branch has for itself.
type Walk<'a, H> = &'a dyn Fn(&Rc<Plan<<H as Host>::Step>>, Own<H>) -> LocalBoxFuture<'static, Result<(), Failure>>;

/// Runs the branches of `node`, one for each of the `plans`, and takes over their turns and shared state. Their records are added
/// to `history`.
pub(super) async fn run<H: Host>(
    host: &Rc<H>,
    node: &Node<H::Step>,
    plans: &[Rc<Plan<H::Step>>],
    scope: &Scope<H>,
    walk: Walk<'_, H>,
    history: &History,
) -> Result<Contents, Failure> {
    let Kind::Parallel(settings) = &node.kind else { return Ok(Vec::new()) };
    let context = &scope.context;
    let answer_target = scope.answer_target.as_ref().map_or(context, |target| &target.context);
    let outer = scope.answer_target.as_ref().map_or(0, |target| target.number);
    // The state as it is now, as it may change while the branches run.
    let shared = host.shared_state(context)?;
    let before = host.conversation(context)?.borrow().messages().len();
    let branches = branches_of(host, context, &settings.nodes)?;
    // The answers of the branches are in the conversation while they stream, in the order of declaration. After them come those
    // of the branch that these branches are nested in.
    let now = host.timestamp();
    let conversation = host.conversation(answer_target)?;
    for branch in &branches {
        conversation.borrow_mut().of_run(branch.number).reserve(outer, &now);
    }
    drop(conversation);
    let stop = scope.signal.child();
    let failures: RefCell<Vec<Failure>> = RefCell::default();
    let merge = Rc::new(RefCell::new(OrderedMerge::new(branches.len())));
    let start = |place: usize| {
        let (branch, plan) = branches.get(place).zip(plans.get(place))?;
        let own = Own {
            context: branch.context.clone(),
            answer_target: AnswerTarget { context: answer_target.clone(), number: branch.number },
            signal: stop.clone(),
            write: write_of(&merge, place, &scope.write),
            history: branch.history.clone(),
        };
        let (stop, merge, failures) = (&stop, &merge, &failures);
        let run: LocalBoxFuture<'_, ()> = Box::pin(async move {
            let done = match check(stop) {
                Ok(()) => walk(plan, own).await,
                Err(reason) => Err(reason.into()),
            };
            branch.is_done.set(done.is_ok());
            if let Err(Failure::Failed { error, is_named }) = done {
                failures.borrow_mut().push(Failure::Failed { error: error.clone(), is_named });
                if settings.cancels {
                    stop.stop(Some(value_of(error)));
                }
            }
            let released = merge.borrow_mut().close(place);
            for chunks in released {
                (scope.write)(chunks);
            }
        });
        Some(run)
    };
    pool(branches.len(), settings.max_workers, &start).await;
    let done = take_over(host, scope, &branches, before, &shared, history);
    let contents = branches.iter().map(|branch| (branch.name.clone(), host.content(&branch.context))).collect();
    for branch in &branches {
        host.free(&branch.context);
    }
    let conversation = host.conversation(answer_target)?;
    for branch in &branches {
        conversation.borrow_mut().of_run(branch.number).release();
    }
    done?;
    check(&scope.signal)?;
    failures.into_inner().into_iter().next().map_or(Ok(contents), Err)
}

/// A branch for each of the nodes, with a copy of the context.
fn branches_of<H: Host>(
    host: &Rc<H>,
    context: &H::Context,
    nodes: &[Rc<Node<H::Step>>],
) -> Result<Vec<Branch<H>>, Failure> {
    let branch = |node: &Rc<Node<H::Step>>| {
        let number = LAST.get() + 1;
        LAST.set(number);
        let (name, context) = (node.name.clone(), host.fork(context)?);
        Ok(Branch { name, number, context, history: History::default(), is_done: Cell::new(false) })
    };
    nodes.iter().map(branch).collect()
}

/// An error as the reason for a stop.
fn value_of(error: Thrown) -> HostValue {
    match error {
        Thrown::Error(error) => Rc::new(error),
        Thrown::Host(value) => value,
    }
}

/// Takes the chunks of a branch, and holds them until it is their turn.
fn write_of(merge: &Rc<RefCell<OrderedMerge>>, place: usize, write: &Write) -> Write {
    let (merge, write) = (merge.clone(), write.clone());
    Rc::new(move |mut chunks| {
        // Chunks that are held count now, because the branch may end before they go on. Counting may save the answer, which calls
        // the user's storage: nothing may be borrowed then.
        let is_held = merge.borrow().holds(place);
        if is_held {
            chunks.count();
        }
        let next = merge.borrow_mut().push(place, chunks)?;
        write(next)
    })
}

/// Takes over the turns that branches have added to their copies of the conversation, their records, and their shared state.
fn take_over<H: Host>(
    host: &Rc<H>,
    scope: &Scope<H>,
    branches: &[Branch<H>],
    before: usize,
    shared: &Value,
    history: &History,
) -> Result<(), Thrown> {
    for branch in branches {
        let added: Vec<Message> =
            host.conversation(&branch.context)?.borrow().messages().iter().skip(before).cloned().collect();
        for message in added {
            keep(host, scope, message)?;
        }
    }
    for branch in branches {
        history.borrow_mut().append(&mut branch.history.borrow_mut());
    }
    let own = host.shared_state(&scope.context)?;
    let mut states = Vec::new();
    for branch in branches.iter().filter(|branch| branch.is_done.get()) {
        states.push((&*branch.name, host.shared_state(&branch.context)?));
    }
    let mut all = vec![("", &own)];
    all.extend(states.iter().map(|(name, state)| (*name, state)));
    host.set_shared_state(&scope.context, &merged(shared, &all));
    Ok(())
}

fn keep<H: Host>(host: &Rc<H>, scope: &Scope<H>, message: Message) -> Result<(), Thrown> {
    let add = |conversation: &Rc<RefCell<Conversation>>, run: u32, message: Message| {
        conversation.borrow_mut().of_run(run).add_own(message);
    };
    let is_kept = message.metadata.get(IS_KEPT).is_some_and(Value::is_true);
    let Some(answer_target) = &scope.answer_target else {
        if !is_kept {
            add(&host.conversation(&scope.context)?, 0, message);
        }
        return Ok(());
    };
    if !is_kept {
        add(&host.conversation(&answer_target.context)?, answer_target.number, message.clone());
    }
    // The later steps of the outer branch see the turn, too.
    let mut copy = message;
    copy.metadata.set(IS_KEPT, Value::bool(true));
    add(&host.conversation(&scope.context)?, 0, copy);
    Ok(())
}

/// Runs what `start` returns for each index, in order, at most `most` at once.
async fn pool<'a>(count: usize, most: usize, start: &dyn Fn(usize) -> Option<LocalBoxFuture<'a, ()>>) {
    let mut waiting: VecDeque<usize> = (0..count).collect();
    let mut running: Vec<LocalBoxFuture<'a, ()>> = Vec::new();
    poll_fn(|context| {
        let mut next = 0;
        loop {
            while running.len() < most.max(1) {
                let Some(started) = waiting.pop_front().and_then(start) else { break };
                running.push(started);
            }
            while let Some(one) = running.get_mut(next) {
                if one.as_mut().poll(context).is_ready() {
                    drop(running.remove(next));
                    break;
                }
                next += 1;
            }
            if next >= running.len() && (waiting.is_empty() || running.len() >= most.max(1)) {
                break;
            }
        }
        if running.is_empty() && waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

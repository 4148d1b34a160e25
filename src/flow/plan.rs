//! What a flow is made of, as it was declared.

use std::rc::Rc;

use super::graph::{Declared, Follows, Recovery};
use super::Graph;
use crate::error::Error;
use crate::event::HostValue;
use crate::json::decimal;
use crate::text::concat;

/// A flow as it was declared. `S` is what the host has for a step: a function, an agent.
#[derive(Debug)]
pub struct Plan<S> {
    /// The name of the flow.
    pub name: Rc<str>,
    /// Its steps, in the order of their declaration.
    pub nodes: Vec<Rc<Node<S>>>,
    pub(super) graph: Graph,
    pub(super) hooks: Rc<Hooks<S>>,
    /// It is a branch: behind its step there is no other.
    pub(super) is_branch: bool,
}

/// What is called around each step.
#[derive(Debug)]
pub struct Hooks<S> {
    /// Before it.
    pub before: Option<S>,
    /// Behind it.
    pub after: Option<S>,
}

/// What a flow may be told besides its steps.
#[derive(Debug)]
pub struct Options<S> {
    /// The step that it starts with, if that is not the first one.
    pub start: Option<String>,
    /// How many steps it may take.
    pub max_steps: Option<u64>,
    /// See [`Hooks`].
    pub hooks: Hooks<S>,
}

/// A step, with everything that goes with it in its flow.
#[derive(Debug)]
pub struct Node<S> {
    /// Its name.
    pub name: Rc<str>,
    /// What it does.
    pub kind: Kind<S>,
    /// What follows it.
    pub next: NextStep,
    /// The key under which its content is shared, too.
    pub store_result_key: Option<String>,
    /// What becomes of it where it fails.
    pub on_error: Option<OnError>,
}

/// What a step does.
#[derive(Debug)]
pub enum Kind<S> {
    /// Calls a function; what that gives is the content from there on.
    Function(S),
    /// Asks an agent.
    Agent {
        /// The agent.
        agent: S,
        /// The steps that it chooses from.
        destinations: Vec<String>,
    },
    /// Asks a function which step follows.
    Condition {
        /// The function.
        condition: S,
        /// The step that follows where it says yes,
        if_true: String,
        /// and where it says no.
        if_false: String,
    },
    /// Runs steps at once.
    Parallel(Branches<S>),
    /// Asks the user.
    Input(Prompt<S>),
    /// Runs another flow.
    Flow(Rc<Plan<S>>),
}

/// Steps that run at once.
#[derive(Debug)]
pub struct Branches<S> {
    /// The steps, in the order of their declaration.
    pub nodes: Vec<Rc<Node<S>>>,
    /// How many run at the same time.
    pub max_workers: usize,
    /// Whether the others are stopped where one fails.
    pub cancels: bool,
}

/// What the user is asked.
#[derive(Debug)]
pub enum Prompt<S> {
    /// This.
    Text(String),
    /// What a function gives.
    Made(S),
}

/// What follows a step that says nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The one that was declared behind it.
    Declared,
    /// Nothing.
    End,
    /// That one.
    To(String),
}

/// What becomes of a step that fails.
#[derive(Debug, Clone, Default)]
pub struct OnError {
    /// How often it is run again.
    pub retry: u64,
    /// The step that follows then.
    pub goto: Option<String>,
    /// The content then.
    pub value: Option<HostValue>,
}

impl<S> Plan<S> {
    /// A flow of that name.
    ///
    /// # Errors
    /// `invalid-argument` where there are no steps, or two of one name, or one leads to a step that does not exist.
    pub fn new(name: &str, nodes: Vec<Node<S>>, options: Options<S>) -> Result<Self, Error> {
        let of = concat(&["Flow \"", name, "\""]);
        check_names(&nodes, &of)?;
        let has = |name: &str| nodes.iter().any(|node| &*node.name == name);
        let all = options.start.iter().map(String::as_str).chain(nodes.iter().flat_map(Node::targets));
        if let Some(unknown) = all.into_iter().find(|target| !has(target)) {
            return Err(Error::invalid(concat(&[&of, ": there is no step \"", unknown, "\""])));
        }
        let declared: Vec<_> = nodes.iter().map(Node::declared).collect();
        let graph = Graph::new(&declared, options.start.as_deref(), options.max_steps)?;
        let nodes = nodes.into_iter().map(Rc::new).collect();
        Ok(Self { name: name.into(), nodes, graph, hooks: Rc::new(options.hooks), is_branch: false })
    }

    /// A branch of one of its steps, as a flow of one step.
    pub(super) fn branch(&self, node: &Rc<Node<S>>) -> Result<Self, Error> {
        let graph = Graph::new(&[Declared { follows: Follows::End, ..node.declared() }], None, None)?;
        let nodes = vec![node.clone()];
        Ok(Self { name: self.name.clone(), nodes, graph, hooks: self.hooks.clone(), is_branch: true })
    }

    /// The place of the step of that name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| &*node.name == name)
    }

    /// Whether the step of that path asks the user: the flow may have been another one when it did.
    pub(super) fn waits(&self, path: &[String]) -> bool {
        let Some((name, rest)) = path.split_first() else { return false };
        match self.nodes.iter().find(|node| *node.name == **name).map(|node| &node.kind) {
            Some(Kind::Flow(plan)) if !rest.is_empty() => plan.waits(rest),
            Some(Kind::Input(_)) => rest.is_empty(),
            _ => false,
        }
    }
}

impl<S> Node<S> {
    /// The steps that it may lead to, by name.
    fn targets(&self) -> Vec<&str> {
        let mut targets = Vec::new();
        if let NextStep::To(next) = &self.next {
            targets.push(&**next);
        }
        match &self.kind {
            Kind::Condition { if_true, if_false, .. } => targets.extend([&**if_true, &**if_false]),
            Kind::Agent { destinations, .. } => targets.extend(destinations.iter().map(String::as_str)),
            _ => {}
        }
        targets.extend(self.on_error.as_ref().and_then(|on_error| on_error.goto.as_deref()));
        targets
    }

    fn declared(&self) -> Declared<'_> {
        let follows = match (&self.kind, &self.next) {
            (Kind::Condition { if_true, if_false, .. }, _) => Follows::Either(&**if_true, &**if_false),
            (_, NextStep::To(next)) => Follows::To(&**next),
            (_, NextStep::Declared) => Follows::Declared,
            (_, NextStep::End) => Follows::End,
        };
        let recovery = match &self.on_error {
            Some(OnError { goto: Some(step), .. }) => Recovery::To(&**step),
            Some(OnError { value: Some(_), .. }) => Recovery::GoOn,
            _ => Recovery::Fail,
        };
        let retries = self.on_error.as_ref().map_or(0, |on_error| on_error.retry);
        Declared { name: &self.name, follows, retries, recovery }
    }

    /// Whether it, or what is in it, waits for the user.
    fn asks(&self) -> bool {
        match &self.kind {
            Kind::Input(_) => true,
            Kind::Flow(plan) => plan.nodes.iter().any(|node| node.asks()),
            Kind::Parallel(branches) => branches.nodes.iter().any(|node| node.asks()),
            _ => false,
        }
    }

    /// Whether it leads to another step by itself.
    fn goes_far(&self) -> bool {
        let goes_to = self.on_error.as_ref().is_some_and(|on_error| on_error.goto.is_some());
        goes_to || matches!(self.kind, Kind::Condition { .. })
    }
}

impl<S> Branches<S> {
    /// The branches of the step `of` that name. An agent that is among them again is named `name#2` there, and so on; `is_same`
    /// tells whether two agents are one.
    ///
    /// # Errors
    /// `invalid-argument` where there are none, or two of one name, or one that leads to another step or asks the user.
    pub fn new(of: &str, mut nodes: Vec<Node<S>>, is_same: &dyn Fn(&S, &S) -> bool) -> Result<Self, Error> {
        number_agents(&mut nodes, is_same);
        check_names(&nodes, of)?;
        let of = concat(&["parallel step \"", of, "\": "]);
        if let Some(far) = nodes.iter().find(|node| node.goes_far()) {
            let message = concat(&[&of, "behind the branch \"", &far.name, "\" there is no other step"]);
            return Err(Error::invalid(message));
        }
        if nodes.iter().any(Node::asks) {
            return Err(Error::invalid(concat(&[&of, "a branch cannot wait for the user"])));
        }
        Ok(Self { nodes: nodes.into_iter().map(Rc::new).collect(), max_workers: usize::MAX, cancels: true })
    }
}

fn number_agents<S>(nodes: &mut [Node<S>], is_same: &dyn Fn(&S, &S) -> bool) {
    for at in 1..nodes.len() {
        let Some((before, [node, ..])) = nodes.split_at_mut_checked(at) else { return };
        let Kind::Agent { agent, .. } = &node.kind else { continue };
        let is_again = |other: &Node<S>| match &other.kind {
            Kind::Agent { agent: other_agent, .. } => is_same(agent, other_agent),
            _ => false,
        };
        if !before.iter().any(|other| other.name == node.name && is_again(other)) {
            continue;
        }
        let name = node.name.clone();
        let taken: Vec<_> = nodes.iter().map(|node| node.name.clone()).collect();
        let mut numbered = (2..).map(|number| concat(&[&name, "#", &decimal(number)]));
        let free = numbered.find(|name| !taken.iter().any(|taken| **taken == **name));
        if let Some((node, free)) = nodes.get_mut(at).zip(free) {
            node.name = free.into();
        }
    }
}

fn check_names<S>(nodes: &[Node<S>], of: &str) -> Result<(), Error> {
    if nodes.is_empty() {
        return Err(Error::invalid(concat(&[of, ": at least one step is needed"])));
    }
    for (at, node) in nodes.iter().enumerate() {
        if nodes.iter().take(at).any(|other| other.name == node.name) {
            return Err(Error::invalid(concat(&[of, ": two steps of the name \"", &node.name, "\""])));
        }
    }
    Ok(())
}

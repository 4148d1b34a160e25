//! The declared steps of a flow.

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
    /// Whether it is a branch, which has a single step.
    pub(super) is_branch: bool,
}

/// What is called around each step.
#[derive(Debug)]
pub struct Hooks<S> {
    /// Before it.
    pub before: Option<S>,
    /// After it.
    pub after: Option<S>,
}

/// The options of a flow.
#[derive(Debug)]
pub struct Options<S> {
    /// The step that the flow starts with, if not with the first one.
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
    /// The key under which its content is also shared.
    pub store_result_key: Option<String>,
    /// What happens if it fails.
    pub on_error: Option<OnError>,
}

/// What a step does.
#[derive(Debug)]
pub enum Kind<S> {
    /// Calls a function, whose result becomes the content.
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
        /// The step that follows if the function returns true,
        if_true: String,
        /// and if it returns false.
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
    /// Whether the others are stopped if one fails.
    pub cancels: bool,
}

/// What the user is asked.
#[derive(Debug)]
pub enum Prompt<S> {
    /// A fixed text.
    Text(String),
    /// The text that a function returns.
    Made(S),
}

/// What follows a step that does not choose the next one itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The step that was declared after it.
    Declared,
    /// Nothing.
    End,
    /// That one.
    To(String),
}

/// What happens if a step fails.
#[derive(Debug, Clone, Default)]
pub struct OnError {
    /// How often it is run again.
    pub retry: u64,
    /// The step that follows a failure.
    pub goto: Option<String>,
    /// The content after a failure.
    pub value: Option<HostValue>,
}

impl<S> Plan<S> {
    /// A flow of that name.
    ///
    /// # Errors
    /// `invalid-argument` if there are no steps, two steps of one name, or a step that leads to one that does not exist.
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

    /// The index of the step of that name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| &*node.name == name)
    }

    /// Whether the step of that path asks the user. The flow may have been declared differently when the question was stored.
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

    /// Whether it, or a step nested in it, waits for the user.
    fn asks(&self) -> bool {
        match &self.kind {
            Kind::Input(_) => true,
            Kind::Flow(plan) => plan.nodes.iter().any(|node| node.asks()),
            Kind::Parallel(branches) => branches.nodes.iter().any(|node| node.asks()),
            _ => false,
        }
    }

    /// Whether it leads to a step of its choice.
    fn goes_far(&self) -> bool {
        let goes_to = self.on_error.as_ref().is_some_and(|on_error| on_error.goto.is_some());
        goes_to || matches!(self.kind, Kind::Condition { .. })
    }
}

impl<S> Branches<S> {
    /// The branches of the step named `of`. An agent's second use among them is named `name#2`, and so on; `is_same` tells whether
    /// two agents are the same.
    ///
    /// # Errors
    /// `invalid-argument` if there are no branches, two of one name, or one that leads to another step or asks the user.
    pub fn new(of: &str, mut nodes: Vec<Node<S>>, is_same: &dyn Fn(&S, &S) -> bool) -> Result<Self, Error> {
        number_agents(&mut nodes, is_same);
        check_names(&nodes, of)?;
        let of = concat(&["parallel step \"", of, "\": "]);
        if let Some(far) = nodes.iter().find(|node| node.goes_far()) {
            let message = concat(&[&of, "no other step can follow the branch \"", &far.name, "\""]);
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

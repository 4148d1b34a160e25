//! Steps that have steps of their own: a flow, or branches that run at once.

use std::cell::RefCell;
use std::rc::Rc;

use super::Walker;
use crate::flow::host::Host;
use crate::flow::parallel;
use crate::flow::plan::{Node, Plan};
use crate::flow::record::StepRecord;
use crate::flow::scope::{Failure, History, ResumePoint, Scope};

impl<H: Host> Walker<H> {
    pub(super) async fn run_nested(
        &mut self,
        node: &Node<H::Step>,
        plan: &Rc<Plan<H::Step>>,
        from: Option<&ResumePoint>,
        record: &mut StepRecord,
    ) -> Result<(), Failure> {
        let host = self.flow.host.clone();
        let before = host.result_number(&self.scope.context);
        let history: History = Rc::new(RefCell::new(record.steps.take().unwrap_or_default()));
        let scope = self.inner_scope(node, history.clone());
        let walker = Walker::new(self.flow.clone(), plan.clone(), scope, self.input.clone());
        let done = walker.walk(from.cloned()).await;
        record.steps = Some(history.take());
        done?;
        if host.result_number(&self.scope.context) != before {
            self.scope.source = Some(node.name.clone());
        }
        Ok(())
    }

    /// Returns the records of all branches, and the content of each.
    pub(super) async fn run_branches(
        &self,
        node: &Rc<Node<H::Step>>,
        nodes: &[Rc<Node<H::Step>>],
    ) -> (Vec<StepRecord>, Result<parallel::Contents, Failure>) {
        let mut plans = Vec::new();
        for branch in nodes {
            match self.plan.branch(branch) {
                Ok(plan) => plans.push(Rc::new(plan)),
                Err(error) => return (Vec::new(), Err(error.into())),
            }
        }
        let history = History::default();
        let walk = |plan: &Rc<Plan<H::Step>>, own: parallel::Own<H>| {
            let mut scope = self.inner_scope(node, own.history);
            (scope.context, scope.answer_target, scope.signal, scope.write) =
                (own.context, Some(own.answer_target), own.signal, own.write);
            Walker::new(self.flow.clone(), plan.clone(), scope, self.input.clone()).walk(None)
        };
        let done = parallel::run(&self.flow.host, node, &plans, &self.scope, &walk, &history).await;
        (history.take(), done)
    }

    /// The scope for the steps nested in a step.
    fn inner_scope(&self, node: &Node<H::Step>, history: History) -> Scope<H> {
        let Scope { context, answer_target, signal, write, outer, source, .. } = &self.scope;
        Scope {
            context: context.clone(),
            answer_target: answer_target.clone(),
            signal: signal.clone(),
            write: write.clone(),
            history,
            path: Rc::default(),
            outer: outer.iter().chain([&node.name]).cloned().collect(),
            source: source.clone(),
        }
    }
}

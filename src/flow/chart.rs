//! A flow as a Mermaid flowchart: <https://mermaid.js.org/syntax/flowchart.html>

use super::plan::{Branches, Kind, NextStep, Node, Plan};
use crate::json::decimal;
use crate::text::concat;

/// An edge from one step to another, with its label.
struct Edge<'a> {
    from: usize,
    to: usize,
    label: &'a str,
}

/// The steps as a flowchart. `path`, the indices of the steps that have run, in order, is drawn thick.
#[must_use]
pub fn chart<S>(plan: &Plan<S>, path: &[usize]) -> String {
    let mut lines = "flowchart TD".to_owned();
    for (at, node) in plan.nodes.iter().enumerate() {
        draw(node, &concat(&["s", &decimal(at as u64)]), "\n  ", &mut lines);
    }
    for Edge { from, to, label } in edges(plan, path) {
        let is_taken = path.windows(2).any(|pair| pair == [from, to]);
        let arrow = if is_taken { " ==>" } else { " -->" };
        lines.push_str(&concat(&["\n  s", &decimal(from as u64), arrow]));
        if !label.is_empty() {
            lines.push_str(&concat(&["|", &quoted(label), "|"]));
        }
        lines.push_str(&concat(&[" s", &decimal(to as u64)]));
    }
    if !path.is_empty() {
        lines.push_str("\n  classDef taken stroke-width:4px\n  class ");
        for (at, step) in path.iter().enumerate() {
            if !path.iter().take(at).any(|before| before == step) {
                let comma = if at > 0 { "," } else { "" };
                lines.push_str(&concat(&[comma, "s", &decimal(*step as u64)]));
            }
        }
        lines.push_str(" taken");
    }
    lines
}

fn edges<'a, S>(plan: &'a Plan<S>, path: &[usize]) -> Vec<Edge<'a>> {
    let mut edges: Vec<Edge<'a>> = Vec::new();
    let mut link = |from: usize, to: Option<usize>, label: &'a str| {
        let Some(to) = to.filter(|to| *to < plan.nodes.len()) else { return };
        match edges.iter_mut().find(|edge| edge.from == from && edge.to == to) {
            Some(edge) => edge.label = label,
            None => edges.push(Edge { from, to, label }),
        }
    };
    for (from, node) in plan.nodes.iter().enumerate() {
        match (&node.kind, &node.next) {
            (Kind::Condition { if_true, if_false, .. }, _) => {
                link(from, plan.find(if_true), "true");
                link(from, plan.find(if_false), "false");
            }
            (_, NextStep::Declared) => link(from, Some(from + 1), ""),
            (_, NextStep::To(next)) => link(from, plan.find(next), ""),
            (_, NextStep::End) => {}
        }
        if let Kind::Agent { destinations, .. } = &node.kind {
            for name in destinations {
                link(from, plan.find(name), name);
            }
        }
        if let Some(goto) = node.on_error.as_ref().and_then(|on_error| on_error.goto.as_deref()) {
            link(from, plan.find(goto), "error");
        }
    }
    // An edge that context.goto() chose was not declared.
    for pair in path.windows(2) {
        if let [from, to] = *pair {
            if !edges.iter().any(|edge| edge.from == from && edge.to == to) && to < plan.nodes.len() {
                edges.push(Edge { from, to, label: "" });
            }
        }
    }
    edges
}

/// Appends a step on a line of its own, or on several.
fn draw<S>(node: &Node<S>, id: &str, line: &str, lines: &mut String) {
    let (open, close) = match &node.kind {
        Kind::Parallel(Branches { nodes, .. }) => {
            lines.push_str(&concat(&[line, "subgraph ", id, "[", &quoted(&node.name), "]"]));
            let inner = concat(&[line, "  "]);
            for (at, branch) in nodes.iter().enumerate() {
                draw(branch, &concat(&[id, "_", &decimal(at as u64)]), &inner, lines);
            }
            lines.push_str(&concat(&[line, "end"]));
            return;
        }
        Kind::Function(_) => ("[", "]"),
        Kind::Agent { .. } => ("([", "])"),
        Kind::Condition { .. } => ("{", "}"),
        Kind::Flow(_) => ("[[", "]]"),
        Kind::Input(_) => ("[/", "/]"),
    };
    lines.push_str(&concat(&[line, id, open, &quoted(&node.name), close]));
}

/// Escapes characters with a meaning in Mermaid, or in the HTML that it makes.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("#quot;"),
            '#' | '%' | '&' | '<' | '>' | '`' | '\n' | '\r' => {
                quoted.push_str(&concat(&["#", &decimal(u64::from(u32::from(char))), ";"]));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

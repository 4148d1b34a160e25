// What a page does with complete code and equations: highlight them, typeset them. Only what is near the visible part is handed to it.

const SHOWN = ".code code, .math";

export class Hooks {
  #root;
  #observer;
  // By kind: "highlight" and "math".
  #hooks = new Map();
  #failed = new WeakSet();
  // By node: { kind, values, source }.
  #known = new WeakMap();

  /** Of the nodes in `root`, which scrolls. */
  constructor(root) {
    this.#root = root;
    this.#observer = new IntersectionObserver((entries) => this.#see(entries), { root, rootMargin: "50% 0px" });
  }

  get(kind) {
    return this.#hooks.get(kind);
  }

  /** Sets one, or none, also for what is shown. */
  set(kind, hook) {
    if (hook === this.#hooks.get(kind)) return;
    this.#adopt(this.#hooks.get(kind)?.styleSheet, hook?.styleSheet);
    this.#hooks.set(kind, hook);
    for (const node of this.#root.querySelectorAll(SHOWN)) {
      const known = this.#known.get(node);
      if (known?.kind !== kind) continue;
      node.textContent = known.source;
      if (hook) this.#observer.observe(node);
    }
  }

  /** This node's text is complete; the hook of that kind is called with these values. */
  add(node, kind, ...values) {
    this.#known.set(node, { kind, values, source: node.textContent });
    if (this.#hooks.get(kind)) this.#observer.observe(node);
  }

  /** The text that a node had before a hook replaced it. */
  sourceOf(node) {
    return this.#known.get(node)?.source ?? node.textContent;
  }

  #see(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.#observer.unobserve(target);
      this.#run(target);
    }
  }

  async #run(node) {
    const { kind, values } = this.#known.get(node);
    const hook = this.#hooks.get(kind);
    try {
      const made = await hook?.(...values);
      if (made instanceof Node && hook === this.#hooks.get(kind)) node.replaceChildren(made);
    } catch (error) {
      // Once, not for each of many blocks.
      if (!this.#failed.has(hook)) reportError(error);
      this.#failed.add(hook);
    }
  }

  /** Style sheets of the page do not reach in here. */
  #adopt(before, after) {
    const shadow = this.#root.getRootNode();
    const kept = shadow.adoptedStyleSheets.filter((sheet) => sheet !== before);
    shadow.adoptedStyleSheets = after ? [...kept, after] : kept;
  }
}

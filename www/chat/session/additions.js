// What a page adds to answers: buttons, views of tools, and an avatar.

export class Additions {
  actions = [];
  toolViews = {};
  /** What each answer shows a copy of. */
  avatar;
  /** How often something was set: what is shown is drawn anew then. */
  version = 0;
  host;
  emit;

  /** `host` is the element; `emit(name, detail)` dispatches an event there. */
  constructor(host, emit) {
    this.host = host;
    this.emit = emit;
  }
}

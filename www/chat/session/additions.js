// What a page adds to answers: buttons, views of tools, and an avatar.

/** `avatar` is what each answer shows a copy of. `version` is how often something was set: what is shown is drawn anew then. `host` is the
 *  element; `emit(name, detail)` dispatches an event there. */
export const additionsOf = (host, emit) => ({ actions: [], toolViews: {}, avatar: undefined, version: 0, host, emit });

// What a person does with the chat.
import { attempt } from "./session/session.js";

/** What the view calls. `inside` is what only the element itself has: session, view, plan(), update() and add(additions). */
export function listenerOf(chat, inside) {
  const isDisabled = () => chat.hasAttribute("disabled");
  return {
    send: (text, attachments) => attempt(() => forgive(chat.send(text, { attachments }))),
    suggest: (text) => attempt(() => {
      inside.view.returnFocus();
      forgive(chat.send(text));
    }),
    /** False where it cannot be sent now. */
    edit(turn, text) {
      if (inside.session.isBusy || isDisabled()) return false;
      forgive(inside.session.edit(turn, text));
      return true;
    },
    choose: (turn, step) => attempt(() => inside.session.choose(turn, step)),
    language: () => chat.closest("[lang]")?.lang ?? "",
    stop: () => chat.stop(),
    act(name) {
      if (chat.streaming || isDisabled()) return;
      attempt(() => {
        inside.view.returnFocus();
        forgive(name === "resume" ? inside.session.resume() : inside.session.retry());
      });
    },
    loaded: () => inside.plan(),
    sendNext: () => inside.session.sendNext(),
    /** True where the question was still waiting. */
    cancel(entry) {
      const isCancelled = inside.session.queue.cancel(entry);
      inside.update();
      return isCancelled;
    },
    /** True where there was something to close or to stop. Closing the panel does not stop the answer. */
    escape() {
      const { streaming } = chat;
      const isLauncher = chat.hasAttribute("launcher");
      if (isLauncher) chat.close();
      else chat.stop();
      return isLauncher || streaming;
    },
    toggle: (isOpen) => (isOpen ? chat.show() : chat.close()),
    avatar: (node) => inside.add({ avatar: node }),
  };
}

/** An error is shown below the question. */
function forgive(run) {
  run?.catch(() => {});
}

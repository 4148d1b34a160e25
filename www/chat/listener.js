// What a person does with the chat.
import { attempt } from "./session/session.js";

/** What the view calls. `host` is what it needs of the element: session, view, plan(), update() and add(additions). */
export function listenerOf(chat, host) {
  const isDisabled = () => chat.hasAttribute("disabled");
  return {
    send: (text, attachments) => attempt(() => forgive(chat.send(text, { attachments }))),
    suggest: (text) => attempt(() => {
      host.view.returnFocus();
      forgive(chat.send(text));
    }),
    /** False where it cannot be sent now. */
    edit(turn, text) {
      if (host.session.isBusy || isDisabled()) return false;
      forgive(host.session.edit(turn, text));
      return true;
    },
    choose: (turn, step) => attempt(() => host.session.choose(turn, step)),
    stop: () => chat.stop(),
    act(name) {
      if (chat.streaming || isDisabled()) return;
      attempt(() => {
        host.view.returnFocus();
        forgive(name === "resume" ? host.session.resume() : host.session.retry());
      });
    },
    loaded: () => host.plan(),
    sendNext: () => host.session.sendNext(),
    /** True where the question was still waiting. */
    cancel(entry) {
      const isCancelled = host.session.queue.cancel(entry);
      host.update();
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
    avatar: (node) => host.add({ avatar: node }),
  };
}

/** The chat shows the error: no one else has to handle the rejection. */
function forgive(run) {
  run?.catch(() => {});
}

// The optional parts of a chat, loaded on demand: those in a message, and those around the messages.
import { addIcons, addStyle, addTexts } from "../shared.js";
import alternatives from "./alternatives.css";
import attachments from "./attachments.css";
import { DropZone } from "./drop-zone.js";
import editing from "./editing.css";
import extras from "./extras.css";
import files from "./files.css";
import fold from "./fold.css";
import { ICONS } from "./icons.js";
import { Launcher } from "./launcher.js";
import launcher from "./launcher.css";
import { QueueList } from "./queue-list.js";
import queue from "./queue.css";
import sources from "./sources.css";
import { Speech } from "./speech.js";
import { Suggesting } from "./suggesting.js";
import suggestions from "./suggestions.css";
import { TEXTS } from "./texts.js";
import tools from "./tools.css";
import { Tray } from "./tray.js";

addIcons(ICONS);
addTexts(TEXTS);

export { Alternatives, versionOf } from "./alternatives.js";
export { attachmentView } from "./attachment.js";
export { Extras } from "./extras.js";
export { Files } from "./files.js";
export { Thoughts, ToolCall } from "./fold.js";
export { QuestionEdit } from "./question-edit.js";
export { Sources } from "./sources.js";

const CSS = [alternatives, attachments, editing, extras, files, fold, launcher, queue, sources, suggestions, tools].join("");

/** What stands around the messages of one chat. */
export class Parts {
  launcher;
  queue;
  suggesting;
  #tray;
  #drop;
  #speech;

  /** `places` are root, panel, header, list and composer of the view; `heard` are those of the view. */
  constructor({ root, panel, header, list, composer }, heard) {
    const leave = () => composer.focus();
    this.launcher = new Launcher(panel, heard.toggle);
    this.queue = new QueueList({ ...heard, leave, edit: (entry) => heard.cancel(entry) && this.#tray.take(entry) });
    this.suggesting = new Suggesting(list, heard.suggest);
    this.#tray = new Tray(composer, leave);
    this.#speech = new Speech(composer, () => root.host.closest("[lang]")?.lang ?? "");
    this.#drop = new DropZone(root, this.#tray);
    composer.use(this.#tray, this.#speech);
    panel.before(this.launcher.button);
    header.append(this.launcher.close);
    composer.element.before(this.queue.element);
    panel.append(this.#drop.element);
    addStyle(root, CSS);
  }

  /** `options` are texts and locale. */
  label(options) {
    const { texts } = options;
    this.launcher.label(texts);
    this.queue.label(texts);
    this.suggesting.label(texts);
    this.#tray.label(options);
    this.#speech.label(texts);
    this.#drop.label(texts);
  }

  /** `chat` is the element; `agent` is that of the tray, and `waiting` are the questions that wait. */
  set(chat, { streaming, disabled, agent, waiting }) {
    const limit = Number(chat.getAttribute("max-attachment-size"));
    this.#tray.set({ attachments: chat.getAttribute("attachments"), limit, agent, disabled });
    this.#speech.set({ speech: chat.hasAttribute("speech"), disabled });
    this.queue.show(waiting, { streaming, disabled });
  }

  /** True where there was something to cancel. */
  cancel() {
    return this.#speech.stop();
  }
}

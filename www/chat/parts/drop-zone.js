// Files that are dragged over the chat: where they can be dropped is shown.
import { element, icon } from "../shared.js";

export class DropZone {
  element = element("div", { class: "drop", part: "drop", hidden: true });

  /** `tray` takes the files. */
  constructor(root, tray) {
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const show = (change) => {
      depth = Math.max(0, change(depth));
      this.element.hidden = depth === 0;
    };
    const on = (name, act) => root.addEventListener(name, (event) => {
      if (!tray.isOpen || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      act(event);
    });
    on("dragenter", () => show((count) => count + 1));
    on("dragover", ({ dataTransfer }) => (dataTransfer.dropEffect = "copy"));
    on("dragleave", () => show((count) => count - 1));
    on("drop", ({ dataTransfer }) => {
      show(() => 0);
      tray.add([...dataTransfer.files]);
    });
  }

  label({ drop }) {
    this.element.replaceChildren(icon("clip"), drop);
  }
}

// The field for the question, and the buttons beside it.

const growsByItself = CSS.supports("field-sizing", "content");

export class Composer {
  #field;
  #send;
  #stop;
  #streaming = false;
  #waiting = false;
  #placeholder;

  constructor(form, { onSend, onStop }) {
    this.#field = form.elements.question;
    this.#placeholder = this.#field.placeholder;
    this.#send = form.elements.send;
    this.#stop = form.elements.stop;

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value.trim();
      if (this.#streaming || this.#waiting || !text) return;
      this.#field.value = "";
      this.#changed();
      onSend(text);
    });
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => {
      // While a Japanese or Chinese word is being composed, Enter belongs to the input method.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.#stop.addEventListener("click", onStop);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || !this.#streaming) return;
      if (!document.querySelector(":popover-open")) onStop();
    });
    this.#changed();
  }

  ready() {
    this.#field.disabled = false;
    this.#changed();
    this.focus();
  }

  set streaming(streaming) {
    const hadFocus = document.activeElement === this.#stop;
    this.#streaming = streaming;
    this.#send.hidden = streaming;
    this.#stop.hidden = !streaming;
    // A button that goes away would take the focus with it.
    if (hadFocus) this.focus();
    this.#changed();
  }

  /** Nothing can be sent, but for what is being typed. */
  set waiting(words) {
    this.#waiting = words !== undefined;
    this.#field.placeholder = words ?? this.#placeholder;
    this.#changed();
  }

  focus() {
    // On a touch screen this would bring the keyboard up over what one wants to read.
    if (matchMedia("(pointer: fine)").matches) this.#field.focus();
  }

  #changed() {
    this.#send.disabled = this.#waiting || this.#field.value.trim() === "";
    if (growsByItself) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}

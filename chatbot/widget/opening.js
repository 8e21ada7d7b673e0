const SMALL = "(max-width: 40em), (max-height: 34em)"; // where the panel fills the screen

/**
 * The panel opened and closed, and the focus with it: it goes in only for a person who asked for
 * that, and back to where it was.
 */
export class Opening {
  #chat;
  #parts;
  #opener = null; // what had the focus before the panel opened
  #small = matchMedia(SMALL);

  constructor(chat, parts) {
    this.#chat = chat;
    this.#parts = parts;
    // A browser's own way back, such as a phone's button, closes the dialog whatever a page does.
    parts.panel.addEventListener("close", () => parts.panel.open || this.close());
  }

  /** Whether the screen is so small that the panel fills it. */
  get small() {
    return this.#small.matches;
  }

  listen() {
    document.addEventListener("keydown", this.#escape);
    this.#small.addEventListener("change", this.#resized);
  }

  unlisten() {
    document.removeEventListener("keydown", this.#escape);
    this.#small.removeEventListener("change", this.#resized);
  }

  /** Open for a person who asked for it: the focus goes in. */
  show() {
    const chat = this.#chat;
    if (!chat.open) {
      this.#opener = document.activeElement;
      chat.open = true;
    }
    // On a small screen, the field or a touch screen's keyboard would hide what is to be read first.
    const { title, field } = this.#parts;
    (this.small || isTouch() ? title : field).focus();
  }

  /** Close; the focus, where it was within, goes back. */
  close() {
    const chat = this.#chat;
    if (chat.inline || !chat.open) return;
    const { panel } = this.#parts;
    const within = panel.getRootNode().activeElement !== null || !panel.open;
    chat.open = false;
    if (within) {
      const back = this.#opener?.isConnected && ![chat, document.body].includes(this.#opener);
      (back ? this.#opener : this.#parts.launcher).focus();
    }
    this.#opener = null;
  }

  /** Show what the attribute `open` says; true where that is a change. */
  follow() {
    const { panel, launcher } = this.#parts;
    const { open } = this.#chat;
    if (open === launcher.hidden) return false;
    launcher.hidden = open;
    if (open) this.#showPanel();
    else panel.close();
    return true;
  }

  #showPanel() {
    const { panel, title } = this.#parts;
    const focused = panel.getRootNode().activeElement;
    panel.close();
    if (this.small) {
      // Nothing behind a panel that fills the screen may take the focus.
      panel.showModal();
      (focused ?? title).focus();
    } else {
      // Not by the dialog's show(), which would move the focus of somebody who did nothing.
      panel.setAttribute("open", "");
      focused?.focus();
    }
  }

  // From anywhere on the page, since an open panel may cover what has the focus.
  #escape = (event) => {
    const chat = this.#chat;
    if (event.key !== "Escape" || event.defaultPrevented || chat.inline || !chat.open) return;
    event.preventDefault();
    this.close();
  };

  #resized = () => {
    if (this.#chat.open && !this.#chat.inline) this.#showPanel();
  };
}

/** Whether typing here brings up a keyboard that covers half of the screen. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;

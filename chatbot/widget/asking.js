import { el } from "./dom.js";
import { isTouch } from "./opening.js";
import { NOTICE } from "./panel.js";
import { Failure } from "./service.js";
import { fill } from "./strings.js";

const SLOW = 2_000; // milliseconds until a wait is spoken of

/** A message sent to the service, one at a time, and what is said where that does not succeed. */
export class Asking {
  #chat;
  #parts;
  #log;
  #conversation;
  #control = null; // the AbortController of the question on its way

  constructor(chat, parts, log, conversation) {
    this.#chat = chat;
    this.#parts = parts;
    this.#log = log;
    this.#conversation = conversation;
  }

  /** Ask the service; what was typed stays in the field until there is a reply. */
  async ask(message, kind) {
    if (this.#control) return;
    const chat = this.#chat;
    const { field } = this.#parts;
    const wrong = this.#wrongWith(message);
    if (wrong) {
      this.complain(wrong, true);
      field.focus();
      return;
    }
    const { signal } = (this.#control = new AbortController());
    this.#parts.suggestions.show([]);
    this.complain("");
    chat.emit("ask", { kind });
    this.#lock(true);
    const sentence = this.#log.wait(message);
    const slow = setTimeout(() => {
      sentence.textContent = chat.strings.slow;
      chat.say(chat.strings.slow);
    }, SLOW);
    try {
      const audience = chat.getAttribute("audience");
      const history = this.#conversation.history();
      const answered = await chat.service.ask({ message, history, audience }, signal);
      if (signal.aborted) return;
      if (field.value === message) field.value = "";
      this.#log.settle();
      chat.add({ asked: message, ...answered });
    } catch (failure) {
      this.#failed(failure, message);
    } finally {
      clearTimeout(slow);
      this.#control = null;
      this.#log.settle();
      this.#lock(false);
      chat.keepDraft();
    }
  }

  abort() {
    this.#control?.abort();
  }

  /** Show an error over the field; `wrong` where what was typed is wrong, and not the service. */
  complain(text, wrong = false) {
    const { strings } = this.#chat;
    const { error, field, send } = this.#parts;
    error.hidden = !text;
    error.replaceChildren(...(text ? [el("strong", {}, `${strings.error}:`), ` ${text}`] : []));
    field.setAttribute("aria-describedby", text ? "error" : NOTICE);
    field.setAttribute("aria-invalid", String(Boolean(text && wrong)));
    send.textContent = text && !wrong ? strings.retry : strings.send;
    if (text) this.#chat.say(`${strings.error}: ${text}`);
  }

  #failed(failure, message) {
    if (failure.kind === "aborted") return;
    if (!(failure instanceof Failure)) console.error(failure);
    const { field } = this.#parts;
    const { strings } = this.#chat;
    if (!field.value) field.value = message;
    this.complain(fill(strings[failure.kind] ?? strings.broken, failure), failure.kind === "refused");
    this.#chat.emit("failure", { kind: failure.kind ?? "broken" });
  }

  #lock(on) {
    const { field, send } = this.#parts;
    field.readOnly = on;
    for (const one of [field, send]) one.setAttribute("aria-disabled", String(on));
    // On a phone its keyboard goes, since it covers the place where the answer will stand.
    if (on && this.#chat.small && isTouch()) field.blur();
  }

  #wrongWith(message) {
    const { strings, faq: { longest } } = this.#chat;
    if (!message.trim()) return strings.empty;
    const n = [...message].length;
    const numbers = new Intl.NumberFormat(strings.locale);
    return n > longest && fill(strings.long, { n: numbers.format(n), most: numbers.format(longest) });
  }
}

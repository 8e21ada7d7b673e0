import { el } from "./dom.js";
import { offersView } from "./panel.js";
import { askedView, turnView } from "./replies.js";

/** The conversation as it stands in the panel: what there is to start from, then turn after turn. */
export class Log {
  #chat;
  #parts;
  #conversation;
  #waiting = null; // the place of the question on its way

  constructor(chat, parts, conversation) {
    this.#chat = chat;
    this.#parts = parts;
    this.#conversation = conversation;
  }

  /** Fill in what there is to start from. */
  offer(faq, ask) {
    this.#parts.offers.replaceChildren(...offersView(faq, this.#chat, ask).flat().filter(Boolean));
  }

  /** Show all turns anew. */
  show() {
    const { turns, tools } = this.#parts;
    const all = this.#conversation.turns;
    turns.replaceChildren(...all.map((turn) => turnView(turn, this.#chat)));
    if (this.#waiting) turns.append(this.#waiting);
    tools.hidden = !all.length;
    this.#showOffers();
  }

  /** Show a question that is on its way; what is returned holds the sentence under it. */
  wait(message) {
    const { strings } = this.#chat;
    const sentence = el("p", { class: "small" }, strings.looking);
    this.#waiting = el("article", { class: "turn" },
      askedView(message, this.#chat, strings.youAsked), sentence);
    this.#parts.turns.append(this.#waiting);
    this.#showOffers();
    this.#reveal(this.#waiting);
    return sentence;
  }

  /** Take the question on its way off again. */
  settle() {
    this.#waiting?.remove();
    this.#waiting = null;
    this.#showOffers();
  }

  /** Show one more turn; a question still on its way stays below it. */
  add(turn) {
    const view = turnView(turn, this.#chat);
    this.#parts.turns.insertBefore(view, this.#waiting);
    this.#parts.tools.hidden = false;
    this.#parts.undo.hidden = true;
    this.#showOffers();
    this.#reveal(view);
  }

  /** What there is to start from goes once there is more; a focus on it is not lost with it. */
  #showOffers() {
    const { offers, log } = this.#parts;
    const gone = this.#waiting !== null || this.#conversation.turns.length > 0;
    const within = gone && offers.contains(offers.getRootNode().activeElement);
    offers.hidden = gone;
    if (within) log.focus();
  }

  /** Scroll so that a view begins at the top; the page itself moves only as far as it must. */
  #reveal(view) {
    const { log, panel } = this.#parts;
    if (this.#chat.inline) {
      view.scrollIntoView({ block: "nearest" });
      return;
    }
    const scroller = panel.scrollHeight > panel.clientHeight ? panel : log;
    scroller.scrollTop += view.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }
}

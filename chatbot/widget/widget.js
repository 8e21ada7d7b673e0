import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { buildPanel, NOTICE, offersView } from "./panel.js";
import { askedView, missesView, spoken, turnView, withLink } from "./replies.js";
import { Failure, Service } from "./service.js";
import { fill, STRINGS, stringsOf } from "./strings.js";
import { printText, saveText, transcript } from "./transcript.js";
import STYLE from "./widget.css" with { type: "css" };

const SLOW = 2_000; // milliseconds until a wait is spoken of
const SMALL = "(max-width: 40em), (max-height: 34em)"; // where the panel fills the screen
const SAID = 10_000; // milliseconds that what was said stays in the live region
let count = 0;

/** `<faq-chat>`: ask a chatbot on any page. Attributes, events and parts: docs/widget.md. */
class FaqChat extends HTMLElement {
  static observedAttributes = ["open"];

  #conversation;
  #asking = null; // the AbortController of the question on its way
  #waiting = null; // and its place in the conversation
  #opener = null; // what had the focus before the panel opened
  #cleared = null; // the turns before "Start again"
  #parts = null;
  #faq = null;
  #small = matchMedia(SMALL);

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
  }

  connectedCallback() {
    this.#listen();
    if (this.#parts) return; // moved about the page: everything stays as it is
    const tongue = this.closest("[lang]")?.lang ?? document.documentElement.lang;
    this.strings = stringsOf(tongue);
    this.language = this.getAttribute("faq-lang") ?? "en";
    this.service = new Service(this.getAttribute("api") || ".");
    const key = `faq-chat ${this.getAttribute("api") ?? ""} ${this.id || (count += 1)}`;
    this.#conversation = new Conversation(this.getAttribute("memory") === "off" ? null : key);
    this.#build();
    // A chat that begins open leaves a small screen to the page.
    if (this.#small.matches) this.open = false;
    this.#showTurns();
    this.#showOpen();
  }

  disconnectedCallback() {
    // A move takes the element off the page and puts it back at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#asking?.abort();
      document.removeEventListener("keydown", this.#escape);
      this.#small.removeEventListener("change", this.#resized);
    });
  }

  attributeChangedCallback() {
    if (this.#parts) this.#showOpen();
  }

  /** Whether the panel is open; an inline chat always is. */
  get open() {
    return this.inline || this.hasAttribute("open");
  }

  set open(open) {
    this.toggleAttribute("open", Boolean(open));
  }

  get inline() {
    return this.hasAttribute("inline");
  }

  /** Open the panel for a person who asked for it: the focus goes in, and back on closing. */
  show() {
    if (!this.open) {
      this.#opener = document.activeElement;
      this.open = true;
    }
    // On a small screen, the field or a touch screen's keyboard would hide what is to be read first.
    const { title, field } = this.#parts;
    (this.#small.matches || matchMedia("(pointer: coarse)").matches ? title : field).focus();
  }

  /** Close the panel; the focus goes back to where it was. */
  close() {
    if (this.inline || !this.open) return;
    const within = this.shadowRoot.activeElement !== null;
    this.open = false;
    if (within) {
      const back = this.#opener?.isConnected && ![this, document.body].includes(this.#opener);
      (back ? this.#opener : this.#parts.launcher).focus();
    }
    this.#opener = null;
  }

  // From anywhere on the page, since an open panel may cover what has the focus.
  #escape = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || this.inline || !this.open) return;
    event.preventDefault();
    this.close();
  };

  #resized = () => {
    if (this.open && !this.inline) this.#showPanel();
  };

  #listen() {
    document.addEventListener("keydown", this.#escape);
    this.#small.addEventListener("change", this.#resized);
  }

  // What the views of replies use.

  /** The mailbox: the one of the attribute until the service has named its own. */
  get contact() {
    const email = this.getAttribute("email");
    return this.#faq ? this.#faq.contact : email ? { email, mailto: `mailto:${email}` } : null;
  }

  get plausible() {
    return this.#faq?.plausible ?? 1;
  }

  get veryLikely() {
    return this.#faq?.very_likely ?? 1;
  }

  get measured() {
    return this.#faq?.measured ?? null;
  }

  misses(turn) {
    return this.#conversation.misses(turn);
  }

  /** A heading so many levels under that of the chat. */
  heading(under, attributes, ...children) {
    const level = Math.min(6, (Number(this.getAttribute("level")) || 2) + under);
    return el(`h${level}`, attributes, ...children);
  }

  /** Have a screen reader say something, once. */
  say = (text) => {
    const { live } = this.#parts;
    const said = el("p", {}, text);
    live.replaceChildren(said);
    // What has been said is not to be read again at the end of the panel.
    setTimeout(() => said.remove(), SAID);
  };

  /** Show the stored entry that a person picked; the service need not be asked. */
  choose(entryId, question) {
    const entry = this.#faq?.entries.find((one) => one.id === entryId);
    if (!entry) {
      this.#ask(question, "choice");
      return;
    }
    this.#emit("ask", { kind: "choice" });
    const match = { ...entry, entry_id: entry.id, confidence: 1 };
    const reply = { question, outcome: "answer", match, alternatives: [] };
    this.#add({ asked: question, chosen: true, notes: [], replies: [reply], contact: this.contact });
    this.#keepDraft();
  }

  /** The person said that none of the choices fits. */
  reject(turn, reply, view) {
    reply.rejected = true;
    this.#conversation.save();
    const misses = missesView(turn, this);
    if (misses) {
      view.closest(".turn").append(misses);
      this.say(misses.textContent);
    }
  }

  vote(turn, reply, helpful) {
    reply.helpful = helpful;
    this.#conversation.save();
    this.#emit("feedback", {
      entryId: reply.match.entry_id, helpful, faqVersion: turn.faq_version ?? null,
    });
  }

  async copy(entryId, pressed) {
    const address = this.service.page(entryId);
    try {
      await navigator.clipboard.writeText(address);
      pressed.textContent = this.strings.copied;
      this.say(this.strings.copied);
    } catch {
      // Not allowed here: the address itself can be copied by hand.
      const link = el("a", { href: address, target: "_top" }, address);
      pressed.replaceWith(link);
      link.focus();
    }
  }

  // Building.

  #build() {
    const title = () => this.#parts.title.textContent;
    const text = () => transcript(title(), this.#conversation.turns, this);
    this.#parts = buildPanel(this, {
      show: () => this.show(),
      close: () => this.close(),
      input: () => this.#keepDraft(),
      submit: () => this.#ask(this.#parts.field.value, "typed"),
      restart: () => this.#restart(),
      undo: () => this.#undo(),
      save: () => saveText(text(), `${this.strings.file}.txt`),
      print: () => printText(text(), title(), this.shadowRoot),
    });
    this.#parts.field.value = this.#conversation.draft;
    this.shadowRoot.append(this.#parts.root);
  }

  // Showing.

  #showOpen() {
    const { panel, launcher } = this.#parts;
    if (this.inline) {
      this.#load();
      return;
    }
    const was = panel.open;
    if (this.open === was) return;
    launcher.hidden = this.open;
    if (this.open) {
      this.#showPanel();
      this.#load();
      this.#emit("open");
    } else {
      panel.close();
      this.#emit("close");
    }
  }

  #showPanel() {
    const { panel, title } = this.#parts;
    const focused = this.shadowRoot.activeElement;
    panel.close();
    if (this.#small.matches) {
      // Nothing behind a panel that fills the screen may take the focus.
      panel.showModal();
      (focused ?? title).focus();
    } else {
      // Not by the dialog's show(), which would move the focus of somebody who did nothing.
      panel.setAttribute("open", "");
      focused?.focus();
    }
  }

  /** Fetch the stored entries, where that is not done, and fill in what depends on them. */
  async #load() {
    // The chat works without; the next opening tries again, and asking says what is wrong.
    const faq = await this.service.faq().catch(() => null);
    if (faq && this.#faq !== faq) {
      this.#faq = faq;
      this.#parts.suggestions.entries = faq.entries;
      this.#showOffers();
      if (this.#conversation.turns.length) this.#showTurns();
    }
    this.#showPerson();
  }

  #showPerson() {
    const { person } = this.#parts;
    person.replaceChildren(...(this.contact ? withLink(this.strings.person, this.contact) : []));
  }

  #showOffers() {
    const ask = (example) => this.#ask(example, "example");
    this.#parts.offers.replaceChildren(...offersView(this.#faq, this, ask).flat().filter(Boolean));
  }

  /** Take the offers away; a focus that was on one goes to the conversation, and is not lost. */
  #hideOffers() {
    const { offers, log } = this.#parts;
    const within = offers.contains(this.shadowRoot.activeElement);
    offers.hidden = true;
    if (within) log.focus();
  }

  #showTurns() {
    const { turns } = this.#conversation;
    this.#parts.turns.replaceChildren(
      ...turns.map((turn) => turnView(turn, this)), ...(this.#waiting ? [this.#waiting] : []));
    this.#parts.tools.hidden = !turns.length;
    this.#parts.offers.hidden = turns.length > 0;
    this.#showPerson();
  }

  #add(turn, place = el("article")) {
    this.#conversation.turns.push(turn);
    this.#conversation.save();
    const view = turnView(turn, this);
    if (!place.isConnected) this.#parts.turns.append(place);
    place.replaceWith(view);
    this.#parts.tools.hidden = false;
    this.#parts.undo.hidden = true;
    this.#hideOffers();
    this.#complain("");
    this.#reveal(view);
    this.say(spoken(turn, this));
    this.#emit("reply", {
      outcomes: turn.replies.map((one) => one.outcome),
      entryIds: turn.replies.map((one) => one.match?.entry_id ?? null),
      faqVersion: turn.faq_version ?? null,
    });
  }

  /** Scroll so that a view begins at the top; the page itself moves only as far as it must. */
  #reveal(view) {
    const { log, panel } = this.#parts;
    if (this.inline) {
      view.scrollIntoView({ block: "nearest" });
      return;
    }
    const scroller = panel.scrollHeight > panel.clientHeight ? panel : log;
    scroller.scrollTop += view.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }

  /** Show an error over the field; `field` where what was typed is wrong, and not the service. */
  #complain(text, field = false) {
    const { error, field: box, send } = this.#parts;
    error.hidden = !text;
    error.replaceChildren(...(text ? [el("strong", {}, `${this.strings.error}:`), ` ${text}`] : []));
    box.setAttribute("aria-describedby", text ? "error" : NOTICE);
    box.setAttribute("aria-invalid", String(Boolean(text && field)));
    send.textContent = text && !field ? this.strings.retry : this.strings.send;
    if (text) this.say(`${this.strings.error}: ${text}`);
  }

  #keepDraft() {
    this.#conversation.draft = this.#parts.field.value;
    this.#conversation.save();
  }

  // Asking.

  async #ask(message, kind) {
    if (this.#asking) return;
    const { strings, service } = this;
    const { field, send, turns } = this.#parts;
    const wrong = this.#wrongWith(message);
    if (wrong) {
      this.#complain(wrong, true);
      field.focus();
      return;
    }
    const asking = (this.#asking = new AbortController());
    this.#parts.suggestions.show([]);
    this.#complain("");
    this.#emit("ask", { kind });
    const wait = el("p", { class: "small" }, strings.looking);
    const waiting = (this.#waiting =
      el("article", { class: "turn" }, askedView(message, this, strings.youAsked), wait));
    turns.append(waiting);
    this.#hideOffers();
    this.#reveal(waiting);
    field.readOnly = true;
    field.setAttribute("aria-disabled", "true");
    send.setAttribute("aria-disabled", "true");
    const slow = setTimeout(() => {
      wait.textContent = strings.slow;
      this.say(strings.slow);
    }, SLOW);
    try {
      const audience = this.getAttribute("audience");
      const history = this.#conversation.history();
      const answered = await service.ask({ message, history, audience }, asking.signal);
      if (asking.signal.aborted) return;
      if (!this.#faq) this.#load(); // it may have failed before
      this.#waiting = null;
      if (field.value === message) field.value = "";
      this.#add({ asked: message, ...answered }, waiting);
    } catch (failure) {
      if (failure.kind !== "aborted") {
        if (!(failure instanceof Failure)) console.error(failure);
        if (!field.value) field.value = message;
        this.#complain(fill(strings[failure.kind] ?? strings.broken, failure), failure.kind === "refused");
        this.#emit("failure", { kind: failure.kind ?? "broken" });
      }
    } finally {
      clearTimeout(slow);
      waiting.remove();
      this.#asking = this.#waiting = null;
      field.readOnly = false;
      field.removeAttribute("aria-disabled");
      send.removeAttribute("aria-disabled");
      this.#parts.offers.hidden = this.#conversation.turns.length > 0;
      this.#keepDraft();
    }
  }

  #wrongWith(message) {
    if (!message.trim()) return this.strings.empty;
    const n = [...message].length;
    const most = this.#faq?.longest ?? Infinity;
    const numbers = new Intl.NumberFormat(this.strings.locale);
    return n > most && fill(this.strings.long, { n: numbers.format(n), most: numbers.format(most) });
  }

  // The whole conversation.

  #restart() {
    this.#asking?.abort();
    this.#cleared = this.#conversation.turns;
    this.#conversation.turns = [];
    this.#afterChange();
    this.#parts.undo.hidden = false;
    this.say(this.strings.cleared);
    this.#parts.field.focus();
  }

  #undo() {
    this.#conversation.turns = this.#cleared;
    this.#afterChange();
    this.#parts.undo.hidden = true;
    this.#parts.log.focus();
  }

  #afterChange() {
    this.#conversation.save();
    this.#showTurns();
    this.#complain("");
    this.#parts.log.scrollTop = 0;
  }

  #emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

// A second copy of this script, or a browser without elements of one's own, changes nothing.
if (globalThis.customElements && !customElements.get("faq-chat")) {
  customElements.define("faq-chat", FaqChat);
}

export { FaqChat, STRINGS };

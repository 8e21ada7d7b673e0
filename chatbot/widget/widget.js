import { Asking } from "./asking.js";
import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { withLink } from "./links.js";
import { Log } from "./log.js";
import { Opening } from "./opening.js";
import { buildPanel } from "./panel.js";
import { missesView } from "./replies.js";
import { Service } from "./service.js";
import { STRINGS, stringsOf } from "./strings.js";
import { printText, saveText, spoken, transcript } from "./transcript.js";
import STYLE from "./widget.css" with { type: "css" };

const SAID = 10_000; // milliseconds that what was said stays in the live region
let count = 0;

/** `<faq-chat>`: ask a chatbot on any page. Attributes, events and parts: docs/widget.md. */
class FaqChat extends HTMLElement {
  static observedAttributes = ["open"];

  #conversation;
  #cleared = null; // the turns before "Start again"
  #faq = null;
  #parts = null;
  #opening;
  #log;
  #asking;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
  }

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#opening.listen();
  }

  disconnectedCallback() {
    // A move takes the element off the page and puts it back at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#asking.abort();
      this.#opening.unlisten();
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
    this.#opening.show();
  }

  /** Close the panel; the focus goes back to where it was. */
  close() {
    this.#opening.close();
  }

  // What the parts of the chat use.

  /** What `GET /v1/faq` says; until it has, nothing but the mailbox of the attribute. */
  get faq() {
    const email = this.getAttribute("email");
    return this.#faq ?? {
      entries: [], contact: email && { email, mailto: `mailto:${email}` }, longest: Infinity,
    };
  }

  get small() {
    return this.#opening.small;
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

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  keepDraft() {
    this.#conversation.draft = this.#parts.field.value;
    this.#conversation.save();
  }

  /** Keep, show and announce what a message got. */
  add(turn) {
    if (!this.#faq) this.#load(); // it may have failed before
    this.#conversation.turns.push(turn);
    this.#conversation.save();
    this.#log.add(turn);
    this.#asking.complain("");
    this.say(spoken(turn, this));
    this.emit("reply", {
      outcomes: turn.replies.map((one) => one.outcome),
      entryIds: turn.replies.map((one) => one.match?.entry_id ?? null),
      faqVersion: turn.faq_version ?? null,
    });
  }

  /** Show the stored entry that a person picked; the service need not be asked. */
  choose(entryId, question) {
    const entry = this.faq.entries.find((one) => one.id === entryId);
    if (!entry) {
      this.#asking.ask(question, "choice");
      return;
    }
    this.emit("ask", { kind: "choice" });
    const match = { ...entry, entry_id: entry.id, confidence: 1 };
    const reply = { question, outcome: "answer", match, alternatives: [] };
    this.add({ asked: question, chosen: true, notes: [], replies: [reply], contact: this.faq.contact });
    this.keepDraft();
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
    this.emit("feedback", {
      entryId: reply.match.entry_id, helpful, faqVersion: turn.faq_version ?? null,
    });
  }

  // The whole.

  #build() {
    const tongue = this.closest("[lang]")?.lang ?? document.documentElement.lang;
    this.strings = stringsOf(tongue);
    this.language = this.getAttribute("faq-lang") ?? "en";
    this.service = new Service(this.getAttribute("api") || ".");
    const key = `faq-chat ${this.getAttribute("api") ?? ""} ${this.id || (count += 1)}`;
    this.#conversation = new Conversation(this.getAttribute("memory") === "off" ? null : key);
    const title = () => this.#parts.title.textContent;
    const text = () => transcript(title(), this.#conversation.turns, this);
    const parts = buildPanel(this, {
      show: () => this.show(),
      close: () => this.close(),
      input: () => this.keepDraft(),
      submit: () => this.#asking.ask(parts.field.value, "typed"),
      restart: () => this.#restart(),
      undo: () => this.#undo(),
      save: () => saveText(text(), `${this.strings.file}.txt`),
      print: () => printText(text(), title(), this.shadowRoot),
    });
    this.#log = new Log(this, parts, this.#conversation);
    this.#opening = new Opening(this, parts);
    this.#asking = new Asking(this, parts, this.#log, this.#conversation);
    parts.field.value = this.#conversation.draft;
    this.shadowRoot.append(parts.root);
    // A chat that begins open leaves a small screen to the page.
    if (this.small) this.open = false;
    this.#parts = parts;
    this.#log.show();
    this.#showPerson();
    this.#showOpen();
  }

  #showOpen() {
    if (!this.inline && !this.#opening.follow()) return;
    if (this.open) this.#load();
    if (!this.inline) this.emit(this.open ? "open" : "close");
  }

  /** Fetch the stored entries, where that is not done, and fill in what depends on them. */
  async #load() {
    // The chat works without; the next opening tries again, and asking says what is wrong.
    const faq = await this.service.faq().catch(() => null);
    if (!faq || this.#faq === faq) return;
    this.#faq = faq;
    this.#parts.suggestions.entries = faq.entries;
    this.#log.offer(faq, (example) => this.#asking.ask(example, "example"));
    if (this.#conversation.turns.length) this.#log.show();
    this.#showPerson();
  }

  #showPerson() {
    const { person } = this.#parts;
    const { contact } = this.faq;
    person.replaceChildren(...(contact ? withLink(this.strings.person, contact) : []));
  }

  #restart() {
    this.#asking.abort();
    this.#cleared = this.#conversation.turns;
    this.#change([]);
    this.#parts.undo.hidden = false;
    this.say(this.strings.cleared);
    this.#parts.field.focus();
  }

  #undo() {
    this.#change(this.#cleared);
    this.#parts.undo.hidden = true;
    this.#parts.log.focus();
  }

  #change(turns) {
    this.#conversation.turns = turns;
    this.#conversation.save();
    this.#log.show();
    this.#asking.complain("");
    this.#parts.log.scrollTop = 0;
  }
}

// A second copy of this script, or a browser without elements of one's own, changes nothing.
if (globalThis.customElements && !customElements.get("faq-chat")) {
  customElements.define("faq-chat", FaqChat);
}

export { FaqChat, STRINGS };

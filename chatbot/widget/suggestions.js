import { el } from "./dom.js";
import { fill } from "./strings.js";

const MOST = 4;
const LEAST = 3; // letters of a word before anything is suggested
const SHARE = 0.6; // of the typed words, by their weight, that a question must hold
const PAUSE = 1_000; // milliseconds without typing until the suggestions are spoken of

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Stored questions that hold the beginnings of the typed words; the longer words count for more. */
export function matching(entries, typed) {
  const words = wordsOf(typed);
  if (typed.includes("\n") || !words.some((word) => word.length >= LEAST)) return [];
  const weight = (word) => Math.max(1, word.length - 2);
  const all = words.reduce((sum, word) => sum + weight(word), 0);
  const scored = entries.map((entry) => {
    const its = wordsOf(entry.question);
    const found = words.filter((word) => its.some((one) => one.startsWith(word)));
    return { entry, share: found.reduce((sum, word) => sum + weight(word), 0) / all };
  });
  return scored
    .filter((one) => one.share >= SHARE)
    .sort((one, other) => other.share - one.share)
    .slice(0, MOST)
    .map((one) => one.entry);
}

/** The list of stored questions over the field, and the keys that walk it. */
export class Suggestions {
  entries = [];
  #field;
  #chat;
  #active = -1;
  #shown = [];
  #timer = 0;

  constructor(field, chat) {
    this.#field = field;
    this.#chat = chat;
    this.list = el("ul", {
      id: "suggestions",
      class: "suggestions",
      part: "suggestions",
      role: "listbox",
      "aria-label": chat.strings.suggestions,
      hidden: true,
    });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "suggestions");
    field.addEventListener("input", () => this.show(matching(this.entries, field.value)));
    field.addEventListener("blur", () => this.show([]));
  }

  /** Show these entries, or nothing. */
  show(entries) {
    clearTimeout(this.#timer);
    const { strings, say } = this.#chat;
    const fresh = this.list.hidden && entries.length > 0;
    this.#shown = entries;
    this.#activate(-1);
    this.list.hidden = !entries.length;
    this.list.replaceChildren(
      ...entries.map((entry, place) =>
        el("li", {
          role: "option",
          id: `suggestion-${place}`,
          "aria-selected": "false",
          lang: this.#chat.language,
          // The press must not take the focus from the field, whose blur hides the list.
          onpointerdown: (event) => event.preventDefault(),
          onclick: () => this.#choose(place),
        }, el("span", {}, entry.question)),
      ),
    );
    if (fresh || this.#timer) {
      const one = entries.length === 1;
      this.#timer = entries.length && setTimeout(() => {
        this.#timer = 0;
        say(one ? strings.suggestedOne : fill(strings.suggested, { n: entries.length }));
      }, PAUSE);
    }
  }

  /** Handle a key of the field; true where it was meant for the list. */
  key(event) {
    if (this.list.hidden) return false;
    const { length } = this.#shown;
    if (event.key === "ArrowDown") this.#activate((this.#active + 1) % length);
    else if (event.key === "ArrowUp") this.#activate((this.#active <= 0 ? length : this.#active) - 1);
    else if (event.key === "Escape") this.show([]);
    else if (event.key === "Enter" && !event.shiftKey && this.#active >= 0) this.#choose(this.#active);
    else return false;
    return true;
  }

  #choose(place) {
    const entry = this.#shown[place];
    this.show([]);
    this.#field.value = "";
    this.#chat.choose(entry.id, entry.question);
  }

  #activate(place) {
    this.#active = place;
    [...this.list.children].forEach((one, at) =>
      one.setAttribute("aria-selected", String(at === place)));
    if (place < 0) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", `suggestion-${place}`);
  }
}

import { button, el } from "./dom.js";
import { Suggestions } from "./suggestions.js";

export const NOTICE = "automated privacy"; // the ids of what is said before the first message

/**
 * The parts of the chat by name, put together under `root`, and still empty.
 *
 * `chat` is the element with its sentences; `on` is what its buttons and its field do.
 */
export function buildPanel(chat, on) {
  const { strings, inline } = chat;
  const parts = {
    live: el("div", { class: "hidden", role: "status", "aria-live": "polite" }),
    title: chat.heading(0, { id: "title", class: "title", part: "title", tabindex: "-1" },
      chat.getAttribute("heading") ?? strings.heading),
    offers: el("div", { class: "offers" }),
    turns: el("div"),
    tools: el("p", { class: "tools", part: "tools" },
      button("link", strings.again, on.restart),
      button("link", strings.print, on.print),
      button("link", strings.save, on.save)),
    undo: el("p", { hidden: true }, strings.cleared, " ", button("link", strings.undo, on.undo)),
    launcher: inline ? null : button("launcher", chat.getAttribute("launcher") ?? strings.launcher,
      on.show, { part: "launcher", "aria-haspopup": "dialog" }),
  };
  const start = el("div", { class: "start" },
    el("p", { id: "automated" }, strings.automated), el("p", { id: "privacy" }, strings.privacy));
  parts.log = el("div", {
    class: "log", part: "log", role: "region", "aria-label": strings.conversation, tabindex: "0",
  }, start, parts.undo, !inline && parts.offers, parts.turns, parts.tools);
  parts.panel = el(inline ? "section" : "dialog", {
    class: "panel", part: "panel", "aria-labelledby": "title",
    oncancel: (event) => {
      event.preventDefault();
      on.close();
    },
  },
  el("div", { class: "head", part: "header" }, parts.title,
    !inline && button("close", strings.close, on.close, { part: "close" })),
  // In the panel the field is always in sight; in a page it stands above what there is to start from.
  parts.log, buildForm(parts, chat, on), inline && parts.offers, parts.live);
  parts.root = el("div", {
    class: `root ${inline ? "inline" : "floating"}`, lang: strings.language, dir: strings.dir,
  }, parts.launcher, parts.panel);
  // A page that has keys of its own sees no field in here, and would take what is typed for them.
  for (const name of ["keydown", "keypress", "keyup"]) {
    parts.root.addEventListener(name, (event) => event.key === "Escape" || event.stopPropagation());
  }
  return parts;
}

function buildForm(parts, chat, on) {
  const { strings } = chat;
  parts.error = el("p", { id: "error", class: "error", part: "error", hidden: true });
  parts.field = el("textarea", {
    id: "field", class: "field", part: "field", rows: "2", dir: "auto", autocomplete: "off",
    enterkeyhint: "send", "aria-describedby": NOTICE, oninput: on.input,
    onkeydown: (event) => {
      if (event.isComposing) return;
      const listed = parts.suggestions.key(event);
      const sends = !listed && event.key === "Enter" && !event.shiftKey;
      if (listed || sends) event.preventDefault();
      if (sends) on.submit();
    },
  });
  parts.suggestions = new Suggestions(parts.field, chat);
  parts.send = el("button", { class: "button send", part: "send" }, strings.send);
  parts.person = el("p", { class: "person", part: "contact" });
  return el("form", {
    class: "form", part: "form", novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      on.submit();
    },
  },
  parts.error,
  el("div", { class: "box" },
    parts.suggestions.list, el("label", { for: "field" }, strings.field), parts.field),
  el("div", { class: "row" }, parts.send, parts.person));
}

/** What there is to start from: the examples, each asked as it is, and all stored questions by topic. */
export function offersView({ examples, entries }, chat, ask) {
  const { strings, language } = chat;
  const topics = new Map();
  for (const one of entries) {
    if (one.section) topics.set(one.section, [...(topics.get(one.section) ?? []), one]);
  }
  const list = (texts) => el("ul", { class: "choices" }, texts.map(([text, onclick]) =>
    el("li", {}, button("choice", text, onclick, { lang: language, dir: "auto" }))));
  return [
    examples.length > 0 && chat.heading(1, {}, strings.examples),
    examples.length > 0 && list(examples.map((one) => [one, () => ask(one)])),
    topics.size > 1 && chat.heading(1, {}, strings.topics),
    topics.size > 1 && [...topics].map(([topic, its]) => el("details", {},
      el("summary", { lang: language }, `${topic} (${its.length})`),
      list(its.map((one) => [one.question, () => chat.choose(one.id, one.question)])))),
  ];
}

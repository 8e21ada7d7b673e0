import { el } from "./dom.js";
import { plain } from "./replies.js";

/** The whole conversation as plain text, under its title and the day. */
export function transcript(title, turns, chat) {
  const day = new Intl.DateTimeFormat(chat.strings.locale, { dateStyle: "long" }).format();
  return [`${title}\n${day}`, ...turns.map((turn) => plain(turn, chat))].join("\n\n");
}

/** Give a text to the person as a file. */
export function saveText(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Print a text alone: in a frame under `root`, since the page around the chat is not ours. */
export function printText(text, title, root) {
  const frame = el("iframe", { class: "hidden", title, "aria-hidden": "true", tabindex: "-1" });
  root.append(frame);
  const { contentDocument: page, contentWindow: view } = frame;
  const body = page.createElement("div");
  body.textContent = text;
  body.style.cssText = "font: 12pt/1.5 Arial, sans-serif; white-space: pre-wrap; overflow-wrap: anywhere";
  page.title = title;
  page.body.append(body);
  view.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  view.print();
}

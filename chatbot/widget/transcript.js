import { SMALL_TALK } from "./conversation.js";
import { el } from "./dom.js";
import { linksOf } from "./links.js";
import { labelOf, missesView, sourceOf } from "./replies.js";
import { fill } from "./strings.js";

/** What a turn says to someone who hears it: its notes, questions and answers, without the buttons. */
export function spoken(turn, chat) {
  const { strings } = chat;
  const said = turn.replies.flatMap((reply, place) => [
    turn.replies.length > 1 && fill(strings.part, { n: place + 1, all: turn.replies.length }),
    ...(reply.match
      ? [`${labelOf(turn, strings)}: ${reply.match.question}`, reply.match.answer]
      : [reply.text ?? strings.noText, ...choicesOf(reply)]),
  ]);
  return [...turn.notes.map((note) => note.text), ...said, missesView(turn, chat)?.textContent]
    .filter(Boolean)
    .map((one) => (/[.,:;?!…]$/.test(one) ? one : `${one}.`)) // or a voice would run them together
    .join(" ");
}

/** The whole conversation as plain text, under its title and the day. */
export function transcript(title, turns, chat) {
  const day = new Intl.DateTimeFormat(chat.strings.locale, { dateStyle: "long" }).format();
  return [`${title}\n${day}`, ...turns.map((turn) => plain(turn, chat))].join("\n\n");
}

function plain(turn, chat) {
  const { strings } = chat;
  const lines = [`${turn.chosen ? strings.youChose : strings.youAsked}: ${turn.asked}`];
  lines.push(...turn.notes.map((note) => note.text));
  for (const reply of turn.replies) {
    const { match } = reply;
    if (turn.replies.length > 1) lines.push(reply.question);
    if (!match) {
      lines.push(reply.text ?? strings.noText, ...choicesOf(reply).map((one) => `- ${one}`));
      if (turn.contact && reply.reason !== SMALL_TALK) lines.push(turn.contact.email);
      continue;
    }
    if (!turn.chosen) lines.push(`${strings.like}: ${match.question}`);
    lines.push(match.answer, ...linksOf(match).map((one) => `${one.text}: ${one.url}`));
    lines.push(`${sourceOf(match, chat)} ${chat.service.page(match.entry_id)}`);
  }
  return lines.join("\n");
}

const choicesOf = (reply) =>
  reply.outcome === "clarify" ? reply.alternatives.map((one) => one.question) : [];

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

import { SMALL_TALK } from "./conversation.js";
import { button, el } from "./dom.js";
import { fill } from "./strings.js";

const MISSES = 3;
const LINK = /^(https?:|mailto:)/i;

/**
 * What one message got, under the message itself.
 *
 * `chat` is the element it is shown in: its sentences, its mailbox, and what its buttons do.
 */
export function turnView(turn, chat) {
  const { strings } = chat;
  const many = turn.replies.length > 1;
  return el("article", { class: "turn" },
    askedView(turn.asked, chat, turn.chosen ? strings.youChose : strings.youAsked),
    turn.notes.map((note) => el("p", { class: "note", part: "note", dir: "auto" }, note.text)),
    turn.replies.map((reply, place) => {
      const label = fill(strings.part, { n: place + 1, all: turn.replies.length });
      return el("section", { class: `reply ${reply.outcome}`, part: "reply", "aria-label": many && label },
        many && el("p", { class: "small", dir: "auto" }, `${place + 1}. ${reply.question}`),
        reply.match ? answerView(reply, turn, chat) : openView(reply, turn, chat),
      );
    }),
    missesView(turn, chat),
  );
}

/** After three turns without an answer, that a person can help; else null. */
export function missesView(turn, chat) {
  const n = chat.misses(turn);
  if (n < MISSES || !turn.contact) return null;
  return el("p", { class: "note", part: "note" },
    withLink(fill(chat.strings.misses, { n, email: "{email}" }), turn.contact));
}

/** The message as the person wrote it. */
export function askedView(asked, chat, label) {
  return chat.heading(1, { class: "asked", part: "question" },
    el("span", { class: "label" }, label), " ", el("span", { class: "said", dir: "auto" }, asked));
}

/** What a turn says to someone who hears it: its notes, questions and answers, without the buttons. */
export function spoken(turn, chat) {
  const { strings } = chat;
  const many = turn.replies.length > 1;
  const said = turn.replies.map((reply, place) => {
    const part = many ? `${fill(strings.part, { n: place + 1, all: turn.replies.length })}. ` : "";
    const { match } = reply;
    if (match) return `${part}${labelOf(turn, strings)}: ${match.question} ${match.answer}`;
    const choices = reply.outcome === "clarify" ? reply.alternatives.map((one) => one.question) : [];
    return [part + (reply.text ?? strings.noText), ...choices].join(" ");
  });
  const misses = missesView(turn, chat)?.textContent ?? "";
  return [...turn.notes.map((note) => note.text), ...said, misses].join(" ").trim();
}

/** A turn as plain text, to be saved or printed. */
export function plain(turn, chat) {
  const { strings } = chat;
  const lines = [`${turn.chosen ? strings.youChose : strings.youAsked}: ${turn.asked}`];
  lines.push(...turn.notes.map((note) => note.text));
  for (const reply of turn.replies) {
    const { match } = reply;
    if (turn.replies.length > 1) lines.push(reply.question);
    if (!match) {
      lines.push(reply.text ?? strings.noText);
      if (turn.contact && reply.reason !== SMALL_TALK) lines.push(turn.contact.email);
      continue;
    }
    if (!turn.chosen) lines.push(`${strings.like}: ${match.question}`);
    lines.push(match.answer, ...linksOf(match).map((one) => `${one.text}: ${one.url}`));
    lines.push(`${sourceOf(match, chat)} ${chat.service.page(match.entry_id)}`);
  }
  return lines.join("\n");
}

const labelOf = (turn, strings) => (turn.chosen ? strings.stored : strings.like);
const linksOf = (match) => match.links.filter((one) => LINK.test(one.url ?? ""));

function sourceOf({ section, number, source }, { strings }) {
  const [year, month] = source.as_of.split("-").map(Number);
  const named = new Intl.DateTimeFormat(strings.locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const of = fill(strings.source, {
    document: source.document,
    month: named.format(Date.UTC(year, month - 1)),
  });
  return `${fill(section ? strings.place : strings.number, { section, number })} ${of}`;
}

function answerView(reply, turn, chat) {
  const { strings, language } = chat;
  const { match } = reply;
  const links = linksOf(match);
  return [
    chat.heading(2, { class: "matched" },
      el("span", { class: "label" }, labelOf(turn, strings)), " ",
      el("span", { dir: "auto", lang: language }, match.question)),
    el("div", { class: "words", part: "answer", lang: language },
      match.answer.split("\n\n").map((one) => el("p", { dir: "auto" }, one))),
    links.length > 0 && el("ul", { class: "links", lang: language },
      // An iframe must not open the link in itself.
      links.map((one) => el("li", {}, el("a", { href: one.url, target: "_top" }, one.text)))),
    el("p", { class: "small source", lang: language }, sourceOf(match, chat)),
    !turn.chosen && sureView(match.confidence, chat),
    reply.alternatives.length > 0 && el("details", {},
      el("summary", {}, fill(strings.others, { n: reply.alternatives.length })),
      choices(reply.alternatives, chat)),
    feedback(reply, turn, chat),
  ];
}

function sureView(confidence, { strings, measured, veryLikely }) {
  const percent = Math.min(99, Math.round(confidence * 100));
  return [
    el("p", { class: "small" }, confidence >= veryLikely ? strings.veryLikely : strings.likely),
    el("details", { class: "how-sure" },
      el("summary", {}, strings.howSure),
      el("p", { class: "small" }, fill(strings.chance, { percent }),
        measured && ` ${fill(strings.measured, {
          right: Math.round(measured.precision[0] * 100),
          questions: measured.questions.toLocaleString(strings.locale),
        })}`)),
  ];
}

function feedback(reply, turn, chat) {
  const { strings } = chat;
  const thanks = el("p", { class: "small thanks" });
  const vote = (helpful) => {
    chat.vote(turn, reply, helpful);
    show();
    chat.say(thanks.textContent);
  };
  const [yes, no] = [true, false].map((helpful) =>
    button("second", helpful ? strings.yes : strings.no, () => vote(helpful)));
  const show = () => {
    yes.setAttribute("aria-pressed", String(reply.helpful === true));
    no.setAttribute("aria-pressed", String(reply.helpful === false));
    if (reply.helpful === true) thanks.replaceChildren(strings.thanks);
    if (reply.helpful === false) {
      const mailbox = chat.contact;
      thanks.replaceChildren(...(mailbox ? withLink(strings.thanksNo, mailbox) : [strings.thanksNoMail]));
    }
  };
  show();
  const question = `${strings.helpful} ${reply.match.question}`;
  return [
    el("div", { class: "feedback", role: "group", "aria-label": question },
      el("span", { "aria-hidden": "true" }, strings.helpful), yes, no, thanks),
    el("p", { class: "copy" },
      button("link", strings.copy, (event) => chat.copy(reply.match.entry_id, event.currentTarget))),
  ];
}

/** A reply without an answer: what to choose from, or why not, and the way to a person. */
function openView(reply, turn, chat) {
  const { strings } = chat;
  const clarify = reply.outcome === "clarify";
  const near = clarify
    ? reply.alternatives
    : reply.alternatives.filter((one) => one.confidence >= chat.plausible);
  const person = turn.contact && reply.reason !== SMALL_TALK && [
    el("p", {}, el("a", { class: "button", part: "email", href: turn.contact.mailto, target: "_top" },
      fill(strings.write, turn.contact))),
    el("p", { class: "small" }, strings.written),
  ];
  const rejected = el("div", { tabindex: "-1", hidden: !reply.rejected },
    el("p", {}, strings.noneSaid), person);
  const none = button("choice", strings.none, () => {
    none.parentElement.remove();
    rejected.hidden = false;
    rejected.focus();
    chat.reject(turn, reply, rejected);
  });
  return [
    chat.heading(2, { dir: "auto" }, reply.text ?? strings.noText),
    near.length > 0 && !clarify && el("p", { class: "small" }, strings.perhaps),
    near.length > 0 && choices(near, chat, clarify && !reply.rejected && none),
    clarify ? rejected : person,
  ];
}

function choices(near, chat, last) {
  return el("ul", { class: "choices", part: "choices" },
    near.map((one) => el("li", {},
      button("choice", one.question, () => chat.choose(one.entry_id, one.question), { dir: "auto", lang: chat.language }))),
    last && el("li", {}, last));
}

/** A sentence around `{email}`, with the address as a link. */
export function withLink(sentence, { email, mailto }) {
  const [before, after] = sentence.split("{email}");
  return [before, el("a", { href: mailto, target: "_top" }, email), after];
}

import { SMALL_TALK } from "./conversation.js";
import { button, el } from "./dom.js";
import { anchor, linked, withLink } from "./links.js";
import { fill } from "./strings.js";

const MISSES = 3;

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
    turn.notes.map((note) =>
      el("p", { class: "note", part: "note", dir: "auto", lang: chat.language }, note.text)),
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

export const labelOf = (turn, strings) => (turn.chosen ? strings.stored : strings.like);

export function sourceOf({ section, number, source }, { strings }) {
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
  const { paragraphs, others } = linked(match);
  return [
    chat.heading(2, { class: "matched" },
      el("span", { class: "label" }, labelOf(turn, strings)), " ",
      el("span", { dir: "auto", lang: language }, match.question)),
    el("div", { class: "words", part: "answer", lang: language },
      paragraphs.map((one) => el("p", { dir: "auto" }, one))),
    others.length > 0 && el("ul", { class: "links", lang: language },
      others.map((one) => el("li", {}, anchor(one.url, one.text)))),
    el("p", { class: "small source", lang: language }, sourceOf(match, chat)),
    !turn.chosen && sureView(match.confidence, chat),
    reply.alternatives.length > 0 && el("details", {},
      el("summary", {}, fill(strings.others, { n: reply.alternatives.length })),
      choices(reply.alternatives, chat)),
    feedback(reply, turn, chat),
  ];
}

function sureView(confidence, { strings, faq }) {
  const { measured, very_likely: veryLikely } = faq;
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
      const mailbox = chat.faq.contact;
      thanks.replaceChildren(...(mailbox ? withLink(strings.thanksNo, mailbox) : [strings.thanksNoMail]));
    }
  };
  show();
  const { question, entry_id: id } = reply.match;
  return [
    el("div", { class: "feedback", role: "group", "aria-label": `${strings.helpful} ${question}` },
      el("span", { "aria-hidden": "true" }, strings.helpful), yes, no, thanks),
    el("p", { class: "copy" },
      button("link", strings.copy, (event) => copy(event.currentTarget, chat.service.page(id), chat))),
  ];
}

async function copy(pressed, address, chat) {
  try {
    await navigator.clipboard.writeText(address);
    pressed.textContent = chat.strings.copied;
    chat.say(chat.strings.copied);
  } catch {
    // Not allowed here: the address itself can be copied by hand.
    const link = anchor(address, address);
    pressed.replaceWith(link);
    link.focus();
  }
}

/** A reply without an answer: what to choose from, or why not, and the way to a person. */
function openView(reply, turn, chat) {
  const { strings } = chat;
  const clarify = reply.outcome === "clarify";
  const near = clarify
    ? reply.alternatives
    : reply.alternatives.filter((one) => one.confidence >= chat.faq.plausible);
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
    chat.heading(2, { dir: "auto", lang: reply.text && chat.language }, reply.text ?? strings.noText),
    near.length > 0 && !clarify && el("p", { class: "small" }, strings.perhaps),
    near.length > 0 && choices(near, chat, clarify && !reply.rejected && none),
    clarify ? rejected : person,
  ];
}

function choices(near, chat, last) {
  return el("ul", { class: "choices", part: "choices" },
    near.map(({ entry_id: id, question }) => el("li", {},
      button("choice", question, () => chat.choose(id, question), { dir: "auto", lang: chat.language }))),
    last && el("li", {}, last));
}

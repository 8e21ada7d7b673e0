import { el } from "./dom.js";

const LINK = /^(https?:|mailto:)/i;
// An address that stands in an answer as it is; the stop after it is not part of it.
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:?!)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;

/** A link that an iframe does not open in itself. */
export const anchor = (href, text) => el("a", { href, target: "_top" }, text);

/** The links of an entry that have an address to go to. */
export const linksOf = ({ links }) => links.filter((one) => LINK.test(one.url ?? ""));

/** The paragraphs of an answer with its links in their places, and those whose words are not in it. */
export function linked({ answer, links }) {
  const waiting = new Set(links);
  const paragraphs = answer.split("\n\n").map((text) => {
    const pieces = [];
    let rest = text;
    for (const link of waiting) {
      const at = placeOf(link.text, rest);
      if (at < 0) continue;
      // One whose address was lost keeps its place from the next of the same words.
      waiting.delete(link);
      pieces.push(addresses(rest.slice(0, at)),
        LINK.test(link.url ?? "") ? anchor(link.url, link.text) : link.text);
      rest = rest.slice(at + link.text.length);
    }
    return [...pieces, addresses(rest)];
  });
  return { paragraphs, others: linksOf({ links: [...waiting] }) };
}

/** A sentence around `{email}`, with the address as a link. */
export function withLink(sentence, { email, mailto }) {
  const [before, after] = sentence.split("{email}");
  return [before, anchor(mailto, email), after];
}

/** Where words stand whole in a text, as "here" does not in "there"; else -1. */
function placeOf(words, text) {
  const literal = words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return text.search(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "u"));
}

const addresses = (text) => text.split(ADDRESS).map((one, place) =>
  place % 2 ? anchor(one.startsWith("http") ? one : `mailto:${one}`, one) : one);

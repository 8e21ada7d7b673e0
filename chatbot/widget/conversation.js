import { isAnswered } from "./service.js";

const HISTORY = 4; // earlier turns sent along; the service leans on fewer
export const SMALL_TALK = "small_talk";

/**
 * What has been asked and replied in this tab, oldest first, and the text not yet sent.
 *
 * A turn is what the service replied, with `asked`, the message, and `chosen`, true where a stored
 * question was picked and not typed. It is kept in session storage under `key`, where there is one.
 */
export class Conversation {
  turns = [];
  draft = "";
  #key;

  constructor(key) {
    this.#key = key;
    try {
      const kept = JSON.parse(sessionStorage.getItem(key ?? "")) ?? {};
      if (key && Array.isArray(kept.turns)) this.turns = kept.turns.filter(isTurn);
      if (key && typeof kept.draft === "string") this.draft = kept.draft;
    } catch {
      // No storage here, or something else has written to it: the conversation begins anew.
    }
  }

  /** Keep what there is, as far as the browser lets a page keep something. */
  save() {
    if (!this.#key) return;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ turns: this.turns, draft: this.draft }));
    } catch {
      // Full or forbidden: the conversation still lives in the page.
    }
  }

  /** The turns that a follow-up may lean on, as the service takes them. */
  history() {
    return this.turns.slice(-HISTORY).map((turn) => ({
      message: turn.asked,
      entry_id: turn.replies.find((one) => one.match)?.match.entry_id ?? null,
    }));
  }

  /** How many turns in a row, up to and with `last`, brought no answer. */
  misses(last) {
    let count = 0;
    for (const turn of this.turns.slice(0, this.turns.indexOf(last) + 1).reverse()) {
      if (turn.replies.some((one) => one.match)) break;
      if (turn.replies.some(isMiss)) count += 1;
    }
    return count;
  }
}

const isTurn = (turn) => typeof turn?.asked === "string" && isAnswered(turn);

const isMiss = (reply) =>
  reply.rejected || (reply.outcome === "fallback" && reply.reason !== SMALL_TALK);

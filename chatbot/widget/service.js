const PATIENCE = 30_000; // milliseconds until a request is given up

/** Why there is no reply; `kind` names the sentence to show, `detail` what the service said. */
export class Failure extends Error {
  constructor(kind, detail = "") {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

/** The chatbot's HTTP interface at an address, which may be relative to this script's. */
export class Service {
  #base;
  #faq = null;

  constructor(base) {
    try {
      this.#base = new URL(base.endsWith("/") ? base : `${base}/`, import.meta.url).href;
    } catch {
      this.#base = base; // not an address: the first request fails, and says so
    }
  }

  /** The replies to a message; rejects with a Failure, also where the reply cannot be shown. */
  async ask(body, signal) {
    const answered = await this.#fetch("v1/ask", signal, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!isAnswered(answered)) throw new Failure("malformed");
    return answered;
  }

  /** All entries, examples and the mailbox: fetched once, and again only after a failure. */
  faq() {
    this.#faq ??= this.#fetch("v1/faq").then((faq) => {
      if (!isFaq(faq)) throw new Failure("malformed");
      return faq;
    });
    this.#faq.catch(() => (this.#faq = null));
    return this.#faq;
  }

  /** The address of an entry's own page. */
  page(entryId) {
    return new URL(`chat?entry=${encodeURIComponent(entryId)}`, this.#base).href;
  }

  async #fetch(path, signal, how = {}) {
    const control = new AbortController();
    const stop = () => control.abort();
    signal?.addEventListener("abort", stop);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, PATIENCE);
    try {
      const response = await fetch(new URL(path, this.#base), {
        ...how,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: control.signal,
      });
      const json = await response.json().catch((error) => {
        if (error instanceof SyntaxError) return undefined;
        throw error;
      });
      if (!response.ok) throw failureOf(response.status, json);
      return json;
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (signal?.aborted) throw new Failure("aborted");
      throw new Failure(late ? "late" : navigator.onLine === false ? "offline" : "unreachable");
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

function failureOf(status, problem) {
  if (status === 429) return new Failure("busy");
  const field = Array.isArray(problem?.errors) && problem.errors.find((one) => one?.field === "message");
  if (status === 422 && field) return new Failure("refused", String(field.detail));
  return new Failure("broken");
}

const isText = (value) => typeof value === "string";
const isList = (value, is) => Array.isArray(value) && value.every(is);
const isContact = (one) => one === null || (isText(one?.email) && /^mailto:/.test(one.mailto));
const isNear = (one) => isText(one?.entry_id) && isText(one.question) && Number.isFinite(one.confidence);
const isSource = (one) => isText(one?.document) && /^\d{4}-\d\d$/.test(one.as_of);
const isLink = (one) => isText(one?.text);
const isEntry = (one) =>
  ["question", "answer", "section", "number"].every((name) => isText(one?.[name])) &&
  isSource(one.source) &&
  isList(one.links, isLink);

const isReply = (one) =>
  isText(one?.question) &&
  isList(one.alternatives, isNear) &&
  (one.outcome === "answer"
    ? isEntry(one.match) && isText(one.match.entry_id) && Number.isFinite(one.match.confidence)
    : ["clarify", "fallback"].includes(one.outcome));

/** Whether a reply of the service, or one kept in the tab, has all that is shown of it. */
export const isAnswered = (one) =>
  isList(one?.replies, isReply) &&
  one.replies.length > 0 &&
  isList(one.notes, (note) => isText(note?.text)) &&
  isContact(one.contact);

const isFaq = (one) =>
  isList(one?.entries, (entry) => isEntry(entry) && isText(entry.id)) &&
  isList(one.examples, isText) &&
  isContact(one.contact);

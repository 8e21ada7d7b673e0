/**
 * Every sentence the chat says of itself, by language; words in braces are filled in.
 *
 * English is complete. A portal adds another language by setting `STRINGS.cy = {...}` before the
 * element is on the page; what it leaves out is said in English.
 */
export const STRINGS = {
  en: {
    dir: "ltr",
    locale: "en-GB",
    launcher: "Ask a question",
    heading: "Ask a question",
    close: "Close",
    automated: "This is an automated service. It looks for a stored answer and shows it word for word.",
    privacy: "Please give no names and no details of children. What you type stays in this browser tab; the service keeps none of it.",
    examples: "For example",
    topics: "Browse by topic",
    conversation: "Conversation",
    field: "Your question",
    send: "Ask",
    retry: "Try again",
    suggestions: "Stored questions",
    suggested: "{n} stored questions match. Use the arrow keys to choose one.",
    suggestedOne: "One stored question matches. Use the arrow keys to choose it.",
    youAsked: "You asked",
    youChose: "You chose",
    like: "You asked something like",
    stored: "Stored question",
    part: "Reply {n} of {all}",
    veryLikely: "Very likely the right answer.",
    likely: "Likely the right answer.",
    howSure: "How sure is this?",
    chance: "The chance that this is the right answer is put at {percent}%.",
    measured: "Of 100 answers it gives, {right} are right: measured on {questions} questions it had never seen.",
    source: "{document} of {month}.",
    place: "{section}, number {number}.",
    number: "Number {number}.",
    others: "Other close questions ({n})",
    perhaps: "Perhaps you meant",
    none: "None of these",
    noneSaid: "None of these is what you mean.",
    noText: "There is no stored answer to this.",
    write: "Email {email}",
    written: "The email is already written, with your question in it.",
    person: "Or email {email}",
    misses: "That makes {n} questions without an answer. A person can help you better: please email {email}.",
    helpful: "Did this answer your question?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you.",
    thanksNo: "Thank you. Other words may find a better answer, or email {email}.",
    thanksNoMail: "Thank you. Other words may find a better answer.",
    copy: "Copy link to this answer",
    copied: "Link copied.",
    again: "Start again",
    cleared: "The conversation has been cleared.",
    undo: "Bring it back",
    print: "Print",
    save: "Save as text",
    file: "conversation",
    looking: "Looking for the stored answer…",
    slow: "This is taking longer than usual. Still looking…",
    error: "Error",
    empty: "Type a question first.",
    long: "Your question has {n} characters; the most is {most}. Please shorten it.",
    offline: "You seem to be offline. Your question is still here: try again when you are connected.",
    unreachable: "The service cannot be reached. Your question is still here: try again in a moment.",
    late: "The service took too long. Your question is still here: try again in a moment.",
    busy: "Many people are asking at the moment. Your question is still here: try again in a minute.",
    broken: "Something went wrong with the service. Your question is still here: try again in a moment.",
    malformed: "The service sent a reply that cannot be read. Your question is still here: try again in a moment.",
    refused: "The service cannot read this question: {detail}.",
  },
};

/** The sentences of a language such as `cy-GB`, and the language they really are in. */
export function stringsOf(wanted) {
  const short = wanted.toLowerCase().split("-")[0];
  const language = Object.hasOwn(STRINGS, short) ? short : "en";
  return { ...STRINGS.en, ...STRINGS[language], language };
}

/** A sentence with its words in braces filled in. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/**
 * An HTML element with attributes, `on...` listeners and children; strings become text, never
 * markup, and what is missing (null, undefined, false) is left out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((one) => one !== undefined && one !== null && one !== false));
  return node;
}

/** A button that looks like `kind`. */
export function button(kind, text, onclick, attributes = {}) {
  return el("button", { type: "button", class: kind, onclick, ...attributes }, text);
}

// Elements from plain values. Strings become text nodes, always: nothing that an agent says is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

// Control characters and marks that turn the direction of text around are shown as a replacement character.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LONGEST = 2000;

/** Text from elsewhere, made harmless and of bounded length. */
export function plain(value) {
  const text = String(value ?? "").replace(CONTROL, "\ufffd");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} … (${text.length} characters)` : text;
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "width%") element.style.width = `${value}%`;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : plain(child))));
  return element;
}

/** An HTML element: h("p", {class: "quiet"}, "text", child). */
export function h(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag, attributes, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

/** A number for people; a dash for none. */
export function number(value, digits = 2) {
  return value === null || value === undefined ? "–" : Number(value).toFixed(digits);
}

/** A coloured word for a state or a ruling. */
export function pill(word) {
  const kinds = {
    completed: "good", approve: "good", running: "live", judging: "live", waiting: "live", live: "live",
    paused: "warn", "approve-with-conditions": "warn", cancelled: "warn", reconnecting: "warn",
    rejected: "bad", failed: "bad", reject: "bad", offline: "bad", escalate: "odd",
  };
  return h("span", { class: `pill ${kinds[word] ?? ""}` }, word);
}

// Elements from plain values. Every text goes in as text: nothing that the daemon or a user says is ever read as HTML.

/**
 * An element.
 * @param {string} tag name, with classes after dots: `button.quiet`
 * @param {object} properties `on…` for listeners, `data` and `aria` for objects of attributes, `role` and others as attributes;
 *   `null`, `undefined` and `false` are left out
 * @param {...(Node|string|number|null)} children texts and nodes; empty ones are left out
 */
export function el(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) set(element, key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const live = new Set(["value", "checked", "disabled", "hidden", "selected", "open", "indeterminate"]);

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) return element.addEventListener(key.slice(2), value);
  if (key === "aria" || key === "data") {
    for (const [name, text] of Object.entries(value)) {
      if (text !== null && text !== undefined) element.setAttribute(`${key}-${name}`, String(text));
    }
    return;
  }
  if (live.has(key)) element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/** An SVG element, with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** `3 faces`, `1 face`. Only numbers with a comma need the rules of a language, which take long to load. */
export const count = (number, one, many = `${one}s`) =>
  `${number < 1000 ? number : number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** `87 %`. */
export const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

/** A moment in the reader's own time zone. */
export const moment = (text) =>
  text ? new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }) : "never";

/** `20 kB`. */
export function bytes(number) {
  const units = ["bytes", "kB", "MB", "GB"];
  let step = 0;
  while (number >= 1000 && step < units.length - 1) [number, step] = [number / 1000, step + 1];
  return `${step ? number.toFixed(number < 10 ? 1 : 0) : number} ${units[step]}`;
}

/** Calls a function after the last of many calls. */
export function afterwards(milliseconds, work) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
}

/** Shows that something is worked on, if it takes longer than a moment. */
export async function busily(element, work) {
  const timer = setTimeout(() => element.setAttribute("aria-busy", "true"), 200);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    element.removeAttribute("aria-busy");
  }
}

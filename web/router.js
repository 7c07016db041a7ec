// The view that the address names: `#/characters/Mio` is the view `characters` of `Mio`.

import { el } from "./dom.js";
import { setKeys } from "./keys.js";
import { announce } from "./toast.js";

/** By the first word of the address: what gives a module whose `show(place, rest)` fills the view. */
let views;

let current = 0;
let leave = null;

/** The address of a view. */
export const to = (view, ...rest) => `#/${[view, ...rest].map(encodeURIComponent).join("/")}`;

/** @param all the views; without an address, `characters` is shown */
export function start(all) {
  views = all;
  addEventListener("hashchange", () => open(true));
  return open(false);
}

/** Opens the view of the address. */
async function open(movesFocus) {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const main = document.getElementById("main");
  if (location.hash === "#main") return main.focus();
  const view = name in views ? name : "characters";
  const number = ++current;
  const { show, title } = await views[view]();
  if (number !== current) return;
  leave?.();
  leave = null;
  setKeys([]);
  // An element of its own: what a view listens to on it ends with the view, even if the view could not be shown.
  const place = el("div.view");
  main.replaceChildren(place);
  for (const link of document.querySelectorAll(".top nav a")) {
    const isHere = link.hash === `#/${view}` || (view === "character" && link.hash === "#/characters");
    link.toggleAttribute("aria-current", isHere);
    if (isHere) link.setAttribute("aria-current", "page");
  }
  document.title = `${rest[0] && view === "character" ? rest[0] : title} – AniWho`;
  if (movesFocus) main.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    // A view may return a function that is called when it is left.
    const end = await show(place, ...rest);
    if (number === current) leave = typeof end === "function" ? end : null;
    else end?.();
  } catch (error) {
    announce(error.message, { isProblem: true });
  }
}

/** Shows the current view again, with what the daemon says now. */
export const reload = () => open(false);

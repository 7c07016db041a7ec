// Short messages at the bottom of the page, which screen readers speak.

import { el } from "./dom.js";

/**
 * Shows a message for some seconds; a problem stays until it is closed.
 * @param {{isProblem?: boolean, action?: {label: string, run: () => void}}} options
 */
export function announce(text, { isProblem = false, action } = {}) {
  const place = document.getElementById("toasts");
  const close = () => toast.remove();
  const toast = el(isProblem ? "div.toast.problem" : "div.toast", { role: isProblem ? "alert" : null },
    el("span", {}, text),
    action && el("button.quiet", { onclick: () => { close(); action.run(); } }, action.label),
    el("button.quiet", { aria: { label: "Close the message" }, onclick: close }, "×"));
  place.append(toast);
  while (place.children.length > 3) place.firstElementChild.remove();
  if (!isProblem) setTimeout(close, 8000);
}

/** Does work, and shows its error. Returns whether it succeeded. */
export async function attempt(work) {
  try {
    await work();
    return true;
  } catch (error) {
    announce(error.message, { isProblem: true });
    return false;
  }
}

// The keys of the page. A view adds its own; none works while something is typed.

import { el } from "./dom.js";
import { undo } from "./undo.js";

/** Keys that work in every view: what a screen shows of them, and what they do. */
const everywhere = [
  { key: "z", shown: "Z", text: "undo the last change", run: undo },
  { key: "?", shown: "?", text: "show the keys", run: showKeys },
];

let ofView = [];

/**
 * Sets the keys of a view.
 * @param {{key: string, shown: string, text: string, run?: (event: KeyboardEvent) => void}[]} keys without `run` they are only shown
 * @returns a function that removes them
 */
export function setKeys(keys) {
  ofView = keys;
  return () => { if (ofView === keys) ofView = []; };
}

/** Whether what is typed belongs to a field or a dialog. */
export const isTyping = (event) =>
  event.target.closest?.("input, textarea, select, [contenteditable], dialog") !== null;

export function start() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || event.defaultPrevented) return;
    const found = [...ofView, ...everywhere].find(({ key }) => key === event.key || key === event.key.toLowerCase());
    if (!found?.run) return;
    event.preventDefault();
    found.run(event);
  });
  document.getElementById("keys").addEventListener("click", showKeys);
  document.getElementById("undo").addEventListener("click", undo);
}

async function showKeys() {
  const { openDialog } = await import("./dialog.js");
  const rows = [...ofView, ...everywhere].map(({ shown, text }) =>
    el("div", {}, el("dt", {}, el("kbd", {}, shown)), el("dd", {}, text)));
  openDialog("Keys", el("dl.keys", {}, rows), [{ label: "Close", isPrimary: true }]);
}

// What this page has done, so that Z takes the last of it back.

import { get, post } from "./api.js";
import { announce, attempt } from "./toast.js";

const done = [];
const listeners = new Set();

/** Calls a function after each change that is taken back. Returns a function that ends this. */
export function onUndo(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Remembers a change and says that it was made.
 * @param {string} text what was done: `Named 5 faces Mio`
 * @param {() => Promise<void>} takeBack undoes it
 */
export function remember(text, takeBack) {
  done.push({ text, takeBack });
  show();
  announce(text, { action: { label: "Undo", run: undo } });
}

/** Remembers a change that the daemon put into its trash just now. */
export async function rememberTrashed(text) {
  const { changes } = await get("/v1/trash", { limit: 1 });
  const change = changes[0]?.id;
  remember(text, async () => {
    const { restored } = await post("/v1/trash/restore", { changes: [change] });
    for (const warning of restored.flatMap((one) => one.warnings)) announce(warning);
  });
}

/** Takes the last change back. */
export async function undo() {
  const last = done.pop();
  show();
  if (!last) return announce("There is nothing to undo here. The trash under Checks has older changes.");
  const isBack = await attempt(last.takeBack);
  if (!isBack) {
    done.push(last);
    return show();
  }
  announce(`Taken back: ${last.text}`);
  for (const listener of listeners) listener();
}

function show() {
  const button = document.getElementById("undo");
  button.disabled = done.length === 0;
  button.title = done.length ? `Undo (Z): ${done.at(-1).text}` : "Nothing to undo";
}

// Changes that somebody else makes while the page is open: it says so, and shows them when the user asks.

import { lastChange, stream } from "./api.js";
import { reload } from "./router.js";
import { announce } from "./toast.js";

/** A change this soon after one of this page is its own, in milliseconds. */
const own = 4000;

let after;
let ending = null;
let isTold = false;

/** Watches the changes while the page is visible: a browser has few connections for all its tabs. */
export function start() {
  document.addEventListener("visibilitychange", () => (document.hidden ? ending?.abort() : watch()));
  addEventListener("hashchange", () => { isTold = false; });
  if (!document.hidden) watch();
}

async function watch() {
  ending?.abort();
  const mine = new AbortController();
  ending = mine;
  while (!mine.signal.aborted) {
    try {
      await stream("GET", "/v1/audit/events", heard, { query: { after }, signal: mine.signal });
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    // The daemon has ended the answer: it restarts.
    await new Promise((resume) => setTimeout(resume, 1500));
  }
}

function heard({ id, action }) {
  after = id;
  const isOwn = Date.now() - lastChange() < own;
  if (isOwn || isTold || /^(session|token|setting|backup|inbox\.keep)/.test(action)) return;
  isTold = true;
  announce("Something was changed elsewhere.", { action: { label: "Show", run: () => { isTold = false; reload(); } } });
}

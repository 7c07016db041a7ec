// Changes that somebody else makes while the page is open: it says so, and shows them when the user asks.

import { events, lastChange } from "./api.js";
import { reload } from "./router.js";
import { announce } from "./toast.js";

/** A change this soon after one of this page is its own, in milliseconds. */
const own = 4000;

let after;
let source = null;
let isTold = false;

/** Watches the changes while the page is visible: a browser has few connections for all its tabs. */
export function start() {
  document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : watch()));
  addEventListener("hashchange", () => { isTold = false; });
  if (!document.hidden) watch();
}

function watch() {
  source?.close();
  const mine = events("/v1/audit/events", heard, { query: { after }, lost: () => setTimeout(() => mine === source && watch(), 1500) });
  source = mine;
}

function heard({ id, action }) {
  after = id;
  const isOwn = Date.now() - lastChange() < own;
  if (isOwn || isTold || /^(session|token|setting|backup|inbox\.keep)/.test(action)) return;
  isTold = true;
  announce("Something was changed elsewhere.", { action: { label: "Show", run: () => { isTold = false; reload(); } } });
}

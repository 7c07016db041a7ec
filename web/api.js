// Requests to the daemon. A lost session and a daemon that restarts are waited for, so that nothing typed is lost.

import { base, earlyAnswer, firstPage } from "./early.js";
import { again, token } from "./login.js";

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** The address of something that an `<img>` shows. */
export const address = (path, query = {}) => {
  const url = new URL(path.replace(/^\//, ""), base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
};

/** A path of the API with names in it, which may hold any character: path`/v1/characters/${name}`. */
export const path = (parts, ...names) =>
  parts.reduce((text, part, index) => text + encodeURIComponent(names[index - 1]) + part);

export const get = (target, query) => request("GET", target, { query });
export const remove = (target) => request("DELETE", target, {});
export const patch = (target, value) => request("PATCH", target, { value });
/** @param value what goes as JSON; without one the request has no body */
export const post = (target, value, query) => request("POST", target, { value, query });

/** Sends pictures, `File`s or `Blob`s with a name, as a form. */
export function postPictures(target, pictures, query) {
  const form = new FormData();
  for (const picture of pictures) form.append("images", picture, picture.name ?? "picture");
  return request("POST", target, { body: form, query });
}

/** The bytes of a picture that the daemon has. */
export async function fetchPicture(target, name) {
  const response = await send("GET", target, {});
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}

/**
 * The entries of a list, page after page.
 * @param name of the list in the answers
 * @param {(entries: any[]) => void} begin gets a short first page before the others are asked for; without it the pages are as long as they may be
 */
export const all = async (target, name, query = {}, begin = null) =>
  (await whole((after) => get(target, { ...query, after, limit: begin && !after ? firstPage : null }), name, begin))[name];

/**
 * The last page of a list, with the entries of all pages.
 * @param page asks for the page after a place
 * @param name of the list in the answers
 * @param begin gets the entries of the first page before the others are asked for
 */
export async function whole(page, name, begin = null) {
  const entries = [];
  for (let after; ;) {
    const answer = await page(after);
    entries.push(...answer[name]);
    if (!answer.next) return { ...answer, [name]: entries };
    if (!after) begin?.(entries);
    after = answer.next;
  }
}

/**
 * Calls `heard` with each event that the daemon sends and its number. The browser connects again after a loss, and asks for what it has missed.
 * @param lost called where it does not: the daemon refuses, because it starts or the session has ended
 * @returns {EventSource} to close, also when the last event has come
 */
export function events(target, heard, { query, lost }) {
  const source = new EventSource(address(target, query));
  source.onmessage = ({ data, lastEventId }) => heard(JSON.parse(data), Number(lastEventId));
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) lost(); };
  return source;
}

async function request(method, target, options) {
  const response = await send(method, target, options);
  return response.json();
}

async function send(method, target, options) {
  for (;;) {
    const response = await once(method, target, options);
    if (response.ok) return response;
    const error = await failure(response);
    if (error.status === 401) await again(error.message);
    else if (["not_ready", "overloaded", "rate_limited"].includes(error.code) && method === "GET") await pause(response);
    else throw error;
  }
}

/** Requests that are no GET and still change nothing. */
const computes = /^\/v1\/(classify|inbox\/groups|review|calibration\/trial)$|\/(review|split\/proposal)$/;

let changed = 0;

/** The largest revision of the registry that an answer named: where several daemons serve one registry, all show this page its own changes. */
let revision = 0;

/** When this page last sent something that may change the registry, as `Date.now()` has it. */
export const lastChange = () => changed;

/** One attempt. What only reads is tried until the daemon is there; a change is never sent twice. */
async function once(method, target, { value, body, query, signal }) {
  const headers = {};
  if (method !== "GET") {
    headers["X-AniWho-Token"] = token();
    if (!computes.test(target)) changed = Date.now();
  }
  if (value !== undefined) headers["Content-Type"] = "application/json";
  if (revision > 0) headers["AniWho-Least-Revision"] = String(revision);
  for (let tries = 0; ; tries++) {
    try {
      const url = address(target, query);
      const early = method === "GET" ? earlyAnswer(url) : null;
      const response = await (early ?? fetch(url, {
        method, headers, signal, credentials: "same-origin", body: value === undefined ? body : JSON.stringify(value),
      }));
      showLost(false);
      revision = Math.max(revision, Number(response.headers.get("AniWho-Revision")));
      return response;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      showLost(true);
      if (method !== "GET") {
        throw new ApiError(0, "unreachable", "The daemon could not be reached. Look whether the change was made, then try again.");
      }
      await new Promise((resume) => setTimeout(resume, Math.min(4000, 500 * 2 ** tries)));
    }
  }
}

async function failure(response) {
  try {
    const { error } = await response.json();
    return new ApiError(response.status, error.code, error.message);
  } catch {
    return new ApiError(response.status, "internal", `The daemon answered with status ${response.status}.`);
  }
}

const pause = (response) =>
  new Promise((resume) => setTimeout(resume, 1000 * (Number(response.headers.get("Retry-After")) || 1)));

function showLost(isLost) {
  const banner = document.getElementById("connection");
  if (banner.hidden === !isLost) return;
  banner.textContent = "The daemon cannot be reached. This page waits for it and goes on by itself.";
  banner.hidden = !isLost;
}

// A daemon that comes back is noticed even if nothing is asked meanwhile.
setInterval(() => {
  if (!document.getElementById("connection").hidden) {
    fetch(address("healthz"), { credentials: "same-origin" }).then(() => showLost(false), () => {});
  }
}, 2000);

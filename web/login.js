// The session: the one-time link, the token that changes need, and the dialog that asks for a new link in the middle of work.

import { el } from "./dom.js";
import { base } from "./early.js";

const key = `aniwho-token ${base.pathname}`;

/** The token that every change needs beside the cookie. Other origins cannot read it, not even those of another port. */
export const token = () => localStorage.getItem(key) ?? "";

/** Uses the link in the address up, if there is one, and takes it out of the address and the history. */
export async function useLinkOfAddress() {
  const secret = secretIn(location.hash);
  if (!secret) return;
  history.replaceState(null, "", location.pathname + location.search + "#/characters");
  await use(secret).catch((error) => again(error.message));
}

const secretIn = (text) => /link=([\w-]+)/.exec(text)?.[1];

async function use(secret) {
  const response = await fetch(new URL("v1/sessions", base), {
    method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ link: secret }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  localStorage.setItem(key, answer.token);
}

let waiting = null;

/** Waits until the user has logged in again. All requests wait for one dialog; what is on the page stays. */
export function again(reason) {
  waiting ??= ask(reason).finally(() => { waiting = null; });
  return waiting;
}

/** Forgets the token. */
export const forget = () => localStorage.removeItem(key);

function ask(reason) {
  return new Promise((resolve) => {
    const field = el("input", { id: "link", type: "text", autocomplete: "off", spellcheck: "false", required: true });
    const problem = el("p.problem", { role: "alert" });
    const form = el("form", { method: "dialog" },
      el("h2", { id: "login-title" }, "Log in"),
      el("p", {}, "This page needs a session. On the daemon's machine, run"),
      el("pre", {}, "aniwho web"),
      el("p", {}, "and open the link that it prints, or paste it here. What you have typed on this page stays."),
      el("label", { for: "link" }, "Link"), field, problem,
      el("details", {}, el("summary", {}, "Why?"), el("p", {}, reason)),
      el("div.buttons", {}, el("button.primary", {}, "Log in")));
    const dialog = el("dialog.login", { aria: { labelledby: "login-title" } }, form);
    const done = () => { dialog.close(); dialog.remove(); removeEventListener("storage", looked); resolve(); };
    // Another tab may log in meanwhile.
    const looked = (event) => { if (event.key === key && event.newValue) done(); };
    addEventListener("storage", looked);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const secret = secretIn(field.value) ?? field.value.trim();
      try {
        await use(secret);
        done();
      } catch (error) {
        problem.textContent = error.message;
        field.select();
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

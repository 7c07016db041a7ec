// The page's start: logs in, shows who is logged in, and opens the view of the address.

import { get, remove } from "./api.js";
import { el, moment } from "./dom.js";
import * as characters from "./characters.js";
import * as keys from "./keys.js";
import { forget, useLinkOfAddress } from "./login.js";
import * as router from "./router.js";
import { attempt } from "./toast.js";

/** The first view comes with the page, the others when they are opened. */
const views = {
  characters: () => characters,
  character: () => import("./character.js"),
  try: () => import("./try.js"),
  inbox: () => import("./inbox.js"),
  checks: () => import("./checks.js"),
};

await useLinkOfAddress();
keys.start();
const session = get("/v1/sessions/current");
session.then(({ session: { role } }) => { document.body.dataset.role = role; });
document.getElementById("account").addEventListener("click", showAccount);
await router.start(views);
(await import("./changes-feed.js")).start();

async function showAccount() {
  const { openDialog } = await import("./dialog.js");
  const { session, user, version } = await get("/v1/sessions/current");
  const content = el("dl.facts", {},
    row("User", user ?? `number ${session.uid}`),
    row("May", session.role === "operator" ? "look and change" : "look only"),
    row("Logged in", moment(session.created_at)), row("Until", moment(session.expires_at)), row("AniWho", version));
  const answer = await openDialog("Account", content, [
    { label: "Close", isPrimary: true }, { label: "Log out", value: "out" },
  ]);
  if (answer !== "out") return;
  await attempt(async () => {
    await remove("/v1/sessions/current");
    forget();
    location.reload();
  });
}

const row = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

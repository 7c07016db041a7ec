// Changes: who changed what, and what can be taken back.

import { get, post, remove } from "./api.js";
import { confirm } from "./dialog.js";
import { bytes, count, el, moment } from "./dom.js";
import { announce, attempt } from "./toast.js";

export async function show(place) {
  const trash = el("div");
  const log = el("tbody");
  const older = el("button", { onclick: () => attempt(more) }, "Older changes");
  place.append(el("h2", {}, "What can be taken back"), trash, el("h2", {}, "Log of changes"), el("div.scroll", {}, el("table", {},
    el("thead", {}, el("tr", {}, ["Time", "Who", "What", "Of", "Particulars"].map((text) => el("th", {}, text)))), log)), older);
  let next;

  async function more() {
    const page = await get("/v1/audit", { limit: 100, after: next });
    log.append(...page.changes.map((change) => el("tr", {},
      el("td", {}, moment(change.at)), el("td", {}, change.who), el("td", {}, change.action), el("td", {}, change.subject),
      el("td.detail", {}, particulars(change.detail)))));
    next = page.next;
    older.hidden = !next;
  }

  async function drawTrash() {
    const { changes, size } = await get("/v1/trash", { limit: 100 });
    if (!changes.length) return trash.replaceChildren(el("p", {}, "The trash is empty."));
    trash.replaceChildren(
      el("p.detail", {}, `${count(size.changes, "change")} with ${count(size.pictures, "picture")}, ${bytes(size.bytes)}`),
      el("ul.rows", {}, changes.map((change) => el("li.row.panel", {}, el("span", {}, what(change)),
        el("span.detail", {}, `${moment(change.at)}, ${change.who}${change.expires_at ? `, until ${moment(change.expires_at)}` : ", kept"}`),
        el("button.changes", { onclick: () => takeBack(change) }, "Take back")))),
      el("button.danger.changes", { onclick: empty }, "Empty the trash"));
  }

  const takeBack = (change) => attempt(async () => {
    const { restored } = await post("/v1/trash/restore", { changes: [change.id] });
    announce(`Taken back: ${what(change)}`);
    for (const warning of restored.flatMap((one) => one.warnings)) announce(warning);
    await drawTrash();
  });

  async function empty() {
    if (!(await confirm("Empty the trash?", "These changes cannot be taken back afterwards. Ignored faces stay.", "Empty it", { isDanger: true }))) return;
    await attempt(() => remove("/v1/trash").then(drawTrash));
  }

  await Promise.all([drawTrash(), more()]);
}

/** What a change of the trash did, in words. */
export function what(change) {
  const faces = count(change.pictures + change.moved, "face");
  return {
    "image.remove": `Removed ${faces}${change.character ? ` of ${change.character}` : ""}`,
    "image.move": `Moved ${faces} to ${change.into}`,
    "character.remove": `Removed ${change.character} with ${faces}`,
    "character.merge": `Merged ${change.character} into ${change.into}`,
    "character.split": `Split ${change.into} off ${change.character}`,
    "inbox.discard": `Discarded ${count(change.pictures, "face")} of the inbox`,
    "inbox.ignore": `Ignored ${count(change.pictures, "face")} for good`,
    "inbox.name": `Named ${count(change.pictures, "face")} ${change.into}`,
  }[change.kind] ?? change.kind;
}

const particulars = (detail) =>
  Object.entries(detail ?? {}).map(([name, value]) => `${name} ${typeof value === "string" ? value.slice(0, 40) : JSON.stringify(value)}`).join(", ");

// Heads: the ways to answer from embeddings, compared on what is enrolled.

import { all, path, post } from "./api.js";
import { confirm } from "./dialog.js";
import { busily, count, el, percent } from "./dom.js";
import { result } from "./job-events.js";
import { progressBar } from "./progress.js";
import { attempt } from "./toast.js";

export async function show(place) {
  const rows = el("tbody");
  const status = el("p", { role: "status" });
  const bar = progressBar("Comparing heads");
  const button = el("button", { onclick: compare }, "Compare on the enrolled faces");
  place.append(el("div.bar", {}, el("h2", {}, "Heads"), button), bar, status, el("div.scroll", {}, el("table", {},
    el("thead", {}, el("tr", {}, ["Head", "What it does", "Accuracy", "Gain", ""].map((text) => el("th", {}, text)))), rows)));

  let heads = [];
  let compared = new Map();
  async function load() {
    heads = await all("/v1/heads", "heads");
    draw();
  }
  function draw() {
    rows.replaceChildren(...heads.map((head) => {
      const one = compared.get(head.name);
      return el("tr", {}, el("th", { scope: "row" }, head.name, head.active && el("span.chip", {}, "in use")), el("td", {}, head.summary),
        el("td", {}, one?.accuracy ? percent(one.accuracy.mean, 1) : one?.refusal ?? ""),
        el("td", {}, one?.gain ? `${one.gain.mean >= 0 ? "+" : "−"}${percent(Math.abs(one.gain.mean), 1)}` : ""),
        el("td", {}, !head.active && el("button.changes", { onclick: () => use(head.name) }, "Use…")));
    }));
  }
  async function compare() {
    button.disabled = true;
    await attempt(async () => {
      const comparison = await result(post("/v1/heads/comparison"), (event) => {
        if (event.event === "progress") bar.show(event.done, event.total);
      });
      compared = new Map(comparison.heads.map((head) => [head.name, head]));
      status.textContent = `${count(comparison.asked, "face")} of ${count(comparison.characters, "character")} asked. Suggestion: ${comparison.suggestion}.`;
      draw();
    });
    bar.hide();
    button.disabled = false;
  }
  async function use(name) {
    await attempt(async () => {
      const would = await busily(place, () => post(path`/v1/heads/${name}/use`, undefined, { dry_run: true }));
      const totals = would.answers?.totals;
      const words = totals ? `${totals.changed} of ${totals.asked} answers about enrolled faces change: ${totals.before.right} are right now, ${totals.after.right} would be.`
        : "The daemon cannot tell which answers change.";
      if (!(await confirm(`Answer with ${name}?`, words, `Use ${name}`))) return;
      await busily(place, () => post(path`/v1/heads/${name}/use`));
      await load();
    });
  }
  await load();
}

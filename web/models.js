// Models: the one that answers, what would change with another one, and the swap, which can be rolled back.

import { all, path, post } from "./api.js";
import { confirm } from "./dialog.js";
import { bytes, el, moment } from "./dom.js";
import { to } from "./router.js";
import { announce, attempt } from "./toast.js";

export async function show(place) {
  const list = el("div.rows");
  place.append(el("div.bar", {}, el("h2", {}, "Models"), el("button.changes", { onclick: rollBack }, "Roll back to the former model")), list);
  const models = await all("/v1/models", "models");
  list.append(...models.map((model) => el("article.panel", { aria: { label: model.name } },
    el("h3", {}, model.name, model.active && el("span.chip", {}, "answers")),
    el("p.detail", {}, [model.architecture, `${model.dimensions} dimensions`, bytes(model.bytes), `imported ${moment(model.added_at)}`,
      model.identity.slice(0, 12)].join(" · ")),
    !model.active && el("div.buttons.changes", {},
      el("button", { onclick: () => attempt(() => begin(model.name, { dry_run: true })) }, "What would change?"),
      el("button", { onclick: () => use(model.name) }, "Use it")))));
}

/** Starts a job, and shows it: it reports how far it is and which answers change. */
async function begin(name, query) {
  const job = await post(path`/v1/models/${name}/use`, undefined, query);
  location.hash = to("checks", "jobs", job.id);
}

async function use(name) {
  const text = "The daemon embeds all faces with it, and answers with the model in use until that is done. You can roll it back.";
  if (!(await confirm(`Use ${name}?`, text, "Use it"))) return;
  try {
    await begin(name, {});
  } catch (error) {
    if (error.code !== "packs_would_rest") return announce(error.message, { isProblem: true });
    if (await confirm(`Use ${name} without cast packs?`, error.message, "Use it all the same", { isDanger: true })) {
      await attempt(() => begin(name, { without_packs: true }));
    }
  }
}

async function rollBack() {
  if (!(await confirm("Roll back?", "The former model answers again, with the head and the calibration that it had.", "Roll back"))) return;
  await attempt(async () => {
    const job = await post("/v1/models/rollback");
    location.hash = to("checks", "jobs", job.id);
  });
}

// One job: its state, how far it is, the curves of a training, and the answers that a model would change.

import { address, post } from "./api.js";
import { afterwards, count, el, moment } from "./dom.js";
import { lineChart } from "./line-chart.js";
import { progressBar } from "./progress.js";
import { attempt } from "./toast.js";

/** The most changed answers that are listed. */
const most = 60;

/** The button that cancels a job; hidden once the job has ended. */
export const cancelButton = (job) => el("button.danger.changes", {
  hidden: !["queued", "running"].includes(job.state), onclick: () => attempt(() => post(`/v1/jobs/${job.id}/cancel`)),
}, "Cancel");

/** @returns {{element: Element, add: (event: object) => void, fail: (text: string) => void}} */
export function jobView(job) {
  const state = el("p", { role: "status" }, `${job.state}, begun ${moment(job.started_at ?? job.created_at)}`);
  const bar = progressBar(`Job ${job.id}`);
  const charts = el("div.charts");
  const answers = el("div");
  const packs = el("p.problem");
  const changed = el("ul.changed");
  const element = el("div", {}, state, bar, job.warnings.map((text) => el("p.problem", {}, text)), charts, answers, packs, changed);
  const curves = new Map();
  let run = null;

  const draw = afterwards(150, () => charts.replaceChildren(...[...curves].filter(([, points]) => points.length > 1)
    .map(([name, points]) => lineChart({ title: name, x: "epoch", y: name, lines: [{ name, points }] }))));

  /** Every number of an epoch's event becomes a curve: loss, accuracy, whatever the training reports. */
  function plot(event) {
    const place = event.epoch ?? event.step ?? event.episode;
    // Each run of a comparison has curves of its own.
    if (event.run !== run) curves.clear();
    run = event.run;
    for (const [name, value] of Object.entries(event)) {
      const number = typeof value === "number" ? value : value?.mean;
      if (typeof number !== "number" || !/loss|accuracy|precision|recall/.test(name)) continue;
      if (!curves.has(name)) curves.set(name, []);
      curves.get(name).push([place, number]);
    }
    draw();
  }

  function add(event) {
    if (event.event === "end") {
      state.textContent = event.error ? `${event.state}: ${event.error}` : event.state;
      bar.hide();
    } else if (event.event === "change") {
      if (changed.children.length < most) changed.append(change(event));
    } else if (event.event === "answers") {
      answers.replaceChildren(el("p", {}, `${count(event.changed, "answer changes", "answers change")} of ${event.asked}: `
        + `${event.before.right} are right now, ${event.after.right} would be; ${event.before.unknown} are unknown now, ${event.after.unknown} would be.`));
    } else if (event.event === "progress" && typeof event.total === "number") {
      bar.show(event.done, event.total, event.step);
    } else if (event.event === "packs") {
      const lost = event.unnamed.length ? `; named no more: ${event.unnamed.join(", ")}` : "";
      packs.textContent = `${count(event.vectors, "vector")} of the cast packs ${event.packs.join(", ")} at rest${lost}.`;
    } else if (event.event === "progress" && typeof event.all === "number") {
      bar.show(event.done, event.all, event.seconds_left ? `· ${Math.ceil(event.seconds_left)} s left` : "");
    } else if (event.epoch !== undefined) {
      if (typeof event.epochs === "number") bar.show(event.epoch, event.epochs, event.run ? `epochs of run ${event.number} of ${event.runs}, ${event.run}` : "epochs");
      plot(event);
    }
  }
  return { element, add, fail: (text) => { state.textContent = text; } };
}

const change = (event) => el("li", {},
  el("img", { src: address(`/v1/images/${event.image}/thumbnail`, { size: 96 }), alt: `image ${event.image}`, loading: "lazy" }),
  el("span", {}, `${event.character}: `, event.before ?? "unknown", " → ", el("strong", {}, event.after ?? "unknown")));

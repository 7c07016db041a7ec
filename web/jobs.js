// Jobs: a list, and one job with its events as they come.

import { all as entries, get } from "./api.js";
import { follow } from "./job-events.js";
import { el, moment } from "./dom.js";
import { cancelButton, jobView } from "./job.js";
import { to } from "./router.js";

export async function show(place, id) {
  return id ? one(place, id) : all(place);
}

async function all(place) {
  place.append(el("h2", {}, "Jobs"));
  const jobs = await entries("/v1/jobs", "jobs");
  if (!jobs.length) return place.append(el("p", {}, "There are no jobs. Trainings, comparisons, changes of the model, backups and other long works are jobs."));
  place.append(el("div.rows", {}, jobs.map((job) => jobRow(job, `${job.id} · ${job.kind} ${job.name}`))));
}

/** A job in a list, with a link to it. */
export const jobRow = (job, text) => el("a.panel.row", { href: to("checks", "jobs", job.id) },
  el("strong", {}, text), el(`span.chip.${job.state}`, {}, job.state),
  el("span.detail", {}, moment(job.ended_at ?? job.started_at ?? job.created_at)), job.error && el("span.problem", {}, job.error));

async function one(place, id) {
  const job = await get(`/v1/jobs/${Number(id)}`);
  const view = jobView(job);
  const cancel = cancelButton(job);
  place.append(el("p", {}, el("a", { href: to("checks", "jobs") }, "All jobs"),
    job.kind === "compare" && [" · ", el("a", { href: to("checks", "comparisons", job.id) }, "Its report")]),
    el("div.bar", {}, el("h2", {}, `Job ${job.id}: ${job.kind} ${job.name}`), cancel), view.element);
  return follow(job, (event) => {
    view.add(event);
    if (event.event === "end") cancel.hidden = true;
  });
}

// Storage: what the daemon holds and runs with, and how to back it up.

import { all as entries, get } from "./api.js";
import { bytes, count, el } from "./dom.js";
import { jobRow } from "./jobs.js";

/** The latest backups that are listed. */
const most = 10;

export async function show(place) {
  const [status, jobs] = await Promise.all([get("/v1/status"), entries("/v1/jobs", "jobs")]);
  const backups = jobs.filter((job) => job.kind === "back-up").sort((one, other) => other.id - one.id);
  const hours = status.uptime_seconds / 3600;
  place.append(el("h2", {}, "The daemon"), el("dl.facts", {},
    row("Version", status.version), row("Running", hours < 48 ? `${hours.toFixed(1)} hours` : `${Math.round(hours / 24)} days`),
    row("Model", status.model?.name ?? "none yet"), row("Head", status.head),
    row("Holds", [count(status.characters, "character"), count(status.images - status.pack_images, "face"),
      ...status.pack_images ? [`${count(status.pack_images, "vector")} of cast packs`] : [], count(status.classifiers, "classifier")].join(", ")),
    row("Trash", `${count(status.trash.pictures, "picture")}, ${bytes(status.trash.bytes)}`),
    row("Memory", bytes(status.resident_bytes)), row("Data", status.data_directory)),
  el("h2", {}, "Backups"),
  el("p", {}, "A backup is a file that the daemon writes. Only users of its machine may name one, so begin it there:"),
  el("pre.panel", {}, "aniwho backup create FILE\naniwho backup verify FILE"),
  el("div.rows", {}, backups.slice(0, most).map((job) =>
    jobRow(job, job.result ? `${job.result.file}, ${bytes(job.result.bytes)}` : `backup ${job.id}`))));
}

const row = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

// One comparison: how far it is, and its report, which is a document of its own in a frame without rights.

import { address, get } from "./api.js";
import { afterwards, el, moment } from "./dom.js";
import { cancelButton } from "./job.js";
import { follow } from "./job-events.js";
import { progressBar } from "./progress.js";
import { to } from "./router.js";

export async function one(place, id) {
  const job = await get(`/v1/jobs/${Number(id)}`);
  const path = `/v1/jobs/${job.id}/report`;
  const state = el("p", { role: "status" }, `${job.state}, begun ${moment(job.started_at ?? job.created_at)}`);
  const bar = progressBar(`Comparison ${job.id}`);
  const report = el("div");
  const newer = el("p", { role: "status", hidden: true }, "Another run has ended since. ", el("button", { onclick: showReport }, "Show the new report"));
  const cancel = cancelButton(job);
  place.append(el("p", {}, el("a", { href: to("checks", "comparisons") }, "All comparisons"), " · ",
    el("a", { href: to("checks", "jobs", job.id) }, `Job ${job.id} with the curves of its runs`)),
  el("div.bar", {}, el("h2", {}, `Comparison ${job.id}`), cancel), state, bar,
  ...job.warnings.map((text) => el("p.detail", {}, text)), newer, report);

  /** The frame is new each time: the report is read again. */
  function showReport() {
    newer.hidden = true;
    report.replaceChildren(
      el("p", {}, el("a", { href: address(path), target: "_blank", rel: "noopener" }, "Open the report alone"), el("span.detail", {}, ", to print or to save it")),
      el("iframe.report", { src: address(path), sandbox: "allow-scripts", title: `Report of comparison ${job.id}` }));
  }
  /** Whoever reads a report goes on reading it. */
  const written = afterwards(300, () => {
    if (report.childElementCount) newer.hidden = false;
    else showReport();
  });

  return follow(job, (event) => {
    if (event.event === "end") {
      state.textContent = event.error ? `${event.state}: ${event.error}` : event.state;
      bar.hide();
      cancel.hidden = true;
    } else if (event.event === "run") {
      bar.show(event.number, event.runs, "runs");
      written();
    } else if (event.event === "prototypes") {
      bar.show(event.done, event.pictures, "pictures for prototypes");
    } else if (event.number !== undefined) {
      const epoch = event.epoch === undefined ? "" : `, epoch ${event.epoch}`;
      bar.show(event.number - 1, event.runs, `runs; now ${event.run}${epoch}`);
    }
  });
}

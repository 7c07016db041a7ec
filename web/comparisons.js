// Comparisons of networks: those that the daemon has made and makes, and a new one on the enrolled faces.

import { all as entries, post } from "./api.js";
import { count, el, moment } from "./dom.js";
import { one } from "./comparison.js";
import { to } from "./router.js";
import { attempt } from "./toast.js";

/** The networks to choose from. Those that a model comes with start from it. */
const networks = [
  { name: "mobilenetv2", label: "MobileNetV2", isTrained: true },
  { name: "resnet12", label: "ResNet-12", isTrained: true },
  { name: "efficientnet_b0", label: "EfficientNet-B0" },
  { name: "inception_v3", label: "InceptionV3" },
  { name: "inception_resnet_v2", label: "Inception-ResNet-v2" },
  { name: "efficientnet_b7", label: "EfficientNet-B7" },
];

/** What of a network trains. */
const trainings = [
  { name: "none", label: "Only a new last layer", detail: "minutes for each network" },
  { name: "all", label: "The whole network", detail: "a hundred times as long" },
];

const dropouts = ["0.2", "0.5"];

export async function show(place, id) {
  return id ? one(place, id) : all(place);
}

async function all(place) {
  const jobs = (await entries("/v1/jobs", "jobs")).filter((job) => job.kind === "compare").reverse();
  place.append(el("h2", {}, "Comparisons"),
    el("p", {}, "Which network, with which settings, names your characters best? A comparison trains each as a classifier, measures it on faces "
      + "that it has not seen, beside the prototypes that answer now, and writes a report. It changes nothing else."),
    jobs.length ? el("div.rows", {}, jobs.map(row)) : el("p.detail", {}, "There are no comparisons yet."), beginning());
}

const row = (job) => el("a.panel.row", { href: to("checks", "comparisons", job.id) },
  el("strong", {}, `${job.id} · ${namesIn(job).join(", ") || "the paper’s networks"}`), el("span.detail", {}, howFar(job)),
  el(`span.chip.${job.state}`, {}, job.state), el("span.detail", {}, moment(job.ended_at ?? job.started_at ?? job.created_at)),
  job.error && el("span.problem", {}, job.error));

/** The networks that a job names. */
function namesIn(job) {
  const place = job.arguments.findIndex((one) => one === "--models" || one.startsWith("--models="));
  if (place < 0) return [];
  const value = job.arguments[place] === "--models" ? job.arguments[place + 1] ?? "" : job.arguments[place].slice("--models=".length);
  return value.split(",").map((one) => one.split("=")[0]);
}

/** `2 of 6 runs`, by the last event. */
function howFar({ progress }) {
  if (!progress) return "";
  if (progress.event === "finish") return `${progress.finished} of ${count(progress.finished + progress.failed, "run")}`;
  if (progress.runs === undefined) return "";
  const done = progress.number === undefined ? progress.finished : progress.number - (progress.event === "run" ? 0 : 1);
  return `${done} of ${count(progress.runs, "run")}`;
}

/** A few plain choices for a comparison on the enrolled faces. */
function beginning() {
  const epochs = el("input", { id: "epochs", type: "number", min: "1", max: "1000", value: "20", required: true, onchange: told, oninput: told });
  const status = el("p.detail", { role: "status" });
  const begin = el("button.primary", { type: "submit" }, "Begin");
  const choices = (name, list, chosen, words) => el("fieldset", {}, el("legend", {}, words), list.map((one) =>
    el("label.group", {}, el("input", { type: "checkbox", name, value: one.name, checked: chosen.includes(one.name), onchange: told }),
      el("span", {}, one.label, el("span.detail", {}, ` ${one.detail ?? from(one)}`)))));
  const form = el("form.panel.changes", { onsubmit: submit, aria: { label: "A new comparison" } },
    el("h3", {}, "Compare on the enrolled faces"), choices("network", networks, ["mobilenetv2"], "Networks"),
    choices("training", trainings, ["none"], "What trains"), el("label", { for: "epochs" }, "Epochs at most"), epochs, status,
    el("div.buttons", {}, begin));
  const chosen = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((one) => one.value);
  function told() {
    const runs = chosen("network").length * chosen("training").length * dropouts.length;
    begin.disabled = runs === 0;
    status.textContent = runs ? `${count(runs, "run")}: each with dropouts of ${dropouts.join(" and ")}, in batches of 32. The daemon runs them one after the other, `
      + "with low priority, and goes on after a restart. Characters with fewer than six faces are left out. aniwho jobs start compare takes all settings."
      : "Choose a network, and what trains.";
  }
  async function submit(event) {
    event.preventDefault();
    begin.disabled = true;
    await attempt(async () => {
      const models = chosen("network").map((name) => (networks.find((one) => one.name === name).isTrained ? `${name}=${name}` : name));
      const job = await post("/v1/jobs", { kind: "compare", from_registry: true, arguments: [
        "--models", models.join(","), "--fine-tune", chosen("training").join(","), "--dropout", dropouts.join(","), "--batch", "32",
        "--epochs", epochs.value, "--shots", "1,5"] });
      location.hash = to("checks", "comparisons", job.id);
    });
    told();
  }
  told();
  return form;
}

const from = (network) => (network.isTrained ? "starts from the model that comes with AniWho"
  : "starts from random weights: of use only if the whole network trains");

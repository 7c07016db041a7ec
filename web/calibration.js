// The calibration: its error rates, the trade-off as a curve, and a slider that says what it would change before it changes it.

import { get, post, remove } from "./api.js";
import { afterwards, busily, count, el, percent } from "./dom.js";
import { result } from "./job-events.js";
import { lineChart } from "./line-chart.js";
import { attempt } from "./toast.js";
import { remember } from "./undo.js";

export async function show(place) {
  place.append(el("h2", {}, "Calibration"));
  const body = el("div");
  place.append(body);
  await draw(body);
}

async function draw(body) {
  const status = await get("/v1/calibration");
  if (!status.calibration) return body.replaceChildren(withoutOne(body));
  const report = status.calibration;
  const chart = el("div");
  body.replaceChildren(
    el("p", {}, `Fitted on ${count(report.pictures, "face")} of ${count(report.characters, "character")}. `
      + `A name needs a probability of ${percent(report.threshold)}. The probabilities are off by ${percent(report.calibration_error.mean, 1)} on average.`),
    el("dl.figures", {},
      figure("named rightly", report.named_rightly), figure("called unknown, though enrolled", report.false_rejects),
      figure("strangers who got a name", report.false_accepts)),
    chart, tradeOff(report, chart, () => draw(body)),
    el("p.changes", {}, el("button.quiet", { onclick: () => attempt(() => remove("/v1/calibration").then(() => draw(body))) },
      "Use the model's own values"), el("span.detail", {}, ` calibration ${status.identity}`)));
  drawCurve(chart, report, report.allowed_false_accepts);
}

function withoutOne(body) {
  return el("div", {}, el("p", {}, "Answers use the model's own values. The daemon calibrates by itself once two characters have two faces each."),
    el("button.primary.changes", { onclick: () => attempt(() => busily(body, () => result(post("/v1/calibration"))).then(() => draw(body))) }, "Calibrate now"));
}

const figure = (name, estimate) => el("div.panel", {}, el("dt", {}, name), el("dd", {}, percent(estimate.mean, 1),
  el("span.detail", {}, ` ${percent(estimate.low, 1)} to ${percent(estimate.high, 1)}`)));

function drawCurve(chart, report, at) {
  chart.replaceChildren(lineChart({
    title: "The probability that a name needs, by the share of strangers that may get one", x: "strangers who may get a name, in %",
    y: "threshold", isPercent: true, at: 100 * at,
    lines: [{ name: "threshold", points: report.rule.curve.filter((one) => one.false_accepts <= 0.5).map((one) => [100 * one.false_accepts, one.threshold]) }],
  }));
}

/** The slider: moved, it asks the daemon what would change on the enrolled faces; nothing changes before the button is pressed. */
function tradeOff(report, chart, redraw) {
  const before = report.allowed_false_accepts;
  const words = el("p", { role: "status" });
  const use = el("button.primary", { disabled: true, onclick: apply }, "Use this");
  const slider = el("input", { id: "rate", type: "range", min: "0", max: "30", step: "0.5", value: String(100 * before), oninput: moved });
  let asked = 0;
  const rate = () => Number(slider.value) / 100;
  const ask = afterwards(300, async () => {
    const number = ++asked;
    await attempt(async () => {
      const would = await busily(words, () => post("/v1/calibration/trial", undefined, { false_accept: rate() }));
      if (number !== asked) return;
      words.textContent = change(report, would);
      use.disabled = false;
    });
  });
  function moved() {
    use.disabled = true;
    words.textContent = "…";
    drawCurve(chart, report, rate());
    slider.setAttribute("aria-valuetext", percent(rate(), 1));
    ask();
  }
  async function apply() {
    await attempt(async () => {
      await busily(words, () => result(post("/v1/calibration", undefined, { false_accept: rate() })));
      remember(`Allowed ${percent(rate(), 1)} of strangers a name`, () => result(post("/v1/calibration", undefined, { false_accept: before })));
      await redraw();
    });
  }
  return el("div.panel.changes", {}, el("label", { for: "rate" }, "How many strangers may get a name, rather than an enrolled face none?"),
    slider, el("div.ends", {}, el("span", {}, "fewer wrong names"), el("span", {}, "fewer unknown")), words, use);
}

function change(now, would) {
  const part = (name, one, other) => `${percent(other.mean, 1)} ${name} (now ${percent(one.mean, 1)})`;
  const faces = Math.round(would.pictures * (now.false_rejects.mean - would.false_rejects.mean));
  const told = faces === 0 ? "As many enrolled faces stay unknown."
    : faces > 0 ? `${count(faces, "enrolled face")} more would get a name.` : `${count(-faces, "enrolled face")} more would be unknown.`;
  return `A name would need ${percent(would.threshold)}: ${part("of strangers get a name", now.false_accepts, would.false_accepts)}, `
    + `${part("of enrolled faces are unknown", now.false_rejects, would.false_rejects)}. ${told}`;
}

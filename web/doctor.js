// The check of the whole registry: every face asked as if it were not enrolled, and what to expect with more characters.

import { post } from "./api.js";
import { busily, count, el, percent } from "./dom.js";
import { lineChart } from "./line-chart.js";
import { to } from "./router.js";
import { attempt } from "./toast.js";

export async function show(place) {
  const button = el("button.primary", { onclick: check }, "Check again");
  const result = el("div");
  place.append(el("div.bar", {}, el("h2", {}, "Doctor"), button),
    el("p.detail", {}, "Asks about every enrolled face as if it were not enrolled, and says what would help."), result);

  async function check() {
    button.disabled = true;
    await attempt(async () => {
      const review = await busily(place, () => post("/v1/review"));
      result.replaceChildren(summary(review), forecast(review), attention(review.attention));
    });
    button.disabled = false;
  }
  await check();
}

function summary(review) {
  const right = review.accuracy
    ? `${percent(review.accuracy.mean, 1)} are nearest to their own character (between ${percent(review.accuracy.low, 1)} and ${percent(review.accuracy.high, 1)}).`
    : "Too few faces to ask about: a character needs two.";
  const unknown = review.unknown ? ` ${percent(review.unknown.mean, 1)} would be unknown.` : "";
  return el("p", {}, `${count(review.characters, "character")}, ${count(review.images, "face")}. Of ${count(review.asked, "face")} asked, `, el("strong", {}, right), unknown);
}

function forecast({ forecasts }) {
  if (!forecasts.length) return "";
  const line = (name, points, isDashed) => ({ name, isDashed, points: points.map((one) => [one.characters, one.accuracy.mean]) });
  const known = forecasts.filter((one) => !one.extrapolated);
  const beyond = forecasts.filter((one) => one.extrapolated);
  const lines = [line("measured", known)];
  if (beyond.length) lines.push(line("extrapolated", [...known.slice(-1), ...beyond], true));
  return lineChart({
    title: "Expected accuracy with more characters like these", x: "characters", y: "accuracy", isPercent: true,
    isLogarithmic: true, lines, bands: forecasts.map((one) => [one.characters, one.accuracy.low, one.accuracy.high]),
  });
}

function attention(list) {
  if (!list.length) return el("p", {}, "No character needs attention.");
  return el("div", {}, el("h3", {}, "These need attention"), el("ul.attention", {}, list.map((one) => el("li.panel", {},
    el("a", { href: to("character", one.character) }, one.character),
    el("span.detail", {}, one.wrong ? ` ${one.wrong} of ${one.asked} faces look more like somebody else` : ""),
    one.advice.map((text) => el("p", {}, text))))));
}

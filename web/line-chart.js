// A line chart in SVG, with a table of its values for screen readers.

import { el, svg } from "./dom.js";

const [width, height] = [640, 240];
const margin = { left: 52, right: 16, top: 12, bottom: 34 };

/**
 * @param {{title: string, x: string, y: string, isPercent?: boolean, isLogarithmic?: boolean,
 *   lines: {name: string, points: [number, number][], isDashed?: boolean}[], bands?: [number, number, number][], at?: number}} chart
 *   `bands` are low and high values at a place, `at` marks a place on the x axis
 */
export function lineChart({ title, x, y, isPercent = false, isLogarithmic = false, lines, bands = [], at }) {
  const all = lines.flatMap((line) => line.points);
  const toX = scale(all.map(([value]) => value), margin.left, width - margin.right, isLogarithmic);
  const values = [...all.map(([, value]) => value), ...bands.flatMap(([, low, high]) => [low, high])];
  const toY = scale(isPercent ? [...values, 1] : values, height - margin.bottom, margin.top);
  const text = (value) => (isPercent ? `${Math.round(100 * value)} %` : short(value));
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": title });
  for (const value of ticks(toY.low, toY.high)) {
    drawing.append(svg("line", { x1: margin.left, x2: width - margin.right, y1: toY(value), y2: toY(value), class: "grid" }),
      svg("text", { x: margin.left - 6, y: toY(value) + 4, "text-anchor": "end" }, text(value)));
  }
  const places = isLogarithmic ? [...new Set(all.map(([value]) => value))] : ticks(toX.low, toX.high);
  for (const value of places) {
    drawing.append(svg("text", { x: toX(value), y: height - margin.bottom + 18, "text-anchor": "middle" }, short(value)));
  }
  drawing.append(svg("text", { x: (margin.left + width) / 2, y: height - 2, "text-anchor": "middle", class: "axis" }, x));
  for (const [place, low, high] of bands) {
    drawing.append(svg("line", { x1: toX(place), x2: toX(place), y1: toY(low), y2: toY(high), class: "band" }));
  }
  if (at !== undefined) drawing.append(svg("line", { x1: toX(at), x2: toX(at), y1: margin.top, y2: height - margin.bottom, class: "at" }));
  lines.forEach((line, index) => {
    const points = line.points.map(([one, other]) => `${toX(one).toFixed(1)},${toY(other).toFixed(1)}`).join(" ");
    drawing.append(svg("polyline", { points, class: `line line-${index}${line.isDashed ? " dashed" : ""}` }));
    for (const [one, other] of line.points.length > 40 ? [] : line.points) {
      drawing.append(svg("circle", { cx: toX(one), cy: toY(other), r: 3, class: `dot line-${index}` },
        svg("title", {}, `${line.name}: ${short(one)}, ${text(other)}`)));
    }
  });
  const legend = lines.length > 1 && el("p.legend", {}, lines.map((line, index) => el(`span.line-${index}`, {}, line.name)));
  return el("figure", {}, el("figcaption", {}, title), legend, drawing, table(lines, x, y, text));
}

function table(lines, x, y, text) {
  const rows = lines.flatMap((line) => line.points.map(([one, other]) =>
    el("tr", {}, el("td", {}, line.name), el("td", {}, short(one)), el("td", {}, text(other)))));
  return el("details.values", {}, el("summary", {}, "Values"),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Line"), el("th", {}, x), el("th", {}, y))), el("tbody", {}, rows)));
}

function scale(values, from, to, isLogarithmic = false) {
  const measure = isLogarithmic ? Math.log : (value) => value;
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (low === high) [low, high] = isLogarithmic ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  const map = (value) => from + ((measure(value) - measure(low)) / (measure(high) - measure(low))) * (to - from);
  return Object.assign(map, { low, high });
}

/** Round values between two others, about five. */
function ticks(low, high) {
  const rough = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) found.push(value);
  return found;
}

const short = (value) => Number(value.toPrecision(3)).toLocaleString("en");

// Fills a list with many elements, without a long pause: what is seen first comes at once, the rest while the page has nothing else to do.
// Long lists are groups of whole rows, and the browser lays out only the groups in sight.

import { el } from "./dom.js";

/** What the first frame shows; longer lists have groups. */
const first = 30;
/** How long the page works on the rest at a time, in milliseconds. */
const portion = 6;
/** The rows of a group. */
const rows = 8;

const later = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 1));
const runs = new WeakMap();

/**
 * Replaces the children of an element.
 * @param {Element} list a grid
 * @param {any[]} items
 * @param {(item: any, index: number) => Node} make
 */
export function fill(list, items, make) {
  runs.get(list)?.widths.disconnect();
  const run = { widths: new ResizeObserver(() => regroup(list)) };
  runs.set(list, run);
  list.classList.toggle("grouped", items.length > first);
  const start = items.slice(0, first).map(make);
  if (items.length <= first) return list.replaceChildren(...start);
  list.replaceChildren(group(start));
  let done = first;
  later(function more() {
    if (runs.get(list) !== run) return;
    const made = [];
    for (const end = performance.now() + portion; done < items.length && performance.now() < end; done++) made.push(make(items[done], done));
    add(list, made, columns(list));
    if (done < items.length) later(more);
    else run.widths.observe(list);
  });
}

const group = (elements) => el("div.group", { role: "presentation" }, elements);

/** How many elements a row has. */
const columns = (list) => getComputedStyle(list.firstElementChild).gridTemplateColumns.split(" ").length;

/** Adds elements to the last group until it has its rows, and the rest as further groups. */
function add(list, elements, across) {
  const size = across * rows;
  const filled = list.lastElementChild.children.length;
  // The first group may have more rows, which are to be whole.
  const room = filled < size ? size - filled : (across - filled % across) % across;
  list.lastElementChild.append(...elements.slice(0, room));
  for (let start = room; start < elements.length; start += size) list.append(group(elements.slice(start, start + size)));
}

/** Makes the groups again when rows have got longer or shorter. */
function regroup(list) {
  const across = columns(list);
  if (list.firstElementChild.children.length % across === 0) return;
  const elements = [...list.children].flatMap((one) => [...one.children]);
  list.replaceChildren(group([]));
  add(list, elements, across);
}

// Fills a list with many elements, without a long pause: what is seen first comes at once, the rest between two frames.

/** What the first frame shows. */
const first = 120;
/** What each later frame adds. */
const step = 400;

const runs = new WeakMap();

/**
 * Replaces the children of an element.
 * @param {Element} list
 * @param {any[]} items
 * @param {(item: any, index: number) => Node} make
 */
export function fill(list, items, make) {
  const run = {};
  runs.set(list, run);
  list.replaceChildren(...items.slice(0, first).map(make));
  let done = first;
  const more = () => {
    if (runs.get(list) !== run || done >= items.length) return;
    list.append(...items.slice(done, done + step).map((item, index) => make(item, done + index)));
    done += step;
    requestAnimationFrame(more);
  };
  if (items.length > first) requestAnimationFrame(more);
}

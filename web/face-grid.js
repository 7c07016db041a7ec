// A grid of faces that the keyboard and the pointer select from: a list box with several selections.

import { el } from "./dom.js";
import { fill } from "./filling.js";
import { showOnHover, zoom } from "./preview.js";

/**
 * A grid.
 * @param {string} label what a screen reader calls it
 * @param {(selected: any[]) => void} changed is called when the selection changes
 * @returns the element, with `setFaces`, `selected` and `select`
 *
 * A face is `{id, thumbnail, original, label, marks?, box?}`: addresses of a small and of the whole picture, or null for none, and texts.
 */
export function faceGrid(label, changed = () => {}) {
  const grid = el("ul.faces", { role: "listbox", tabindex: "-1", aria: { label, multiselectable: true } });
  let faces = [];
  /** Their elements, as far as they are made. */
  let options = [];
  let current = 0;
  let anchor = 0;
  const chosen = new Set();

  const columns = () => {
    if (options.length < 2) return 1;
    let number = 1;
    while (number < options.length && options[number].offsetTop === options[0].offsetTop) number++;
    return number;
  };

  function mark(index, isChosen) {
    if (isChosen) chosen.add(faces[index].id);
    else chosen.delete(faces[index].id);
    options[index]?.setAttribute("aria-selected", String(isChosen));
  }
  function move(index, { extends: isExtending = false } = {}) {
    const target = Math.max(0, Math.min(faces.length - 1, index));
    options[current]?.setAttribute("tabindex", "-1");
    current = target;
    const option = options[target];
    option?.setAttribute("tabindex", "0");
    option?.focus({ preventScroll: true });
    option?.scrollIntoView({ block: "nearest" });
    if (!isExtending) { anchor = target; return; }
    const [from, to] = [Math.min(anchor, target), Math.max(anchor, target)];
    faces.forEach((_, place) => mark(place, place >= from && place <= to));
    changed(grid.selected);
  }
  function toggle(index) {
    mark(index, !chosen.has(faces[index].id));
    anchor = index;
    changed(grid.selected);
  }

  grid.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
    if (event.key in steps && !event.ctrlKey && !event.metaKey) {
      const target = current + steps[event.key];
      // At its edge the grid leaves the key to the view, which may move to the next one.
      if (target < 0 || target >= faces.length) return;
      event.preventDefault();
      move(target, { extends: event.shiftKey });
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      move(event.key === "Home" ? 0 : faces.length - 1, { extends: event.shiftKey });
    } else if (event.key === " ") {
      event.preventDefault();
      toggle(current);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const isAll = chosen.size === faces.length;
      faces.forEach((_, index) => mark(index, !isAll));
      changed(grid.selected);
    } else if (event.key === "Escape" && chosen.size) {
      event.preventDefault();
      grid.select([]);
    } else if (event.key === "v") {
      event.preventDefault();
      zoom(faces[current]);
    }
  });
  grid.addEventListener("click", (event) => {
    const index = indexOf(event.target);
    if (index < 0) return;
    if (event.shiftKey) return move(index, { extends: true });
    move(index);
    toggle(index);
  });
  grid.addEventListener("dblclick", (event) => {
    const index = indexOf(event.target);
    if (index >= 0) zoom(faces[index]);
  });
  showOnHover(grid, (target) => faces[indexOf(target)]);
  const indexOf = (target) => options.indexOf(target.closest("li"));

  /** Shows other faces; the selection of those that stay is kept. */
  grid.setFaces = (all) => {
    faces = all;
    const ids = new Set(all.map((face) => face.id));
    for (const id of [...chosen]) if (!ids.has(id)) chosen.delete(id);
    current = Math.max(0, Math.min(current, all.length - 1));
    options = [];
    fill(grid, all, (face, index) => (options[index] = option(face, chosen.has(face.id), index === current)));
    changed(grid.selected);
  };
  /** Selects the faces of some numbers, and no others. */
  grid.select = (ids) => {
    const wanted = new Set(ids);
    faces.forEach((face, index) => mark(index, wanted.has(face.id)));
    changed(grid.selected);
  };
  grid.focusFirst = () => move(current);
  grid.hasFocus = () => grid.contains(document.activeElement);
  Object.defineProperty(grid, "selected", { get: () => faces.filter((face) => chosen.has(face.id)) });
  Object.defineProperty(grid, "currentFace", { get: () => faces[current] });
  return grid;
}

function option(face, isSelected, isCurrent) {
  return el("li", {
    role: "option", tabindex: isCurrent ? "0" : "-1", aria: { selected: isSelected, label: face.label }, data: { id: face.id },
  },
  face.thumbnail
    ? el("img", { src: face.thumbnail, alt: "", loading: "lazy", decoding: "async", width: 128, height: 128 })
    : el("span.letter", { title: face.label, aria: { hidden: true } }, "◇"),
  (face.marks ?? []).map((mark) => el(`span.mark.${mark.kind}`, { title: mark.text }, mark.short)));
}

// The whole picture of a face: while the pointer rests on it, or in a dialog.

import { el } from "./dom.js";
import { openDialog } from "./dialog.js";

/** How long the pointer rests before the picture comes, in milliseconds. */
const rest = 350;

/** Shows the whole picture beside the face that the pointer rests on. */
export function showOnHover(place, faceOf) {
  let timer;
  let shown;
  const hide = () => { clearTimeout(timer); shown?.remove(); shown = null; };
  place.addEventListener("pointerover", (event) => {
    hide();
    const item = event.target.closest("li");
    if (!item || event.pointerType !== "mouse") return;
    timer = setTimeout(() => {
      const face = faceOf(item);
      if (!face || !item.isConnected) return;
      shown = el("div.preview", { aria: { hidden: true } }, picture(face));
      document.body.append(shown);
      put(shown, item.getBoundingClientRect());
    }, rest);
  });
  place.addEventListener("pointerleave", hide);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", hide);
  addEventListener("hashchange", hide);
}

/** Shows the whole picture in a dialog. */
export function zoom(face) {
  return openDialog(face.label, el("div.zoom", {}, picture(face)), [{ label: "Close", isPrimary: true }]);
}

/** A picture with the box of the face on it, if it has one. */
export function picture(face) {
  if (!face.original) return el("p.detail", {}, face.label);
  const image = el("img", { src: face.original, alt: face.label });
  const frame = el("div.framed", {}, image);
  if (face.box) image.addEventListener("load", () => frame.append(boxOn(image, face.box)));
  return frame;
}

/**
 * The element that marks a box on a picture.
 * @param {HTMLImageElement} image that has loaded
 * @param {number[]} box left, top, width, height in pixels of the picture
 */
export function boxOn(image, [left, top, width, height]) {
  const element = el("span.box");
  element.style.left = `${(100 * left) / image.naturalWidth}%`;
  element.style.top = `${(100 * top) / image.naturalHeight}%`;
  element.style.width = `${(100 * width) / image.naturalWidth}%`;
  element.style.height = `${(100 * height) / image.naturalHeight}%`;
  return element;
}

function put(element, beside) {
  const width = Math.min(420, innerWidth * 0.4);
  const isRight = beside.right + width + 16 < innerWidth;
  element.style.width = `${width}px`;
  element.style.left = `${isRight ? beside.right + 8 : Math.max(8, beside.left - width - 8)}px`;
  element.style.top = `${Math.max(8, Math.min(beside.top, innerHeight - width - 16))}px`;
}

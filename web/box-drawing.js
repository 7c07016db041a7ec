// Drawing a box on a picture: with the pointer, or with the keys B, arrows and Enter.

import { el } from "./dom.js";

/** Boxes with a shorter side than this are slips of the hand, in pixels of the screen. */
const smallest = 12;

/**
 * Lets the user draw boxes.
 * @param {HTMLElement} frame holds the picture and nothing wider
 * @param {HTMLImageElement} image
 * @param {(box: number[]) => void} drawn gets left, top, width and height in pixels of the picture
 */
export function drawBoxes(frame, image, drawn) {
  let start = null;
  const rubber = el("span.box.rubber", { hidden: true });
  const button = el("button.quiet.draw", { aria: { label: `Draw a box on ${image.alt} with the arrow keys` } }, "Draw a box");
  frame.append(rubber, button);

  const within = (event) => {
    const area = image.getBoundingClientRect();
    return {
      x: Math.max(0, Math.min(area.width, event.clientX - area.left)),
      y: Math.max(0, Math.min(area.height, event.clientY - area.top)),
    };
  };
  const show = ({ left, top, width, height }) => {
    rubber.hidden = false;
    Object.assign(rubber.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  };
  const finish = ({ left, top, width, height }) => {
    rubber.hidden = true;
    if (width < smallest || height < smallest) return;
    const scale = image.naturalWidth / image.clientWidth;
    const box = [left, top, width, height].map((side) => Math.round(side * scale));
    box[2] = Math.min(box[2], image.naturalWidth - box[0]);
    box[3] = Math.min(box[3], image.naturalHeight - box[1]);
    drawn(box);
  };
  const between = (one, other) => ({
    left: Math.min(one.x, other.x), top: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y),
  });

  image.draggable = false;
  image.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !image.naturalWidth) return;
    start = within(event);
    image.setPointerCapture(event.pointerId);
  });
  image.addEventListener("pointermove", (event) => { if (start) show(between(start, within(event))); });
  image.addEventListener("pointerup", (event) => {
    if (!start) return;
    finish(between(start, within(event)));
    start = null;
  });
  image.addEventListener("pointercancel", () => { start = null; rubber.hidden = true; });

  button.addEventListener("click", () => drawByKeys(image, rubber, show, finish));
}

/** Arrows move the box, arrows with Shift change its size, Enter takes it, Escape leaves. */
function drawByKeys(image, rubber, show, finish) {
  const [width, height] = [image.clientWidth, image.clientHeight];
  const area = { left: width / 4, top: height / 4, width: width / 2, height: height / 2 };
  const step = Math.max(4, Math.round(width / 40));
  show(area);
  const end = () => { removeEventListener("keydown", press, true); rubber.hidden = true; };
  const press = (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move && !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") { end(); return finish(area); }
    if (event.key === "Escape") return end();
    const [x, y] = move.map((one) => one * step);
    if (event.shiftKey) {
      area.width = Math.max(smallest, Math.min(width - area.left, area.width + x));
      area.height = Math.max(smallest, Math.min(height - area.top, area.height + y));
    } else {
      area.left = Math.max(0, Math.min(width - area.width, area.left + x));
      area.top = Math.max(0, Math.min(height - area.height, area.top + y));
    }
    show(area);
  };
  addEventListener("keydown", press, true);
}

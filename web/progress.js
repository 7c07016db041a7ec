// An honest bar for what lasts.

import { el } from "./dom.js";

/** A bar that is hidden until there is progress. It has `show(done, total)` and `hide()`. */
export function progressBar(label) {
  const bar = el("progress", { aria: { label } });
  const text = el("span.detail");
  const element = el("div.progress", { hidden: true }, bar, text);
  element.show = (done, total, words = "") => {
    element.hidden = false;
    bar.max = Math.max(1, total);
    bar.value = done;
    text.textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${words}`;
  };
  element.hide = () => { element.hidden = true; };
  return element;
}

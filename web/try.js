// Try: pictures that are dropped, pasted or chosen, with who is in them. Nothing is kept unless the user says so.

import { allCharacters } from "./characters.js";
import { el } from "./dom.js";
import { acceptPictures, chooseButton } from "./pictures.js";
import { tried } from "./tried.js";

export const title = "Try";

/** Pictures that are asked about at a time. */
const atOnce = 2;

/** What was tried stays while other views are open, until the page is loaded again. */
const cards = [];

export async function show(main) {
  let names = [];
  const list = el("div.tries", { aria: { live: "polite" } });
  const place = el("div.drop", {},
    el("p", {}, el("strong", {}, "Drop pictures here"), ", paste one, or"), chooseButton("Choose pictures", take),
    el("p.detail", {}, "Whole pictures too: draw a box around a face that is missed. Nothing is kept unless you say so."));
  const clear = el("button.quiet", { onclick: () => { cards.length = 0; draw(); } }, "Clear");
  main.append(el("div.bar", {}, el("h1", {}, title), clear), place, list);

  function draw() {
    list.replaceChildren(...cards);
    clear.hidden = cards.length === 0;
  }

  async function take(files) {
    const waiting = files.map((file) => tried(file, () => names));
    cards.unshift(...waiting.map(({ element }) => element));
    draw();
    const next = async () => {
      const one = waiting.shift();
      if (!one) return;
      await one.ask();
      await next();
    };
    await Promise.all(Array.from({ length: atOnce }, next));
  }

  draw();
  const stop = acceptPictures(main, take);
  allCharacters().then((all) => { names = all.map((one) => one.name); });
  return stop;
}

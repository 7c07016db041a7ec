// The inbox: unknown faces in piles, the largest first. One pile is current; keys name it, reject its suggestion, or put it away.

import { post, whole } from "./api.js";
import { allCharacters } from "./characters.js";
import { busily, count, el } from "./dom.js";
import { setKeys } from "./keys.js";
import { acceptPictures, chooseButton } from "./pictures.js";
import { keepPictures, showIgnored } from "./inbox-deeds.js";
import { pile } from "./pile.js";
import { onUndo } from "./undo.js";
import { attempt } from "./toast.js";

export const title = "Inbox";

/** How many piles are asked about at once; the others when they become current. */
const looked = 24;

export async function show(main) {
  const status = el("p.summary", { role: "status" });
  const list = el("div.piles");
  const take = (files) => attempt(() => keepPictures(files).then(load));
  main.append(el("div.bar", {}, el("h1", {}, title), el("span.changes", {}, chooseButton("Add pictures", take)),
    el("button.quiet", { onclick: () => showIgnored(load) }, "Ignored faces")), status, list);

  let piles = [];
  let current = 0;
  let names = [];

  async function load() {
    const [{ groups, threshold }, everybody] = await busily(main, () =>
      Promise.all([whole((after) => post("/v1/inbox/groups", undefined, { after }), "groups"), allCharacters()]));
    names = everybody.map((one) => one.name);
    const hadFocus = list.contains(document.activeElement) || document.activeElement === document.body;
    piles.forEach((one) => one.leave());
    piles = groups.map((group) => pile(group, { threshold, names: () => names, changed: load, focused: (one) => choose(piles.indexOf(one), false) }));
    list.replaceChildren(...piles.map((one) => one.element));
    const faces = groups.reduce((sum, group) => sum + group.pictures.length, 0);
    status.textContent = faces === 0
      ? "The inbox is empty. Faces that aniwho watch and classify --keep do not know come here."
      : `${count(faces, "face")} in ${count(piles.length, "pile")}. Press ? for the keys.`;
    choose(Math.min(current, piles.length - 1), hadFocus);
    lookAt(piles.slice(0, looked));
  }

  /** Asks who may be in the first piles, one after the other, so that the daemon has time for others. */
  async function lookAt(some) {
    for (const one of some) await one.look();
  }

  function choose(index, movesFocus = true) {
    if (index < 0 || index >= piles.length) return;
    if (piles[current]) piles[current].setCurrent(false);
    current = index;
    piles[index].setCurrent(true);
    if (movesFocus) piles[index].focus();
  }

  const here = (work) => () => piles[current] && work(piles[current]);
  const numbers = Array.from({ length: 9 }, (_, index) => ({
    key: String(index + 1), shown: index === 0 ? "1 – 9" : "", text: "name it after a candidate",
    run: here((one) => one.nameAfter(index)),
  }));
  const keys = [
    { key: "ArrowDown", shown: "← ↑ ↓ →", text: "move between faces and piles", run: () => choose(current + 1) },
    { key: "ArrowRight", shown: "", text: "", run: () => choose(current + 1) },
    { key: "ArrowUp", shown: "", text: "", run: () => choose(current - 1) },
    { key: "ArrowLeft", shown: "", text: "", run: () => choose(current - 1) },
    { key: "j", shown: "J, K", text: "next and previous pile", run: () => choose(current + 1) },
    { key: "k", shown: "", text: "", run: () => choose(current - 1) },
    { key: " ", shown: "Space", text: "select a face" },
    ...numbers,
    { key: "n", shown: "N or a letter", text: "type a name", run: here((one) => one.type("")) },
    { key: "Enter", shown: "Enter", text: "name the pile, or the selected faces", run: here((one) => one.name()) },
    { key: "r", shown: "R", text: "not this one: reject the suggestion", run: here((one) => one.reject()) },
    { key: "i", shown: "I", text: "ignore for good", run: here((one) => one.ignore()) },
    { key: "x", shown: "X", text: "not a face: discard", run: here((one) => one.discard()) },
    { key: "v", shown: "V", text: "show the whole picture" },
  ];
  const taken = new Set([...keys.map(({ key }) => key), "z", "?", "v"]);
  // Any other letter begins a name.
  const letter = (event) => {
    if (!list.isConnected) return removeEventListener("keydown", letter);
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key.length !== 1 || !/\p{L}/u.test(event.key) || taken.has(event.key.toLowerCase())) return;
    event.preventDefault();
    piles[current]?.type(event.key);
  };
  addEventListener("keydown", letter);
  const stops = [setKeys(keys), onUndo(load), acceptPictures(main, take), () => removeEventListener("keydown", letter),
    () => piles.forEach((one) => one.leave())];
  await load();
  return () => stops.forEach((stop) => stop());
}

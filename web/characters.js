// Characters: a grid of everybody, with search, tags and an order. Pictures that are dropped on it are enrolled.

import { address, all as entries, path, post } from "./api.js";
import { afterwards, count, el } from "./dom.js";
import { acceptPictures } from "./pictures.js";
import { onUndo } from "./undo.js";
import { to } from "./router.js";
import { attempt } from "./toast.js";
import { setKeys } from "./keys.js";
import { fill } from "./filling.js";

export const title = "Characters";

/** What the user looks for, kept while another view is open. */
const wanted = { text: "", tag: null, order: "name" };

/** Made when it is first needed: the rules of a language take long to load. */
let collator;
/** Compares names. Much faster than `localeCompare`, which finds out the language each time. */
const inOrder = (one, other) => (collator ??= new Intl.Collator()).compare(one, other);

const orders = {
  name: { label: "by name", compare: (one, other) => inOrder(one.name, other.name) },
  most: { label: "most faces first", compare: (one, other) => other.images - one.images },
  few: { label: "fewest faces first", compare: (one, other) => one.images - other.images },
  recent: { label: "changed last first", compare: (one, other) => inOrder(other.updated_at, one.updated_at) },
};

/** All characters. @param begin as `all` has it */
export const allCharacters = (begin) => entries("/v1/characters", "characters", {}, begin);

export async function show(main) {
  const grid = el("ul.cards", { aria: { label: "Characters" } });
  const summary = el("p.summary", { role: "status" });
  const tags = el("div.chips", { role: "group", aria: { label: "Tags" } });
  const search = el("input", {
    type: "search", placeholder: "Search (/)", value: wanted.text, aria: { label: "Search by name, tag or note" },
    oninput: afterwards(80, () => { wanted.text = search.value; draw(); }),
  });
  const order = el("select", {
    aria: { label: "Order" }, onchange: () => { wanted.order = order.value; draw(); },
  }, Object.entries(orders).map(([key, { label }]) => el("option", { value: key, selected: key === wanted.order }, label)));
  main.append(
    el("div.bar", {}, el("h1", {}, title), search, order,
      el("button.primary.changes", { onclick: create }, "New character")),
    tags, summary, grid);

  let all = [];
  async function load() {
    // The first ones are shown at once if nothing else decides who comes first.
    const isPlain = !all.length && !wanted.text && !wanted.tag && wanted.order === "name";
    all = await allCharacters(isPlain ? (first) => fill(grid, first, card) : null);
    drawTags();
    draw();
  }

  function drawTags() {
    const numbers = new Map();
    for (const tag of all.flatMap((one) => one.tags)) numbers.set(tag, (numbers.get(tag) ?? 0) + 1);
    if (!numbers.has(wanted.tag)) wanted.tag = null;
    const chips = [...numbers].sort((one, other) => other[1] - one[1]).map(([tag, number]) =>
      el("button.chip", {
        aria: { pressed: tag === wanted.tag },
        onclick: () => { wanted.tag = wanted.tag === tag ? null : tag; drawTags(); draw(); },
      }, tag, el("span.number", {}, number)));
    tags.replaceChildren(...chips);
  }

  function draw() {
    const text = wanted.text.trim().toLowerCase();
    const found = all.filter((one) =>
      (!wanted.tag || one.tags.includes(wanted.tag)) &&
      (!text || [one.name, one.note, ...one.tags].some((part) => part.toLowerCase().includes(text))));
    found.sort(orders[wanted.order].compare);
    fill(grid, found, card);
    const faces = found.reduce((sum, one) => sum + one.images, 0);
    summary.textContent = all.length === 0
      ? "Nobody is enrolled yet. Drop pictures of a character here, or choose some."
      : `${count(found.length, "character")}, ${count(faces, "face")}`;
  }

  async function create() {
    const name = el("input", { id: "new-name", required: true, autocomplete: "off" });
    const { openDialog } = await import("./dialog.js");
    const answer = await openDialog("New character", el("div", {}, el("label", { for: "new-name" }, "Name"), name), [
      { label: "Create", isPrimary: true, value: () => name.value.trim() }, { label: "Cancel" },
    ]);
    if (!answer) return;
    await attempt(async () => {
      const made = await post("/v1/characters", { name: answer });
      location.hash = to("character", made.name);
    });
  }

  const stopDrops = acceptPictures(main, async (files) => {
    const { enrollDropped } = await import("./enroll.js");
    await enrollDropped(files, all, load);
  });
  const stopKeys = setKeys([
    { key: "/", shown: "/", text: "search", run: () => search.focus() },
    { key: "n", shown: "N", text: "new character", run: create },
  ]);
  const stopUndo = onUndo(load);
  await load();
  return () => [stopDrops, stopKeys, stopUndo].forEach((stop) => stop());
}

function card(character) {
  return el("li", {}, el("a.card", { href: to("character", character.name) },
    // When the character gets another first image, at least one part of the version changes.
    character.images > character.pack_images
      ? el("img", {
        src: address(path`/v1/characters/${character.name}/thumbnail`, { size: 192, version: `${character.updated_at}-${character.images}` }),
        alt: "", loading: "lazy",
        width: 192, height: 192, decoding: "async",
      })
      : el("span.letter", { aria: { hidden: true } }, [...character.name][0]),
    el("span.name", {}, character.name),
    el("span.detail", {}, count(character.images, "face"), packMark(character), character.tags.length ? ` · ${character.tags.join(", ")}` : "")));
}

/** What marks a character that cast packs know: vectors without pictures. */
export function packMark(character) {
  if (!character.pack_images) return "";
  const resting = character.resting_images;
  return ` · ◇ ${character.pack_images} of cast packs${resting ? `, ${resting} at rest` : ""}`;
}

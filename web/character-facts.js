// A character's name, tags and note, which are changed in place.

import { path, post } from "./api.js";
import { packMark } from "./characters.js";
import { count, el, moment } from "./dom.js";
import { attempt } from "./toast.js";
import { remember } from "./undo.js";

/**
 * @param {{character: object, prototype: object|null}} detail
 * @param {() => Promise<void>} reload shows the character again
 */
export function facts({ character, prototype }, reload) {
  const looks = prototype?.appearances?.length ?? 0;
  return el("section.facts-of", { aria: { label: `About ${character.name}` } },
    el("h1", {}, character.name),
    el("p.detail", {}, count(character.images, "face"), packMark(character), looks > 1 ? ` in ${looks} appearances` : "",
      ` · changed ${moment(character.updated_at)}`),
    tags(character, reload), note(character, reload));
}

function tags(character, reload) {
  const change = (add, remove) => attempt(async () => {
    await post(path`/v1/characters/${character.name}/tags`, { add, remove });
    remember(add.length ? `Added the tag ${add[0]}` : `Removed the tag ${remove[0]}`,
      () => post(path`/v1/characters/${character.name}/tags`, { add: remove, remove: add }));
    await reload();
  });
  const field = el("input.tag-field.changes", { placeholder: "Add a tag", aria: { label: "Add a tag" }, autocomplete: "off" });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && field.value.trim()) change([field.value.trim()], []);
  });
  const chips = character.tags.map((tag) => el("span.chip", {}, tag,
    el("button.quiet.changes", { aria: { label: `Remove the tag ${tag}` }, onclick: () => change([], [tag]) }, "×")));
  return el("div.chips", {}, chips, field);
}

function note(character, reload) {
  const field = el("textarea.note", {
    rows: "1", placeholder: "A note", aria: { label: "Note" }, value: character.note, spellcheck: "true",
  });
  field.addEventListener("change", () => attempt(async () => {
    const [before, after] = [character.note, field.value];
    await post(path`/v1/characters/${character.name}/note`, { note: after });
    remember(`Changed the note of ${character.name}`,
      () => post(path`/v1/characters/${character.name}/note`, { note: before }));
    await reload();
  }));
  return field;
}

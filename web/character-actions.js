// What can be done with a whole character: rename, merge, split, remove. All of it can be undone.

import { patch, path, post, remove } from "./api.js";
import { confirm, openDialog } from "./dialog.js";
import { count, el } from "./dom.js";
import { nameField } from "./name-field.js";
import { to } from "./router.js";
import { showSplit } from "./split.js";
import { attempt } from "./toast.js";
import { remember, rememberTrashed } from "./undo.js";

/**
 * @param {object} character
 * @param {() => object[]} everybody
 * @param {() => Promise<void>} reload shows the character again
 */
export function actions(character, everybody, reload) {
  const others = () => everybody().map((one) => one.name).filter((name) => name !== character.name);
  return el("div.buttons.changes", { role: "toolbar", aria: { label: `Change ${character.name}` } },
    el("button", { onclick: () => rename(character) }, "Rename"),
    el("button", { onclick: () => merge(character, others()) }, "Merge"),
    el("button", { onclick: () => showSplit(character.name, reload), disabled: character.images < 3 }, "Split"),
    el("button.danger", { onclick: () => removeAll(character) }, "Remove"));
}

async function rename(character) {
  const field = el("input", { id: "rename", value: character.name, required: true, autocomplete: "off" });
  const name = await openDialog(`Rename ${character.name}`,
    el("div", {}, el("label", { for: "rename" }, "New name"), field),
    [{ label: "Rename", isPrimary: true, value: () => field.value.trim() }, { label: "Cancel" }]);
  if (!name || name === character.name) return;
  await attempt(async () => {
    const renamed = await patch(path`/v1/characters/${character.name}`, { name });
    remember(`Renamed ${character.name} to ${renamed.name}`, async () => {
      await patch(path`/v1/characters/${renamed.name}`, { name: character.name });
      location.hash = to("character", character.name);
    });
    location.hash = to("character", renamed.name);
  });
}

async function merge(character, names) {
  const field = nameField({ label: "The other character", names });
  const sentence = el("p", { role: "status" });
  const tell = () => {
    sentence.textContent = field.value
      ? `All ${count(character.images, "face")} of ${character.name} go to ${field.value}, and ${character.name} is gone. You can undo this.`
      : `Whom are the faces of ${character.name} of?`;
  };
  field.addEventListener("input", tell);
  field.addEventListener("name", tell);
  tell();
  const into = await openDialog(`Merge ${character.name} into another character`, el("div", {}, field, sentence), [
    { label: "Merge", isPrimary: true, value: () => field.value }, { label: "Cancel" },
  ]);
  if (!into) return;
  await attempt(async () => {
    const merged = await post(path`/v1/characters/${character.name}/merge`, { into });
    await rememberTrashed(`Merged ${character.name} into ${merged.character.name}`);
    location.hash = to("character", merged.character.name);
  });
}

async function removeAll(character) {
  const isSure = await confirm(`Remove ${character.name}?`,
    `${character.name} goes into the trash with ${count(character.images, "face")}. You can undo this.`, "Remove",
    { isDanger: true });
  if (!isSure) return;
  await attempt(async () => {
    await remove(path`/v1/characters/${character.name}`);
    await rememberTrashed(`Removed ${character.name}`);
    location.hash = to("characters");
  });
}

// Enrolling: pictures under a name.

import { path, post, postPictures } from "./api.js";
import { openDialog } from "./dialog.js";
import { count, el } from "./dom.js";
import { nameField } from "./name-field.js";
import { announce, attempt } from "./toast.js";
import { remember } from "./undo.js";

/** Pictures of one request. More go in several. */
const batch = 16;

/**
 * Asks whom dropped pictures show, and enrolls them.
 * @param {File[]} files
 * @param {object[]} characters those that the name field proposes
 * @param {() => void} then is called after the change
 * @param {string} name proposed
 */
export async function enrollDropped(files, characters, then, name = "") {
  const field = nameField({ label: "Name", names: characters.map((one) => one.name), value: name });
  const addresses = files.slice(0, 12).map((file) => URL.createObjectURL(file));
  const content = el("div", {},
    el("div.strip", {}, addresses.map((url) => el("img", { src: url, alt: "" })),
      files.length > 12 && el("span", {}, `and ${files.length - 12} more`)),
    field);
  const answer = await openDialog(`Who is in ${count(files.length, "this picture", "these pictures")}?`, content, [
    { label: "Enroll", isPrimary: true, value: () => field.value }, { label: "Cancel" },
  ]);
  addresses.forEach(URL.revokeObjectURL);
  if (answer) await attempt(() => enroll(answer, files).finally(then));
}

/**
 * Enrolls pictures under a name, and tells what came of it. If the daemon refuses some, those before them stay, and can be taken back.
 * @param {object} query which face of the pictures it is; the daemon finds the face without it
 */
export async function enroll(name, files, query) {
  const added = [];
  let known = 0;
  try {
    for (let start = 0; start < files.length; start += batch) {
      const answer = await postPictures(path`/v1/characters/${name}/images`, files.slice(start, start + batch), query);
      added.push(...answer.added);
      known += answer.duplicates.length;
      for (const { image } of answer.conflicts) {
        announce(`A picture is also enrolled as ${image.character}. Is one of the two wrong?`, { isProblem: true });
      }
    }
    if (added.length === 0) announce(`${name} has ${known === 1 ? "this picture" : "these pictures"} already.`);
  } finally {
    const ids = added.map((image) => image.id);
    if (ids.length) {
      remember(`Enrolled ${count(ids.length, "picture")} of ${name}${known ? `; ${known} were known` : ""}`,
        () => post("/v1/images/remove", { images: ids }));
    }
  }
}

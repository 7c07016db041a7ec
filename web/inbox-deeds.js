// What is done with faces of the inbox. Each deed says what it did, can be undone, and returns whether it succeeded.

import { address, all, fetchPicture, path, post, postPictures, remove } from "./api.js";
import { openDialog } from "./dialog.js";
import { count, el, moment } from "./dom.js";
import { faceQuery } from "./faces.js";
import { announce, attempt } from "./toast.js";
import { remember, rememberTrashed } from "./undo.js";

const ids = (faces) => faces.map((face) => face.id);

/** Faces whose files are sent at a time. */
const batch = 16;

/** Does a deed. If another browser was faster, it says so; the view then shows what is left. */
async function deed(work) {
  let wasLate = false;
  const isDone = await attempt(async () => {
    try {
      await work();
    } catch (error) {
      if (error.code !== "image_not_found") throw error;
      wasLate = true;
    }
  });
  if (wasLate) announce("Somebody else has changed this pile already.");
  return isDone;
}

/** Enrolls faces under a name; they leave the inbox. */
export const nameFaces = (name, faces) => deed(async () => {
  const { character } = await post("/v1/inbox/name", { pictures: ids(faces), character: name });
  await rememberTrashed(`Named ${count(faces.length, "face")} ${character.name}`);
});

/** Says that faces are not of a character. They stay in the inbox. */
export const reject = (name, faces) => deed(async () => {
  const made = [];
  for (const face of faces) {
    const file = await fetchPicture(`/v1/inbox/${face.id}`, `inbox ${face.id}`);
    const { results } = await postPictures(path`/v1/characters/${name}/rejections`, [file], faceQuery(face.box));
    made.push(...results.filter((one) => one.created).map((one) => one.rejection.id));
  }
  remember(`${count(faces.length, "face is", "faces are")} not ${name}`, async () => {
    for (const id of made) await remove(`/v1/rejections/${id}`);
  });
});

/** Ignores faces for good: they never come back, but they can be fetched back. */
export const ignore = (faces) => deed(async () => {
  await post("/v1/inbox/ignore", { pictures: ids(faces) });
  await rememberTrashed(`Ignored ${count(faces.length, "face")} for good`);
});

/** Puts faces into the trash. */
export const discard = (faces) => deed(async () => {
  await post("/v1/inbox/discard", { pictures: ids(faces) });
  await rememberTrashed(`Discarded ${count(faces.length, "face")}`);
});

/** Puts pictures into the inbox. */
export async function keepPictures(files) {
  let [kept, known] = [0, 0];
  for (let start = 0; start < files.length; start += batch) {
    const answer = await postPictures("/v1/inbox", files.slice(start, start + batch));
    kept += answer.kept.length;
    known += answer.known + answer.enrolled + (answer.ignored ?? 0);
  }
  announce(`${count(kept, "picture")} in the inbox${known ? `; ${known} were known` : ""}`);
}

/** Shows the ignored faces, which can be fetched back. */
export async function showIgnored(changed) {
  await attempt(async () => {
    const ignored = await all("/v1/inbox/ignored", "ignored");
    if (!ignored.length) return announce("No face is ignored.");
    const rows = ignored.map(({ change, at, pictures }) => el("li", {},
      el("span.strip", {}, pictures.slice(0, 6).map((id) =>
        el("img", { src: address(`/v1/inbox/${id}/thumbnail`, { size: 96 }), alt: `picture ${id}`, loading: "lazy" }))),
      el("span.detail", {}, `${count(pictures.length, "face")}, ${moment(at)}`),
      el("button.changes", { type: "button", onclick: (event) => back(change, event.target, changed) }, "Fetch back")));
    await openDialog("Ignored faces", el("ul.ignored", {}, rows), [{ label: "Close", isPrimary: true }]);
  });
}

async function back(change, button, changed) {
  await attempt(async () => {
    const { restored } = await post("/v1/trash/restore", { changes: [change] });
    announce(`${count(restored[0].pictures, "face is", "faces are")} in the inbox again`);
    button.closest("li").remove();
    await changed();
  });
}

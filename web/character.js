// One character: its faces, the farthest from the others first, with what the check says of them.

import { get, path, post } from "./api.js";
import { actions } from "./character-actions.js";
import { facts } from "./character-facts.js";
import { allCharacters } from "./characters.js";
import { openDialog } from "./dialog.js";
import { count, el } from "./dom.js";
import { enroll, enrollDropped } from "./enroll.js";
import { faceGrid } from "./face-grid.js";
import { enrolledFace } from "./faces.js";
import { setKeys } from "./keys.js";
import { nameField } from "./name-field.js";
import { acceptPictures, chooseButton } from "./pictures.js";
import { attempt } from "./toast.js";
import { onUndo, rememberTrashed } from "./undo.js";

export const title = "Character";

export async function show(main, name) {
  const head = el("div");
  const advice = el("ul.advice");
  const status = el("span.summary", { role: "status" });
  const grid = faceGrid(`Faces of ${name}`, drawSelection);
  const selection = el("div.selection.changes", { role: "toolbar", aria: { label: "Selected faces" }, hidden: true });
  main.append(head, el("div.bar", {}, status,
    chooseButton("Add pictures", (files) => attempt(() => enroll(name, files).then(load)))), advice, selection, grid);

  let detail;
  let everybody = [];

  async function load() {
    detail = await get(path`/v1/characters/${name}`);
    head.replaceChildren(facts(detail, load), actions(detail.character, () => everybody, load));
    drawFaces(null);
    await check();
  }

  /** Asks the daemon for its check of this character, which takes a moment. */
  async function check() {
    if (detail.images.length < 2) return;
    const review = await post(path`/v1/characters/${name}/review`).catch(() => null);
    if (!review || !main.contains(grid)) return;
    drawFaces(review);
    const near = review.neighbors[0];
    advice.replaceChildren(...review.advice.map((text) => el("li", {}, text)),
      near ? el("li.detail", {}, `Nearest: ${near.character}, at ${near.distance.toFixed(2)}`) : "");
  }

  function drawFaces(review) {
    const answers = new Map((review?.answers ?? []).map((answer) => [answer.image, answer]));
    const twins = new Map((review?.near_duplicates ?? []).flatMap(({ first, second }) => [[second, first]]));
    const images = [...detail.images].sort((one, other) =>
      (answers.get(other.id)?.distance ?? -1) - (answers.get(one.id)?.distance ?? -1));
    grid.setFaces(images.map((image) => enrolledFace(image, marksOf(image, answers.get(image.id), twins.get(image.id)))));
    status.textContent = review
      ? `${count(images.length, "face")}, the farthest from the others first` : count(images.length, "face");
  }

  function drawSelection(faces) {
    selection.hidden = faces.length === 0;
    selection.replaceChildren(el("strong", {}, `${count(faces.length, "face")} selected`),
      el("button", { onclick: () => moveSelected() }, "Move to… (M)"),
      el("button", { onclick: () => removeSelected() }, "Remove (Delete)"),
      el("button.quiet", { onclick: () => grid.select([]) }, "Clear"));
  }

  async function moveSelected() {
    const ids = grid.selected.map((face) => face.id);
    if (!ids.length) return;
    const field = nameField({ label: "Move to", names: everybody.map((one) => one.name).filter((other) => other !== name) });
    const answer = await openDialog(`Move ${count(ids.length, "face")} of ${name} to`, field, [
      { label: "Move", isPrimary: true, value: () => field.value }, { label: "Cancel" },
    ]);
    if (!answer) return;
    await attempt(async () => {
      const moved = await post("/v1/images/move", { images: ids, character: answer });
      await rememberTrashed(`Moved ${count(ids.length, "face")} to ${moved.character.name}`);
      await load();
    });
  }

  async function removeSelected() {
    const ids = grid.selected.map((face) => face.id);
    if (!ids.length) return;
    await attempt(async () => {
      await post("/v1/images/remove", { images: ids });
      await rememberTrashed(`Removed ${count(ids.length, "face")} of ${name}`);
      await load();
    });
  }

  const stops = [
    acceptPictures(main, (files) => enrollDropped(files, everybody, load, name)),
    onUndo(load),
    setKeys([
      { key: "ArrowRight", shown: "← ↑ ↓ →", text: "move between faces", run: () => grid.focusFirst() },
      { key: " ", shown: "Space", text: "select the face" },
      { key: "v", shown: "V", text: "show the whole picture" },
      { key: "m", shown: "M", text: "move the selected faces", run: moveSelected },
      { key: "Delete", shown: "Delete", text: "remove the selected faces", run: removeSelected },
    ]),
  ];
  await load();
  allCharacters().then((all) => { everybody = all; });
  return () => stops.forEach((stop) => stop());
}

/** What the check says of a face, as marks. */
function marksOf(image, answer, twin) {
  const marks = [];
  if (answer && !answer.right && answer.other) {
    marks.push({ kind: "wrong", short: "≠", text: `looks more like ${answer.other.character}` });
  }
  if (answer?.unknown) marks.push({ kind: "far", short: "?", text: "far from the others: it would be unknown" });
  if (twin) marks.push({ kind: "twin", short: "=", text: `nearly the same as image ${twin}` });
  if (answer) marks.push({ kind: "distance", short: answer.distance.toFixed(2), text: `distance ${answer.distance.toFixed(3)}` });
  return marks;
}

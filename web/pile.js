// A pile of the inbox: faces that look alike, whom they may show, and what can be done with them.

import { fetchPicture, postPictures } from "./api.js";
import { count, el, percent } from "./dom.js";
import { faceGrid } from "./face-grid.js";
import { faceQuery, inboxFace } from "./faces.js";
import { discard, ignore, nameFaces, reject } from "./inbox-deeds.js";
import { nameField } from "./name-field.js";

/** Beyond this many times the distance of one pile, the nearest character is no suggestion. */
const maybe = 1.35;
/** A candidate with this probability may be meant, though the daemon does not name the face. */
const likely = 0.2;

/**
 * @param {{pictures: object[], nearest: object|null}} group
 * @param {{threshold: number, names: () => string[], changed: () => Promise<void>, focused: (pile: object) => void}} context
 */
export function pile(group, { threshold, names, changed, focused }) {
  const faces = group.pictures.map(inboxFace);
  let suggestion = group.nearest && group.nearest.distance <= maybe * threshold ? group.nearest.character : null;
  let candidates = [];
  // Sure only once the daemon names the pile's first face.
  let isSure = false;
  let hasLooked = false;
  let isGone = false;

  const selected = el("span.detail", { role: "status" });
  const grid = faceGrid(`Pile of ${count(faces.length, "face")}`, (chosen) => {
    selected.textContent = chosen.length ? `${chosen.length} selected` : "";
  });
  const field = nameField({ label: "Name of this pile", names: names() });
  field.addEventListener("name", (event) => name(event.detail));
  const heading = el("h2");
  const choices = el("div.chips.changes");
  const element = el("section.pile.panel", {},
    el("div.bar", {}, heading, selected),
    el("div.pile-body", {}, grid, el("div.pile-side.changes", {}, choices, field, el("div.buttons", {},
      el("button.primary", { onclick: () => name() }, "Name (Enter)"),
      el("button", { onclick: () => doReject() }, "Not this one (R)"),
      el("button", { onclick: () => act(ignore) }, "Ignore (I)"),
      el("button", { onclick: () => act(discard) }, "Not a face (X)")))));
  grid.setFaces(faces);
  element.addEventListener("focusin", () => focused(self));

  function draw() {
    const kind = !suggestion ? "nobody" : isSure ? "suggested" : "maybe";
    heading.replaceChildren(count(faces.length, "face"), " ",
      el(`span.guess.${kind}`, {}, kind === "nobody" ? "nobody we know" : kind === "maybe" ? `maybe ${suggestion}` : suggestion));
    field.querySelector("input").placeholder = suggestion ?? "Name";
    choices.replaceChildren(...candidates.map((one, index) => el("button.chip", {
      title: `Name it ${one.character} (${index + 1})`, onclick: () => name(one.character),
    }, el("kbd", {}, index + 1), one.character, el("span.number", {}, percent(one.probability)))));
  }

  /** Asks who the first face may be. The answer leaves out whom the user has rejected for it. */
  async function look() {
    if (isGone) return;
    hasLooked = true;
    const [face] = faces;
    const answer = await fetchPicture(`/v1/inbox/${face.id}`, "face")
      .then((file) => postPictures("/v1/classify", [file], { top: 9, ...faceQuery(face.box) })).catch(() => null);
    if (!answer || isGone) return;
    const [first] = answer.results;
    const open = first.candidates.filter((one) => one.rejection === null);
    candidates = open.filter((one) => one.probability >= 0.005).slice(0, 9);
    isSure = first.character !== null;
    if (isSure) suggestion = first.character;
    else if (!open.some((one) => one.character === suggestion)) suggestion = candidates[0]?.probability >= likely ? candidates[0].character : null;
    draw();
  }

  /** The selected faces, or all of them. */
  const meant = () => (grid.selected.length ? grid.selected : faces);
  const act = async (deed) => { if (await deed(meant())) await changed(); };
  async function name(text = field.value || suggestion) {
    if (!text) return field.focus();
    if (await nameFaces(text, meant())) await changed();
  }
  async function doReject() {
    if (!suggestion) return;
    if (!(await reject(suggestion, meant()))) return;
    suggestion = null;
    await look();
    draw();
  }

  const self = {
    element,
    setCurrent(isCurrent) {
      element.classList.toggle("current", isCurrent);
      if (isCurrent && !hasLooked) look();
    },
    focus() {
      grid.focusFirst();
      element.scrollIntoView({ block: "nearest" });
    },
    leave() { isGone = true; },
    look: async () => { if (!hasLooked) await look(); },
    type(text) {
      field.setNames(names());
      field.value = text;
      field.focus();
    },
    name: () => name(),
    nameAfter: (index) => candidates[index] && name(candidates[index].character),
    reject: doReject,
    ignore: () => act(ignore),
    discard: () => act(discard),
  };
  draw();
  return self;
}

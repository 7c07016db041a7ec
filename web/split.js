// Splitting a character along the groups that the daemon proposes.

import { address, path, post } from "./api.js";
import { openDialog } from "./dialog.js";
import { busily, count, el } from "./dom.js";
import { announce, attempt } from "./toast.js";
import { rememberTrashed } from "./undo.js";

/** Faces of a group that the dialog shows. */
const shown = 8;

/** Asks for a proposal, lets the user choose a group and a name, and splits. */
export async function showSplit(name, reload) {
  let proposal;
  const isAsked = await attempt(async () => {
    proposal = await busily(document.getElementById("main"), () => post(path`/v1/characters/${name}/split/proposal`));
  });
  if (!isAsked) return;
  if (proposal.groups.length < 2) return announce(`The faces of ${name} form one group: there is nothing to split.`);
  const groups = proposal.groups.map((ids, index) => el("label.group", {},
    el("input", { type: "radio", name: "group", value: index, checked: index === 1 }),
    el("span", {}, index === 0 ? `${count(ids.length, "face")}, the largest group` : count(ids.length, "face")),
    el("span.strip", {}, ids.slice(0, shown).map((id) =>
      el("img", { src: address(`/v1/images/${id}/thumbnail`, { size: 96 }), alt: "", loading: "lazy" })))));
  const field = el("input", { id: "split-name", required: true, autocomplete: "off" });
  const content = el("div", {},
    el("p", {}, `The chosen group leaves ${name} and becomes a new character.`),
    el("fieldset", {}, el("legend", {}, "Group"), groups), el("label", { for: "split-name" }, "Name of the new character"), field);
  const answer = await openDialog(`Split ${name}`, content, [
    { label: "Split", isPrimary: true, value: () => field.value.trim() }, { label: "Cancel" },
  ]);
  if (!answer) return;
  const index = Number(content.querySelector("input[name=group]:checked").value);
  await attempt(async () => {
    const split = await post(path`/v1/characters/${name}/split`, { into: answer, images: proposal.groups[index] });
    await rememberTrashed(`Split ${count(split.moved.length, "face")} off as ${split.character.name}`);
    await reload();
  });
}

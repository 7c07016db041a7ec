// An answer: the name or "unknown", how sure it is, the nearest enrolled faces, the other candidates, and what to do with the picture.

import { address, path, postPictures, remove } from "./api.js";
import { el, percent } from "./dom.js";
import { enroll } from "./enroll.js";
import { faceQuery, packText } from "./faces.js";
import { nameField } from "./name-field.js";
import { to } from "./router.js";
import { attempt } from "./toast.js";
import { remember } from "./undo.js";

/**
 * @param {object} answer the API's for one face
 * @param {File} picture that the face is in, which an enrollment or a rejection sends
 * @param {() => string[]} names that the field proposes
 * @param {string} label which face of the picture it is
 */
export function answerCard(answer, picture, names, label) {
  const first = answer.candidates.find((one) => one.rejection === null || one.rejection === undefined);
  const card = el("section.answer", { aria: { label: label || "Answer" } },
    label && el("span.detail", {}, label), verdict(answer, first), bars(answer), nearest(answer));
  // What is kept of an animation is its first frame.
  if (answer.milliseconds) card.append(el("p.detail", {}, `in the frame at ${(answer.milliseconds / 1000).toFixed(1)} s`));
  else card.append(el("div.changes", {}, deeds(answer, first, picture, names)));
  return card;
}

function verdict(answer, first) {
  const name = answer.character;
  const how = name ? (answer.certain ? "certain" : "probable") : "unknown";
  const facts = [];
  if (first) facts.push(`${percent(first.probability)} ${first.character}`);
  if (answer.stranger_probability !== null) facts.push(`${percent(answer.stranger_probability)} somebody not enrolled`);
  if (answer.threshold !== null && answer.threshold !== undefined) facts.push(`a name needs ${percent(answer.threshold)}`);
  if (answer.radius) facts.push(`distance ${answer.mean_distance.toFixed(2)} of ${answer.radius.toFixed(2)}`);
  else if (answer.mean_distance !== null) facts.push(`distance ${answer.mean_distance.toFixed(2)}`);
  return el("div", {},
    el(`p.verdict.${how}`, {}, name ? el("a", { href: to("character", name) }, name) : "Unknown",
      el("span.how", {}, name ? how : first ? `nearest: ${first.character}` : "nobody is enrolled")),
    el("p.detail", {}, facts.join(" · ")));
}

/** The candidates, each with its probability as a bar. */
function bars(answer) {
  if (!answer.candidates.length) return null;
  return el("ol.bars", { aria: { label: "Candidates" } }, answer.candidates.map((one) => {
    const bar = el("span.bar-fill");
    bar.style.width = `${100 * one.probability}%`;
    const isRejected = one.rejection !== null && one.rejection !== undefined;
    return el(isRejected ? "li.rejected" : "li", {},
      el("span.bar-name", {}, one.character, isRejected && " (you said no)"), el("span.bar-back", {}, bar),
      el("span.number", {}, percent(one.probability, 1)));
  }));
}

function nearest(answer) {
  if (!answer.nearest_images?.length) return null;
  return el("div.strip", { role: "group", aria: { label: "Nearest enrolled faces" } }, answer.nearest_images.map((near) => {
    const title = `image ${near.id}, distance ${near.distance.toFixed(2)}`;
    return near.pack
      ? el("span.letter", { role: "img", title, aria: { label: `${title}, ${packText(near.pack)}` } }, "◇")
      : el("img", {
        src: address(`/v1/images/${near.id}/thumbnail`, { size: 96 }), loading: "lazy", title,
        alt: `enrolled image ${near.id} at ${near.distance.toFixed(2)}`,
      });
  }));
}

function deeds(answer, first, picture, names) {
  const status = el("span.detail", { role: "status" });
  const field = nameField({ label: "Enroll this face as", names: names(), value: answer.character ?? "", placeholder: "Name" });
  field.addEventListener("focusin", () => field.setNames(names()));
  const take = () => field.value && attempt(async () => {
    await enroll(field.value, [picture], faceQuery(answer.box));
    status.textContent = `enrolled as ${field.value}`;
  });
  field.addEventListener("name", take);
  const buttons = [el("button", { onclick: take }, "Enroll")];
  if (first) buttons.push(el("button", { onclick: () => reject(first.character, picture, answer.box, status) }, `Not ${first.character}`));
  buttons.push(el("button.quiet", { onclick: () => keep(picture, answer.box, status) }, "To the inbox"));
  return [el("div.deed", {}, field, buttons), status];
}

function reject(name, picture, box, status) {
  return attempt(async () => {
    const { results: [{ rejection, created }] } = await postPictures(
      path`/v1/characters/${name}/rejections`, [picture], faceQuery(box));
    status.textContent = `not ${name}`;
    if (created) remember(`Rejected ${name} for this face`, () => remove(`/v1/rejections/${rejection.id}`));
  });
}

function keep(picture, box, status) {
  return attempt(async () => {
    const { kept } = await postPictures("/v1/inbox", [picture], faceQuery(box));
    status.textContent = kept.length ? "in the inbox" : "known already";
  });
}

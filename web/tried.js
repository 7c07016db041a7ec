// One picture of the view Try: the picture with its boxes, and an answer for each face.

import { postPictures } from "./api.js";
import { answerCard } from "./answer.js";
import { drawBoxes } from "./box-drawing.js";
import { busily, el } from "./dom.js";
import { faceQuery } from "./faces.js";
import { boxOn } from "./preview.js";

/**
 * @param {File} file
 * @param {() => string[]} names that a name field proposes
 * @returns {{element: Element, ask: () => Promise<void>}} the element, and what fills it
 */
export function tried(file, names) {
  const image = el("img", { src: URL.createObjectURL(file), alt: file.name });
  const frame = el("div.framed.drawable", {}, image);
  const answers = el("div.answers");
  const element = el("article.tried.panel", { aria: { label: file.name } },
    el("div", {}, frame, el("p.detail", {}, file.name)), answers);
  const loaded = image.decode().catch(() => {});
  const counter = { value: 0 };

  /** Adds an answer, with a box that is marked while the answer is pointed at. */
  async function add(answer) {
    const { box } = answer;
    await loaded;
    const number = ++counter.value;
    const card = answerCard(answer, file, names, box ? `Face ${number}` : "");
    answers.append(card);
    if (!box || answer.milliseconds || !image.naturalWidth) return;
    const mark = boxOn(image, box);
    mark.append(el("span.box-number", {}, number));
    frame.append(mark);
    for (const [kind, isOn] of [["pointerenter", true], ["focusin", true], ["pointerleave", false], ["focusout", false]]) {
      card.addEventListener(kind, () => mark.classList.toggle("pointed", isOn));
    }
  }

  async function ask() {
    try {
      const { results: [answer] } = await busily(element, () => postPictures("/v1/classify", [file], { top: 5 }));
      for (const face of answer.faces) await add(face);
      if (answer.faces.length === 0) answers.append(el("p", {}, "No face was found. Draw a box around one."));
    } catch (error) {
      answers.append(el("p.problem", { role: "alert" }, error.message));
    }
  }

  drawBoxes(frame, image, async (box) => {
    try {
      const query = { top: 5, ...faceQuery(box) };
      const { results: [answer] } = await busily(element, () => postPictures("/v1/classify", [file], query));
      await add(answer.faces[0]);
    } catch (error) {
      answers.append(el("p.problem", { role: "alert" }, error.message));
    }
  });
  return { element, ask };
}

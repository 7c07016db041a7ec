// Pictures that the user drops, pastes or chooses.

import { el } from "./dom.js";
import { announce } from "./toast.js";

/** The largest picture that is sent, in bytes. The daemon refuses larger ones, too. */
const largest = 64 << 20;

/**
 * Takes the pictures that are dropped on an element or pasted into the page.
 * @param {Element} place
 * @param {(files: File[]) => void} take gets the pictures that are not too large
 * @returns a function that ends this
 */
export function acceptPictures(place, take) {
  const over = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.add("dropping");
  };
  const out = (event) => { if (!place.contains(event.relatedTarget)) place.classList.remove("dropping"); };
  const drop = (event) => {
    place.classList.remove("dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    give(event.dataTransfer.files, take);
  };
  const paste = (event) => { if (event.clipboardData.files.length) give(event.clipboardData.files, take); };
  place.addEventListener("dragover", over);
  place.addEventListener("dragleave", out);
  place.addEventListener("drop", drop);
  addEventListener("paste", paste);
  return () => {
    place.removeEventListener("dragover", over);
    place.removeEventListener("dragleave", out);
    place.removeEventListener("drop", drop);
    removeEventListener("paste", paste);
  };
}

const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");

function give(files, take) {
  const all = [...files];
  const fitting = all.filter((file) => file.size <= largest);
  for (const file of all) {
    if (file.size > largest) {
      announce(`${file.name} has ${Math.round(file.size / 1e6)} MB; a picture may have ${largest >> 20} MiB.`, { isProblem: true });
    }
  }
  if (fitting.length) take(fitting);
}

/** A button that lets the user choose pictures. */
export function chooseButton(label, take) {
  const input = el("input", {
    type: "file", accept: "image/*", multiple: true, hidden: true, aria: { label },
    onchange: () => { give(input.files, take); input.value = ""; },
  });
  return el("span", {}, input, el("button", { onclick: () => input.click() }, label));
}

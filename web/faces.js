// Faces as the grid shows them, from the images and the inbox pictures of the API.

import { address } from "./api.js";

/** What stands in place of a picture: a vector of a cast pack has none. */
export const packText = (pack) => `from the cast pack ${pack}, no picture`;

/** The address of a thumbnail. A picture never changes, but the box of its face may; with it, the browser keeps the thumbnail without asking again. */
const thumbnail = (target, box) => address(target, { size: 192, version: box?.join("-") ?? "whole" });

/**
 * A face of an enrolled image. `box` is null where the whole picture is the face, and both addresses where there is no picture. Addresses are made
 * when they are asked for: of thousands of faces, few are in sight.
 */
export const enrolledFace = (image, marks = []) => ({
  id: image.id,
  get thumbnail() { return image.pack ? null : thumbnail(`/v1/images/${image.id}/thumbnail`, image.box); },
  get original() { return image.pack ? null : address(`/v1/images/${image.id}`); },
  box: image.box ?? null,
  label: [`image ${image.id}`, image.pack ? packText(image.pack) : image.source, ...marks.map((mark) => mark.text)].filter(Boolean).join(", "),
  marks,
});

/** The part of a query that says where the face is; `box` is null where the whole picture is the face. */
export const faceQuery = (box) => (box ? { boxes: box.join(",") } : { faces: "whole" });

/** A face of the inbox. */
export const inboxFace = (picture) => ({
  id: picture.id,
  get thumbnail() { return thumbnail(`/v1/inbox/${picture.id}/thumbnail`, picture.box); },
  get original() { return address(`/v1/inbox/${picture.id}`); },
  box: picture.box ?? null,
  label: [`picture ${picture.id}`, picture.source].filter(Boolean).join(", "),
});

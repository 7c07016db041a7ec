// Dialogs: a title, some content and buttons. Escape closes them; the focus goes back to where it was.

import { el } from "./dom.js";

/**
 * Opens a dialog.
 * @param {string} title
 * @param {Node} content
 * @param {{label: string, isPrimary?: boolean, isDanger?: boolean, value?: any}[]} buttons the last one is cancel unless it has a value
 * @returns {Promise<any>} the value of the button; undefined when the dialog was cancelled. The first button answers Enter.
 */
export function openDialog(title, content, buttons) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const id = `dialog-${Math.random().toString(36).slice(2)}`;
    let value;
    const row = buttons.map((button, index) => el(
      `button${button.isPrimary ? ".primary" : ""}${button.isDanger ? ".danger" : ""}`,
      {
        type: index === 0 ? "submit" : "button",
        onclick: () => {
          value = button.value;
          if (index > 0) dialog.close();
        },
      }, button.label));
    const form = el("form", { method: "dialog" }, el("h2", { id }, title), content, el("div.buttons", {}, row));
    form.addEventListener("submit", () => { value = buttons[0].value; });
    const dialog = el("dialog", { aria: { labelledby: id } }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.({ preventScroll: true });
      resolve(typeof value === "function" ? value() : value);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus], input, textarea")?.focus();
  });
}

/** Asks for a yes. */
export async function confirm(title, text, yes, { isDanger = false } = {}) {
  const buttons = [{ label: yes, isPrimary: !isDanger, isDanger, value: true }, { label: "Cancel" }];
  return (await openDialog(title, el("p", {}, text), buttons)) === true;
}

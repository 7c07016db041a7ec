// A field for a name, with the known names that fit (a combobox, as the ARIA practices describe it).

import { el } from "./dom.js";

/** The most names in the list. */
const most = 8;

/**
 * A field with a list. The element has a `value`, and sends the event `name` when the user decides with Enter or a click on a name.
 * @param {{label: string, names: string[], value?: string, placeholder?: string}} options
 */
export function nameField({ label, names, value = "", placeholder = "" }) {
  const id = `names-${Math.random().toString(36).slice(2)}`;
  const list = el("ul", { id, role: "listbox", hidden: true, aria: { label: `Names for ${label}` } });
  const input = el("input", {
    type: "text", value, placeholder, autocomplete: "off", spellcheck: "false", role: "combobox",
    aria: { label, expanded: false, controls: id, autocomplete: "list" },
  });
  const field = el("div.name-field", {}, input, list);
  let chosen = -1;

  const shown = () => [...list.children];
  function open() {
    const found = fitting(names, input.value.trim());
    list.replaceChildren(...found.map((name, index) => el("li", {
      id: `${id}-${index}`, role: "option", aria: { selected: false },
      onpointerdown: (event) => { event.preventDefault(); decide(name); },
    }, name)));
    choose(-1);
    const isOpen = found.length > 0 && document.activeElement === input;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }
  function choose(index) {
    chosen = index;
    shown().forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    const item = shown()[index];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }
  function decide(name) {
    input.value = name;
    close();
    field.dispatchEvent(new CustomEvent("name", { detail: name.trim() }));
  }

  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = shown().length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      choose(event.key === "ArrowDown" ? Math.min(chosen + 1, last) : Math.max(chosen - 1, -1));
    } else if (event.key === "Tab" && chosen >= 0) {
      input.value = shown()[chosen].textContent;
      close();
    } else if (event.key === "Enter" && !event.isComposing) {
      if (chosen >= 0) input.value = shown()[chosen].textContent;
      // Enter in a dialog's form answers the dialog.
      if (!input.form) event.preventDefault();
      if (input.value.trim()) decide(input.value);
    } else if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
      if (!input.form) input.blur();
    }
  });

  Object.defineProperty(field, "value", { get: () => input.value.trim(), set: (text) => { input.value = text; } });
  field.focus = () => { input.focus(); open(); };
  /** Changes the names that are proposed. */
  field.setNames = (all) => { names = all; };
  return field;
}

/** The names that fit a text: those that begin with it first, then those with a word that does, then those that hold it. */
export function fitting(names, text) {
  if (!text) return names.slice(0, most);
  const wanted = text.toLowerCase();
  const rank = (name) => {
    const low = name.toLowerCase();
    if (low.startsWith(wanted)) return 0;
    if (low.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 1;
    return low.includes(wanted) ? 2 : 3;
  };
  return names.map((name) => [rank(name), name]).filter(([place]) => place < 3)
    .sort((one, other) => one[0] - other[0]).slice(0, most).map(([, name]) => name);
}

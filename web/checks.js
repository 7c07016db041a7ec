// Checks: how good the registry is, and what the daemon works on.

import { el } from "./dom.js";
import { to } from "./router.js";

export const title = "Checks";

/** The parts: a name, and what loads the module whose `show` fills it. */
const parts = {
  doctor: { label: "Doctor", load: () => import("./doctor.js") },
  calibration: { label: "Calibration", load: () => import("./calibration.js") },
  heads: { label: "Heads", load: () => import("./heads.js") },
  models: { label: "Models", load: () => import("./models.js") },
  comparisons: { label: "Comparisons", load: () => import("./comparisons.js") },
  jobs: { label: "Jobs", load: () => import("./jobs.js") },
  changes: { label: "Changes", load: () => import("./changes.js") },
  storage: { label: "Storage", load: () => import("./storage.js") },
};

export async function show(main, part = "doctor", ...rest) {
  const name = part in parts ? part : "doctor";
  const place = el("section.check", { aria: { label: parts[name].label } });
  main.append(el("h1", {}, title), el("nav.parts", { aria: { label: "Checks" } }, Object.entries(parts).map(([key, { label }]) =>
    el("a", { href: to("checks", key), aria: { current: key === name ? "page" : null } }, label))), place);
  const module = await parts[name].load();
  return module.show(place, ...rest);
}

// What the first view asks for, asked while the page's other modules still load. This module imports nothing, so it runs first.

/** The page's own address: the daemon may be behind a proxy, under a path. */
export const base = new URL(".", document.baseURI);

/** The entries that a view shows at once. */
export const firstPage = 48;

const target = new URL(`v1/characters?limit=${firstPage}`, base).href;
const isFirstView = /^#?\/?(characters)?$/.test(location.hash);
let answer = isFirstView ? fetch(target, { credentials: "same-origin" }) : null;
// Whoever takes the answer hears of a failure.
answer?.catch(() => {});

/** The answer to the early request, for the first who asks for that address; later ones get null. */
export function earlyAnswer(address) {
  if (address !== target) return null;
  const taken = answer;
  answer = null;
  return taken;
}

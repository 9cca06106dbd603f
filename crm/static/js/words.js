/* The page's sentences, in its language; the server wrote them into it: those of the page before those of every page. */

function read(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}
export const words = { ...read("own-words"), ...read("words") };

/** A sentence with its {gaps} filled. */
export function say(key, gaps = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

/** What a code is called, else the code in words. */
export function named(table, code) {
  return words[table]?.[code] ?? (code.startsWith("phone-") ? words[table]?.["phone-unregistered"] : undefined) ?? code.replaceAll("-", " ");
}

/* The page's sentences, in its language; the server wrote them into it. */

const element = document.getElementById("words");
export const words = element ? JSON.parse(element.textContent) : {};

/** A sentence with its {gaps} filled. */
export function say(key, gaps = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

/** What a code is called, else the code in words. */
export function named(table, code) {
  return words[table]?.[code] ?? (code.startsWith("phone-") ? words[table]?.["phone-unregistered"] : undefined) ?? code.replaceAll("-", " ");
}

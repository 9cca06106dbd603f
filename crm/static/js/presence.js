/* What the tab says of her: the title and the favicon carry the state and the caller. */

const COLOURS = {
  ready: "#0b7548", offered: "#ffb224", dialling: "#0a6c7e", talking: "#1a5ccb", held: "#a3286a", wrapup: "#6540c4", paused: "#75584a", unreachable: "#be2424",
};
const CALLS = ["offered", "dialling", "talking", "held"];
const link = document.querySelector('link[rel="icon"]');
const own = link?.href;
const title = document.title;
let drawn = "";

/** `word` names the state, "" when it is not known; `caller` is who calls or talks. */
export function tell({ state, word, caller = "" }) {
  const called = CALLS.includes(state) && caller ? ` ${caller}` : "";
  document.title = word && state !== "offline" ? `${word}${called} · ${title}` : title;
  if (!link || drawn === `${state}${word}`) return;
  drawn = `${state}${word}`;
  link.href = word && COLOURS[state] ? picture(COLOURS[state], CALLS.includes(state)) : own;
}

/** A dot in the state's colour; with a call it has a bright middle, so that colour is not all that tells it. */
function picture(colour, called) {
  const middle = called ? '<circle cx="16" cy="16" r="5" fill="#fff"/>' : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="${colour}"/>${middle}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

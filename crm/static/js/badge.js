/* The tab: its title says state and caller, its picture is the state's icon in the state's colour. */

import { STATE_ICONS } from "./ui.js";

const link = document.querySelector('link[rel="icon"]');
const sprite = fetch(document.documentElement.dataset.icons).then((answer) => answer.text()).then((text) => (text.startsWith("<svg") ? new DOMParser().parseFromString(text, "image/svg+xml") : null)).catch(() => null);
let shown = "";

/** `title` comes first in the tab; `state` as in data-state; `colours` is an element that carries the state. */
export async function badge(title, state, colours) {
  document.title = `${title} · Switchdesk`;
  const symbols = await sprite;
  const drawing = symbols?.getElementById(STATE_ICONS[state] ?? "clock")?.innerHTML;
  const style = getComputedStyle(colours);
  const [solid, ink] = ["--solid", "--on-solid"].map((name) => style.getPropertyValue(name).trim());
  if (!drawing || !solid || shown === state + solid) return;
  shown = state + solid;
  const lines = `fill="none" stroke="${ink}" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${solid}"/><g transform="translate(4 4)" ${lines}>${drawing}</g></svg>`;
  link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  link.dataset.state = state;
}

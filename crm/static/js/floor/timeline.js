/* The stages of a call as a bar: what was, as long as it was, and what is, growing. */

import { running } from "../clock.js";
import { make } from "../ui.js";
import { say, words } from "../words.js";

/** [{ stage, from, us }] in their order; the last one is still growing. Of a call with very many the oldest are missing. */
export function stretches(call, at) {
  const passed = call.passed.length ? call.passed : [[call.stage, call.arrived]];
  return passed.map(([stage, from], place) => ({ stage, from, us: Math.max(0, (passed[place + 1]?.[1] ?? at) - from) }));
}

/** Brings a bar up to date: widths change, parts are only ever added. */
export function draw(bar, call, at) {
  const found = stretches(call, at);
  while (bar.children.length > found.length) bar.lastChild.remove();
  found.forEach(({ stage, us }, place) => {
    const part = bar.children[place] ?? bar.appendChild(make("i"));
    if (part.dataset.stage !== stage) part.dataset.stage = stage;
    const grow = String(Math.max(1, Math.round(us / 1e6)));
    if (part.style.flexGrow !== grow) part.style.flexGrow = grow;
  });
  const label = found.map(({ stage }) => words.stages[stage]).join(" › ");
  if (bar.getAttribute("aria-label") !== label) bar.setAttribute("aria-label", label);
}

/** The same in words. */
export function told(call, at) {
  return stretches(call, at).filter(({ us }) => us >= 1e6).map(({ stage, us }) => say("stretches", { stage: words.stages[stage], time: running(us) })).join(" · ");
}

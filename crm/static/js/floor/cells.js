/* Small things that rows are made of; each is set only when it changed. */

import { icon, mark, STATE_ICONS } from "../ui.js";

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A running time with its limits; `from` 0 or nothing shows —. */
export function since(element, from, [warning, critical] = [null, null]) {
  if (Number.isFinite(from) && from > 0) {
    if (element.dataset.since !== String(from)) element.dataset.since = from;
    limits(element, warning, critical);
  } else if ("since" in element.dataset || element.textContent !== "—") {
    delete element.dataset.since;
    mark(element, "");
    element.textContent = "—";
  }
}

function limits(element, warning, critical) {
  for (const [name, value] of [["warn", warning], ["crit", critical]]) {
    if (value === null) delete element.dataset[name];
    else if (element.dataset[name] !== String(value)) element.dataset[name] = value;
  }
  if (warning === null && critical === null) mark(element, "");
}

/** A state's chip: icon and word in its colour. */
export function chip(element, state, words) {
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    element.replaceChildren(icon(STATE_ICONS[state], 14), document.createElement("span"));
  }
  put(element.lastChild, words);
}

/** Marks all running times that are past their limits; called with the clock. */
export function markTimes(at) {
  for (const element of document.querySelectorAll("[data-since][data-warn], [data-since][data-crit]")) {
    const spent = (at - Number(element.dataset.since)) / 1e6;
    const beyond = (name) => name in element.dataset && spent >= Number(element.dataset[name]);
    mark(element, beyond("crit") ? "alarm" : beyond("warn") ? "over" : "");
  }
}

/* The calls that are parked: a strip that every desk has, live. Whoever is not in a call may take one; F3 takes the
   first. */

import { now, onTick, running } from "./clock.js";
import { icon, make, text } from "./ui.js";
import { named, say } from "./words.js";

const strip = document.getElementById("parked");
const list = strip.querySelector("ul");
const FREE = ["ready", "paused", "wrapup"];
let shown = "";

/** `slots`: slot → call; `state`: her own; `why`: why no order can be given now, or "". */
export function showParked(slots, state, why) {
  const all = Object.entries(slots ?? {}).sort();
  const key = JSON.stringify([all, state, why]);
  if (key === shown) return;
  if (all.length !== list.children.length) text("parked-told", all.length ? say("parked_told", { slots: all.map(([slot]) => slot).join(", ") }) : "");
  shown = key;
  strip.hidden = !all.length;
  list.replaceChildren(...all.map(([slot, one]) => entry(slot, one, FREE.includes(state), why)));
  const first = list.querySelector("button:not(:disabled)");
  if (first) {
    first.dataset.key = "F3";
    first.setAttribute("aria-keyshortcuts", "F3");
    first.append(make("kbd", {}, "F3"));
  }
  tick();
}

function entry(slot, { who, queue, until, taken }, free, why) {
  const left = make("time", { class: "figures quiet", title: say("parked_left") });
  left.dataset.left = until;
  const button = make("button", { type: "button", class: "button small", "data-order": "Retrieve", "data-slot": slot, title: why || say("parked_take", { slot }) }, icon("phone-incoming"), make("span", {}, say("parked_take_short")));
  button.disabled = Boolean(why);
  const words = [say("parked_by", { who }), queue && named("queues", queue)].filter(Boolean).join(" · ");
  return make("li", {}, make("b", { class: "figures" }, slot), make("span", { class: "parked-words" }, words), left, taken ? make("span", { class: "quiet" }, say("parked_taken")) : free ? button : null);
}

function tick() {
  for (const left of list.querySelectorAll("[data-left]")) left.textContent = running(Number(left.dataset.left) - now());
}

onTick(tick);

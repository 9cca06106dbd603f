/* With whom she is to be called back, in one strip; each can be taken back. */

import { timeOfDay } from "./clock.js";
import { icon, make } from "./ui.js";
import { say } from "./words.js";

const strip = document.getElementById("wishes");
const list = strip.querySelector("ul");
let shown = "";

/** `wishes`: login of the colleague → wish; `why`: why no order can be given now, or "". */
export function showWishes(wishes, why) {
  const all = Object.entries(wishes ?? {}).sort(([, a], [, b]) => a.since - b.since);
  const key = JSON.stringify([all, why]);
  if (key === shown) return;
  shown = key;
  strip.hidden = !all.length;
  list.replaceChildren(...all.map(([login, one]) => entry(login, one, why)));
}

function entry(login, { who, when, until }, why) {
  const name = say("wish_cancel", { who });
  const button = make("button", { type: "button", class: "button small", "data-order": "CancelCallBack", "data-of": login, title: why || name, "aria-label": name }, icon("x"));
  button.disabled = Boolean(why);
  return make("li", {}, make("b", {}, who), make("span", { class: "parked-words" }, `${say(`wish_${when}`)} · ${say("wish_until", { time: timeOfDay(until).slice(0, 5) })}`), button);
}

/* Calls that ring at colleagues: a list under its verb, asked anew each second as long as it is open. */

import { choices, choose, chosenOf, walk } from "./choices.js";
import { tickNow } from "./clock.js";
import { toast } from "./ui.js";
import { say } from "./words.js";

const EVERY_MS = 1000;
const at = (id) => document.getElementById(id);
const [box, list, opener] = ["pickup", "pickup-list", "pickup-open"].map(at);
let timer = 0;
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

export function closePickup(back = false) {
  if (box.hidden) return false;
  clearTimeout(timer);
  box.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (back) opener.focus();
  return true;
}

function open() {
  box.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  const bar = box.offsetParent.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(opener.getBoundingClientRect().left - bar.left, bar.width - box.offsetWidth - 8))}px`;
  list.replaceChildren();
  list.focus();
  load();
}

async function load() {
  const mine = (asked += 1);
  clearTimeout(timer);
  const answer = await fetch(box.dataset.url, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  if (mine !== asked || box.hidden) return;
  timer = setTimeout(load, EVERY_MS);
  if (!answer?.ok) return toast(say("unsent"));
  const html = await answer.text();
  if (html === list.dataset.shown && list.children.length) return;
  const of = (one) => one?.querySelector("[data-of]").dataset.of;
  const former = of(chosenOf(list));
  list.dataset.shown = html;
  list.innerHTML = html; /* the server's own markup, escaped by its templates */
  const all = choices(list);
  choose(list, list, all.find((one) => of(one) === former) ?? all[0]);
  tickNow();
}

function keys(event) {
  if (event.key === "Enter") chosenOf(list)?.querySelector("button").click();
  else if (!walk(list, list, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** From here on the verb works. */
export function watchPickup() {
  opener.addEventListener("click", () => (box.hidden ? open() : closePickup(true)));
  box.addEventListener("keydown", keys);
  box.addEventListener("click", (event) => event.target.closest("[data-order]") && closePickup());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closePickup(true)) event.stopPropagation();
  }, true);
  document.addEventListener("click", (event) => {
    if (![box, opener].some((one) => one.contains(event.target))) closePickup();
  });
}

/* Where the customer goes: a list under the verb, walked by the arrows while one types; and the keys for the other side. */

import { choices, choose, chosenOf, walk } from "./choices.js";
import { tickNow } from "./clock.js";
import { post, toast } from "./ui.js";
import { say } from "./words.js";

const PAUSE_MS = 120; /* of typing, before the server is asked */
const at = (id) => document.getElementById(id);
const [box, field, list, opener] = ["transfer", "transfer-field", "transfer-list", "transfer-open"].map(at);
const [pad, padOpener, padSent] = ["keypad", "keypad-open", "keypad-sent"].map(at);
let timer = 0;
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

function place(popup, under) {
  const bar = popup.offsetParent.getBoundingClientRect();
  popup.style.left = `${Math.max(8, Math.min(under.getBoundingClientRect().left - bar.left, bar.width - popup.offsetWidth - 8))}px`;
}

function toggle(popup, under, open) {
  popup.hidden = !open;
  under.setAttribute("aria-expanded", String(open));
  if (open) place(popup, under);
}

export function open() {
  if (opener.hidden || opener.disabled) return;
  closeAll();
  toggle(box, opener, true);
  field.value = "";
  field.focus();
  ask(0);
}

/** Closes what is open; says whether anything was. `back` gives the focus back to its verb. */
export function closeAll(back = false) {
  const was = [[box, opener], [pad, padOpener]].find(([popup]) => !popup.hidden);
  if (!was) return false;
  clearTimeout(timer);
  toggle(...was, false);
  if (back) was[1].focus();
  return true;
}

function ask(after = PAUSE_MS) {
  clearTimeout(timer);
  timer = setTimeout(load, after);
}

async function load() {
  const mine = (asked += 1);
  const answer = await fetch(`${box.dataset.url}?q=${encodeURIComponent(field.value)}`, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  if (mine !== asked || box.hidden) return;
  if (!answer?.ok) return toast(say("unsent"));
  list.innerHTML = await answer.text(); /* the server's own markup, escaped by its templates */
  choose(list, field, choices(list)[0]);
  tickNow();
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter") {
    const chosen = chosenOf(list);
    const blind = chosen?.querySelector('[data-order="Transfer"]');
    (event.ctrlKey || event.metaKey ? blind : chosen?.querySelector('[data-order="Consult"]') ?? blind)?.click();
  } else if (!walk(list, field, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

async function tone(key) {
  padSent.textContent += key;
  const [status, answer] = await post(document.documentElement.dataset.ordersUrl, { kind: "SendKeys", keys: key });
  if (status !== 202) toast(answer.error ?? say("unsent"));
}

/** From here on the two verbs work. */
export function watchTransfer() {
  opener.addEventListener("click", () => (box.hidden ? open() : closeAll(true)));
  padOpener.addEventListener("click", () => {
    const wasOpen = !pad.hidden;
    closeAll();
    if (wasOpen) return;
    padSent.textContent = "";
    toggle(pad, padOpener, true);
    pad.querySelector("button").focus();
  });
  field.addEventListener("input", (event) => event.isComposing || ask());
  field.addEventListener("compositionend", () => ask());
  box.addEventListener("keydown", keys);
  box.addEventListener("click", (event) => event.target.closest("[data-order]") && closeAll());
  pad.addEventListener("click", (event) => event.target.dataset.tone && tone(event.target.dataset.tone));
  pad.addEventListener("keydown", (event) => {
    if (!/^[0-9*#]$/.test(event.key)) return;
    event.stopPropagation();
    tone(event.key);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closeAll(true)) event.stopPropagation();
  }, true);
  document.addEventListener("click", (event) => {
    if (![box, pad, opener, padOpener].some((one) => one.contains(event.target))) closeAll();
  });
}

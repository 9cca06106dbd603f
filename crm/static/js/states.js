/* The menu of the state block: only the steps that the agent's state allows, walked by arrows. */

const menu = document.getElementById("state-menu");
const openers = [document.getElementById("state-open"), document.getElementById("pause")];
let before = null;

/** Her state changed: what may be chosen now. `me` is the agent as the live view has her. */
export function fit(me) {
  for (const item of menu.querySelectorAll("[data-order=Pause]")) item.hidden = me?.state === "paused" && me.reason === item.dataset.reason;
  for (const item of menu.querySelectorAll("[role=menuitemradio]")) item.setAttribute("aria-checked", String(item.dataset.reason === me?.plan));
  menu.querySelector("[data-order=DoNotDisturb]").hidden = Boolean(me?.dnd);
  menu.querySelector("[data-order=MayDisturb]").hidden = !me?.dnd;
  const back = document.getElementById("unplan");
  if (back) back.hidden = !me?.plan;
  if (!menu.hidden && !items().includes(document.activeElement)) items()[0]?.focus();
}

export function isOpen() {
  return !menu.hidden;
}

/** Opens under `opener`; the first step has the focus. */
export function open(opener = openers[0]) {
  if (opener.disabled || !items(true).length) return;
  before = document.activeElement;
  menu.hidden = false;
  const bar = menu.offsetParent.getBoundingClientRect();
  const left = opener === openers[0] ? 0 : opener.getBoundingClientRect().right - bar.left - menu.offsetWidth;
  menu.style.left = `${Math.max(0, left)}px`;
  mark(opener);
  items()[0].focus();
}

/** Closes; `back` gives the focus to whoever had it. */
export function close(back = false) {
  if (menu.hidden) return;
  const had = menu.contains(document.activeElement);
  menu.hidden = true;
  mark(null);
  if (back || had) (before?.isConnected ? before : openers[0]).focus();
}

/** One step up or down, or to an end; round at the ends. */
export function walk(key) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[key];
  all[(next + all.length) % all.length]?.focus();
}

function mark(opener) {
  for (const one of openers) one.setAttribute("aria-expanded", String(one === opener));
}

function items(hiddenMenu = false) {
  return [...menu.querySelectorAll("[data-order]")].filter((item) => !item.disabled && !item.hidden && !item.closest("[data-in][hidden]") && (hiddenMenu || item.offsetParent));
}

for (const opener of openers) opener.addEventListener("click", () => (isOpen() ? close(true) : open(opener)));
menu.addEventListener("keydown", (event) => event.key === "Tab" && close());
document.addEventListener("click", (event) => {
  if (!openers.some((opener) => opener.contains(event.target)) && !event.target.closest(".state-menu h3")) close();
});

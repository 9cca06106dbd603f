/* Where a supervisor sends an agent's customer: a list under the button, walked by the arrows while one types. */

import { tickNow } from "../clock.js";
import { toast } from "../ui.js";
import { say } from "../words.js";

const PAUSE_MS = 120; /* of typing, before the server is asked */
const box = document.getElementById("redirect");
const [field, list] = box ? [box.querySelector("input"), box.querySelector("ul")] : [];
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];

/** Opens the list for one agent's call; `choose(what, to)` is told once what was chosen, if anything. */
export function redirect(opener, login, choose) {
  const over = new AbortController();
  const { signal } = over;
  let timer = 0;
  const close = (back) => {
    over.abort();
    clearTimeout(timer);
    asked += 1;
    box.hidden = true;
    if (back && opener.isConnected) opener.focus();
  };
  const ask = (after = PAUSE_MS) => {
    clearTimeout(timer);
    timer = setTimeout(() => load(login, opener), after);
  };
  box.hidden = false;
  field.value = "";
  list.replaceChildren();
  place(opener);
  field.focus();
  ask(0);
  field.addEventListener("input", (event) => event.isComposing || ask(), { signal });
  box.addEventListener("keydown", (event) => keys(event, close), { signal });
  box.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-order]")?.dataset;
    if (!chosen) return;
    event.stopPropagation();
    close(true);
    choose(chosen.what, chosen.to);
  }, { signal });
  document.addEventListener("pointerdown", (event) => !box.contains(event.target) && close(false), { signal });
}

/** Below the button, or above it where there is no room. */
function place(opener) {
  if (!opener.isConnected) return;
  const { left, top, bottom } = opener.getBoundingClientRect();
  const above = bottom + box.offsetHeight + 44 > innerHeight && top > box.offsetHeight;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8)) + scrollX}px`;
  box.style.top = `${(above ? top - box.offsetHeight - 4 : bottom + 4) + scrollY}px`;
}

async function load(login, opener) {
  const mine = (asked += 1);
  const url = `${box.dataset.url}?of=${encodeURIComponent(login)}&q=${encodeURIComponent(field.value)}`;
  const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  if (mine !== asked || box.hidden) return;
  if (!answer?.ok) return toast(say("unsent"));
  list.innerHTML = await answer.text(); /* the server's own markup, escaped by its templates */
  point(options()[0]);
  place(opener);
  tickNow();
}

function point(option) {
  for (const one of list.querySelectorAll("[aria-selected]")) one.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function keys(event, close) {
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = options();
  const chosen = list.querySelector("[aria-selected]");
  if (step) point(all[(all.indexOf(chosen) + step + all.length) % all.length]);
  else if (event.key === "Enter") chosen?.querySelector("[data-order]").click();
  else if (event.key === "Escape" || event.key === "Tab") close(true);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

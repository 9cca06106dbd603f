/* Where a supervisor sends an agent's customer: a list under the button, walked by the arrows while one types. */

import { choices, choose, chosenOf, walk } from "../choices.js";
import { tickNow } from "../clock.js";
import { toast } from "../ui.js";
import { say } from "../words.js";

const PAUSE_MS = 120; /* of typing, before the server is asked */
const box = document.getElementById("redirect");
const [field, list] = box ? [box.querySelector("input"), box.querySelector("ul")] : [];
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

/** Opens the list for one agent's call; `chosen(what, to)` is told once what was chosen, if anything. */
export function redirect(opener, login, chosen) {
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
    const order = event.target.closest("[data-order]")?.dataset;
    if (!order) return;
    event.stopPropagation();
    close(true);
    chosen(order.what, order.to);
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
  choose(list, field, choices(list)[0]);
  place(opener);
  tickNow();
}

function keys(event, close) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter") chosenOf(list)?.querySelector("[data-order]").click();
  else if (event.key === "Escape" || event.key === "Tab") close(true);
  else if (!walk(list, field, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

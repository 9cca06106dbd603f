/* What a supervisor can do with an agent: words on the row in focus. What destroys is confirmed by a second press. */

import { make, post, toast } from "../ui.js";
import { say, words } from "../words.js";
import { redirect } from "./redirect.js";
import { joins } from "./supervise.js";

const SURE_MS = 3000;
const GOES_ON = ["Transfer", "Redirect"]; /* of the talk, of the call that rings: both ask where to */
const IDLE = ["ready", "wrapup", "paused"];
const BUSY = ["offered", "talking", "held", "dialling"]; /* what she has in hand would be ended */
const LEGAL = [
  ["BecomeReady", "order_ready", ["wrapup", "paused"]],
  ["Pause", "order_pause", ["ready", "wrapup"]],
  ["SignOut", "order_sign_out", [...IDLE, "unreachable", ...BUSY]],
  ["Transfer", "order_redirect", ["talking", "held"]],
  ["Redirect", "order_redirect", ["offered"]],
  ["HangUp", "order_release", ["talking", "held", "dialling"]],
];

/** Kinds of orders that make sense in a state. */
export const legal = (state) => LEGAL.filter(([, , states]) => states.includes(state)).map(([kind]) => kind);

/** The buttons for one agent: `who` says what is hers to order, `watch` how she is in the agent's call. */
export function buttons(login, state, who, watch) {
  const joined = who.supervised ? joins(login, state, watch, { sure, send: (button, fields) => send(button, fields, "superviseUrl") }) : [];
  return [...joined, ...(who.ordered ? orders(login, state) : [])];
}

function orders(login, state) {
  return LEGAL.filter(([, , states]) => states.includes(state)).map(([kind, word]) => {
    const force = kind === "SignOut" && BUSY.includes(state);
    const danger = kind === "HangUp" || force;
    const button = make("button", { type: "button", class: `button small${danger ? " reject" : ""}`, "data-order": kind }, say(word));
    if (kind === "Pause") button.setAttribute("aria-haspopup", "menu");
    if (GOES_ON.includes(kind)) button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      if (kind === "Pause") reasons(button, login);
      else if (GOES_ON.includes(kind)) redirect(button, login, (what, to) => send(button, { agent: login, kind, what, to }));
      else if (!danger || sure(button, word)) send(button, { agent: login, kind, ...(force ? { force: "yes" } : {}) });
    });
    return button;
  });
}

function sure(button, word) {
  if (button.dataset.sure) return true;
  const words_ = button.querySelector(".word") ?? button;
  button.dataset.sure = "yes";
  words_.textContent = say("order_sure");
  setTimeout(() => {
    delete button.dataset.sure;
    words_.textContent = say(word);
  }, SURE_MS);
  return false;
}

function reasons(opener, login) {
  const menu = document.getElementById("pause-menu");
  const items = Object.entries(words.pauses).map(([code, label]) => make("button", { type: "button", role: "menuitem", "data-reason": code }, label));
  menu.replaceChildren(...items);
  const box = opener.getBoundingClientRect();
  menu.hidden = false;
  menu.style.left = `${Math.min(box.left, innerWidth - menu.offsetWidth - 8) + scrollX}px`;
  menu.style.top = `${(box.bottom + menu.offsetHeight + 44 > innerHeight ? box.top - menu.offsetHeight - 4 : box.bottom + 4) + scrollY}px`;
  items[0]?.focus();
  const over = new AbortController();
  const close = (back) => {
    over.abort();
    menu.hidden = true;
    if (back && opener.isConnected) opener.focus();
  };
  const { signal } = over;
  menu.addEventListener("click", (event) => {
    const reason = event.target.closest("[data-reason]")?.dataset.reason;
    close(true);
    if (reason) send(opener, { agent: login, kind: "Pause", reason });
  }, { signal });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    if (step || event.key === "Escape") event.preventDefault();
  }, { signal });
  document.addEventListener("pointerdown", (event) => !menu.contains(event.target) && close(false), { signal });
}

/** The page shows nothing of it until the fact comes; a refusal is said. */
async function send(button, fields, url = "ordersUrl") {
  button.classList.add("turning");
  button.disabled = true;
  const [status, answer] = await post(document.body.dataset[url], fields);
  button.classList.remove("turning");
  button.disabled = false;
  if (status !== 202) toast(answer.error ?? say("unsent"));
}

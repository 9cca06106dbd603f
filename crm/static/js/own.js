/* Her own state on every page but the desk: a chip with its time, and a bar while a call is offered to her. */

import { badge } from "./badge.js";
import { onTick, tickNow } from "./clock.js";
import { Link } from "./link.js";
import { order, refused, settle } from "./orders.js";
import { ownCall, ownState } from "./store.js";
import { icon, STATE_ICONS, text, toast } from "./ui.js";
import { named, say, words } from "./words.js";

const at = (id) => document.getElementById(id);
const site = document.documentElement.dataset;
const title = document.title.replace(/ · Switchdesk$/, "");
let shown = "";
let answering = "";

function show(held, known = true) {
  const state = ownState(held);
  const live = ownCall(held);
  const key = JSON.stringify([state, held.me, live?.stage]);
  if (key !== shown) {
    if (shown) settle();
    shown = key;
  }
  showChip(state, held, live, known);
  const caller = live ? live.customer || live.shown || say("withheld") : "";
  const offered = state === "offered" && live && known;
  at("own-bar").hidden = !offered;
  if (offered) {
    text("own-caller", live.queue ? say("incoming", { caller, queue: named("queues", live.queue) }) : caller);
    at("own-waited").dataset.since = live.entered || live.arrived || 0;
  }
  const called = ["offered", "dialling", "talking", "held"].includes(state) ? ` ${caller}` : "";
  badge(known && state !== "offline" ? `${words.states[state]}${called} · ${title}` : title, state, at("own"));
  /* She picked it up here: what is to be done now is on the desk. */
  if (answering && held.me?.call_id === answering && ["talking", "held"].includes(state)) location.assign(site.deskUrl);
  if (state !== "offered" && held.me?.call_id !== answering) answering = "";
  tickNow();
}

function showChip(state, held, live, known) {
  const chip = at("own");
  chip.hidden = false;
  chip.dataset.state = state;
  chip.classList.toggle("unsure", !known);
  at("own-icon").replaceChildren(icon(STATE_ICONS[state], 16));
  const reason = held.me?.reason && ["paused", "unreachable"].includes(state) ? ` · ${named("reasons", held.me.reason)}` : "";
  text("own-word", words.states[state] + reason);
  const since = state === "offline" ? 0 : state === "held" ? live.since : held.me.since;
  at("own-time").dataset.since = since;
}

/** F2 and F9 do here what they do on the desk, while a call is offered. */
function keys(event) {
  if (event.isComposing || event.keyCode === 229 || event.repeat || at("own-bar").hidden) return;
  const button = at("own-bar").querySelector(`[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

export function startOwn() {
  let held = null;
  const quiet = document.body.dataset.page === "floor"; /* that page has a link of its own, which tells how it is */
  const link = new Link("/ws/desk/", (next) => show((held = next), !link.stale), refused, { quiet });
  document.addEventListener("keydown", keys);
  at("own-bar").addEventListener("click", (event) => {
    const button = event.target.closest("[data-order]");
    if (!button || !held) return;
    if (button.dataset.order === "Answer") answering = held.me?.call_id ?? "";
    order(button);
  });
  onTick(() => held && link.stale !== at("own").classList.contains("unsure") && show(held, !link.stale));
}

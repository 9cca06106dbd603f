/* Pages of other systems, and what they know of the caller: beside the card, which never waits for them.

   A browser lets a page open a window only on a click. So a page that opens by itself does so in a window that the
   agent opened before; where there is none, its link says so and waits for her click. */

import { toast } from "./ui.js";

const MOMENTS = { offered: "offer", dialling: "offer", talking: "talk", held: "talk", wrapup: "end" };
const SEEN = "popups";
const url = document.body.dataset.outsideUrl;
const root = document.getElementById("outside");
let of = "";
let moment = "";
let talked = false;
let links = [];

const seen = () => JSON.parse(sessionStorage.getItem(SEEN) ?? "[]");
const keyOf = (link) => `${link.dataset.popup}:${link.pathname}`;

function remember(link) {
  link.classList.remove("held-back");
  sessionStorage.setItem(SEEN, JSON.stringify([...seen(), keyOf(link)].slice(-50)));
}

/** What the desk has in hand now; "" = no call. */
export function follow(callId, state) {
  if (!url) return;
  if (callId !== of) {
    if (of && talked) open("done");
    of = callId;
    links = [];
    moment = "";
    talked = false;
    root.hidden = true;
    root.replaceChildren();
    if (callId) load(callId);
  }
  const next = callId ? MOMENTS[state] ?? "" : "";
  talked ||= ["talk", "end"].includes(next);
  if (next === moment) return;
  moment = next;
  fit();
}

/** Which links are there now, and what opens by itself. */
function fit() {
  for (const link of links) {
    const later = link.dataset.moment === "done" || (link.dataset.moment === "end" && moment !== "end");
    link.hidden = later || (link.dataset.moment === "talk" && moment === "offer");
  }
  root.hidden = ![...root.children].some((part) => !part.hidden);
  if (moment) open(moment);
}

function open(now) {
  for (const link of links) {
    if (link.dataset.moment !== now || !("window" in link.dataset) || seen().includes(keyOf(link))) continue;
    if (window.open(link.href, link.target)) remember(link);
    else {
      link.classList.add("held-back");
      toast(root.dataset.heldBack.replace("{name}", link.textContent.trim()));
    }
  }
}

async function fragment(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

async function load(callId, again = 0) {
  const html = await fragment(url.replace("CALL", encodeURIComponent(callId)));
  if (of !== callId) return;
  if (html === null) {
    if (again < 5) setTimeout(() => of === callId && load(callId, again + 1), 400 * 2 ** again);
    return;
  }
  root.innerHTML = html;
  links = [...root.querySelectorAll("[data-popup]")];
  fit();
  for (const place of root.querySelectorAll("[data-lookup]")) ask(place);
}

async function ask(place) {
  const html = await fragment(place.dataset.lookup);
  if (html !== null) place.innerHTML = html;
  else {
    const words = place.querySelector("[data-failed]");
    words.textContent = words.dataset.failed;
  }
}

root?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-popup]");
  if (link) remember(link);
});

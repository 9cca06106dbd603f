/* The cards of the idle desk that the server draws: next customer, callbacks, what was dialled today. Their forms
   (data-card) answer with the card anew, or with a sentence that says why not. */

import "./menus.js";
import { onTick, timeOfDay } from "./clock.js";
import { ask } from "./orders.js";
import { asksTwice, csrf, mark, text, toast } from "./ui.js";
import { say } from "./words.js";

const SOON_US = 60e6;
const ENDING_US = 10e6;
const AGAIN_MS = 15000;
const FRESH_MS = 60000;
const cards = () => [...document.querySelectorAll("[data-card-url]")];
const goOn = `goon:${document.body.dataset.login}`; /* several people may use one computer */
const announced = new Set();
let free = () => false;
let changed = () => {};
let taking = 0;
let over = "";

/** `isFree`: whether she could call somebody at this moment; `drawn`: a card was drawn anew. */
export function watchCards(isFree, drawn) {
  free = isFree;
  changed = drawn;
  fitOrder();
  setInterval(() => !document.hidden && cards().filter((card) => !busy(card)).forEach((card) => draw(card)), FRESH_MS);
  fitSwitch();
}

/** All of them anew: after a call. */
export async function drawCards() {
  await Promise.all(cards().map((card) => draw(card)));
}

/** She became ready: if she wants it so, her next customer is shown. */
export function goesOn() {
  const form = document.querySelector("form[data-take]");
  if (!form || localStorage.getItem(goOn) !== "yes" || !free() || Date.now() < taking) return;
  taking = Date.now() + AGAIN_MS;
  send(form);
}

/** Nobody's typing or choosing is swept away. */
function busy(card) {
  return card.querySelector("details.menu[open], select:focus, input:focus") !== null;
}

async function draw(card, fields) {
  const url = fields?.url ?? card.dataset.cardUrl;
  const options = fields && { method: "POST", body: fields.body, headers: { "X-CSRFToken": csrf() } };
  const answer = await fetch(url, { redirect: "manual", ...options }).catch(() => null);
  if (!answer?.ok) {
    const said = answer?.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (fields) toast(said.error ?? say("unsent"));
    if (fields && said.error) await draw(card);
    return false;
  }
  const had = card.contains(document.activeElement);
  card.innerHTML = await answer.text();
  card.hidden = !card.textContent.trim();
  fitSwitch();
  fitOrder();
  changed();
  if (had && fields) (card.querySelector("#lead-call:enabled, [data-take-button]:enabled") ?? card).focus();
  return true;
}

/** What a form asks; its button turns meanwhile. */
async function send(form) {
  const button = form.querySelector("button:not([type=button])");
  if (button.classList.contains("turning")) return;
  button.classList.add("turning");
  await draw(form.closest("[data-card-url]"), { url: form.action, body: new URLSearchParams(new FormData(form)) });
  button.classList.remove("turning");
}

async function call(button) {
  const status = await ask(button, button.dataset.callUrl);
  if (status && status !== 202) await draw(button.closest("[data-card-url]"));
}

async function more(button) {
  const answer = await fetch(button.dataset.more, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  const list = button.closest(".manual");
  list.querySelector("tbody").append(...page.content.querySelectorAll("tbody > tr"));
  const next = page.content.querySelector("[data-more]");
  if (next) button.dataset.more = next.dataset.more;
  else button.remove();
  changed();
}

/** A customer whom she is shown stands first while she has time to look; else what is due does. The cards change places
    themselves, so the keyboard goes the way the eye does. */
function fitOrder() {
  const next = document.getElementById("next");
  const due = document.getElementById("callbacks");
  const [first, second] = next.querySelector(".lead") ? [next, due] : [due, next];
  if (!(second.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_PRECEDING)) second.before(first);
}

function fitSwitch() {
  const box = document.getElementById("go-on");
  if (box) box.checked = localStorage.getItem(goOn) === "yes";
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-card]")) return;
  event.preventDefault();
  send(event.target);
});
document.addEventListener("click", (event) => {
  const sure = event.target.closest("[data-card] [data-twice]");
  if (sure && asksTwice(sure)) return event.preventDefault();
  const button = event.target.closest("[data-call-url], [data-more]");
  if (button && !button.disabled) (button.dataset.more ? more : call)(button);
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "go-on") return;
  if (event.target.checked) localStorage.setItem(goOn, "yes");
  else localStorage.removeItem(goOn);
  goesOn();
});

onTick((at) => {
  for (const row of document.querySelectorAll("[data-due]")) {
    const left = Number(row.dataset.due) - at;
    const key = `${row.dataset.id}:${row.dataset.due}`;
    if (left > SOON_US || left <= 0 || announced.has(key)) continue;
    announced.add(key);
    toast(say("callback_soon", { who: row.dataset.who, time: timeOfDay(Number(row.dataset.due)).slice(0, 5) }));
  }
  const left = document.getElementById("lead-left");
  if (!left) return goesOn();
  const rest = Number(left.dataset.left) - at;
  const whole = Math.max(0, Math.ceil(rest / 1e6));
  text("lead-left", say("time_to_look", { time: `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` }));
  mark(left, rest < ENDING_US ? "over" : "");
  if (rest > 0 || over === left.dataset.left) return;
  over = left.dataset.left;
  draw(left.closest("[data-card-url]"));
});

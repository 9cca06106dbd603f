/* The agent's orders. A pressed verb turns until the fact comes back; the page never runs ahead of the switch. After a
   second it is said that the switch is waited for, after three that it did not answer; then it may be asked again. */

import { post, text, toast } from "./ui.js";
import { say } from "./words.js";

const WORDS_MS = 1000;
const UNANSWERED_MS = 3000;
const site = document.documentElement.dataset;
const notice = document.getElementById("unanswered");
const again = document.getElementById("again");
const sent = new Set(); /* ids of orders that this page gave */
let pending = null;
let retry = null;

/** Sends what a button stands for. `turns` is what shows that it is under way, if the button itself goes away. */
export function order(button, turns = button) {
  const fields = { kind: button.dataset.order };
  for (const name of ["reason", "what", "to", "slot", "of", "when"]) if (button.dataset[name]) fields[name] = button.dataset[name];
  return send(button, turns, site.ordersUrl, fields);
}

/** Asks at an address what only it stands for, such as dialling a lead. Resolves with the status of the answer. */
export function ask(button, url) {
  return send(button, button, url, {});
}

/** Calls a number, or whoever is at the other end of a call, or a customer: `{ number }`, or as `whom` of ui.js says. */
export function dial(button, whom) {
  return send(button, button, site.dialUrl, whom);
}

async function send(button, turns, url, fields) {
  if (pending || button.disabled || button.hidden) return;
  const mine = (pending = { turns, timers: [] });
  turns.classList.add("turning");
  hush();
  mine.timers = [setTimeout(() => tell("asking"), WORDS_MS), setTimeout(() => unanswered(() => send(button, turns, url, fields)), UNANSWERED_MS)];
  const [status, answer] = await post(url, fields);
  if (status === 202) sent.add(answer.id);
  if (pending !== mine || status === 202) return status; /* the fact was quicker than the answer */
  settle();
  toast(answer.error ?? say("unsent"));
  return status;
}

/** A fact came: whatever was asked is answered. */
export function settle() {
  hush();
  if (!pending) return;
  pending.turns.classList.remove("turning");
  for (const timer of pending.timers) clearTimeout(timer);
  pending = null;
}

/** The daemon said no; what a supervisor or another tab was refused is said there. */
export function refused(message) {
  if (message.phone) return toast(message.sentence); /* what she wanted by her phone */
  if (!pending && !sent.has(message.command_id)) return;
  settle();
  toast(message.sentence);
}

function unanswered(repeat) {
  settle();
  retry = repeat;
  tell("unanswered");
}

function tell(what) {
  if (!notice) return what === "unanswered" ? toast(say(what)) : undefined; /* only the desk has the place for it */
  text("unanswered-words", say(what));
  again.hidden = !retry;
  notice.hidden = false;
}

function hush() {
  if (notice) notice.hidden = true;
  retry = null;
}

again?.addEventListener("click", () => retry?.());

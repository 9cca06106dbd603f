/* The agent's orders. A pressed verb turns until the fact comes back; the page never runs ahead of the switch. */

import { post, toast } from "./ui.js";
import { say } from "./words.js";

const UNANSWERED_MS = 3000;
const site = document.documentElement.dataset;
let pending = null;

/** Sends what a button stands for. */
export function order(button) {
  const fields = { kind: button.dataset.order };
  if (button.dataset.reason) fields.reason = button.dataset.reason;
  return send(button, site.ordersUrl, fields);
}

/** Calls a number, or back whoever is at the other end of a call: `{ number }` or `{ call_id }`. */
export function dial(button, whom) {
  return send(button, site.dialUrl, whom);
}

async function send(button, url, fields) {
  if (pending || button.disabled || button.hidden) return;
  const mine = (pending = { button, id: "" });
  button.classList.add("turning");
  const [status, answer] = await post(url, fields);
  if (pending !== mine) return; /* the fact was quicker than the answer */
  if (status !== 202) {
    settle();
    toast(answer.error ?? say("unsent"));
    return;
  }
  mine.id = answer.id;
  setTimeout(() => {
    if (pending !== mine) return;
    settle();
    toast(say("unanswered"));
  }, UNANSWERED_MS);
}

/** A fact came: whatever was asked is answered. */
export function settle() {
  pending?.button.classList.remove("turning");
  pending = null;
}

/** The daemon said no. */
export function refused(message) {
  settle();
  toast(message.sentence);
}

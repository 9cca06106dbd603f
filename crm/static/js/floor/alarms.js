/* What is wrong now: since when, why, and that somebody takes care of it. */

import { timeOfDay } from "../clock.js";
import { icon, make, post, text, toast } from "../ui.js";
import { say } from "../words.js";
import { put, since } from "./cells.js";
import * as sound from "./sound.js";

const at = (id) => document.getElementById(id);
const title = document.title;
const rows = new Map();
let known = null;
let openCall = () => {};

/** `open(call)` shows a call. */
export function start(open) {
  openCall = open;
  at("sound").addEventListener("click", async () => {
    await sound.press();
    showSound();
  });
  document.addEventListener("pointerdown", async () => {
    await sound.wake();
    showSound();
  }, { once: true });
  showSound();
}

export function show(floor) {
  const waiting = floor.alarms.filter((one) => !one.acknowledged);
  const sorted = [...floor.alarms].sort((a, b) => Boolean(a.acknowledged) - Boolean(b.acknowledged) || a.severity.localeCompare(b.severity) || b.raised - a.raised);
  const list = at("alarms");
  for (const [id, row] of rows) {
    if (sorted.some((one) => one.id === id)) continue;
    if (row.item.contains(document.activeElement)) list.parentElement.focus();
    row.item.remove();
    rows.delete(id);
  }
  sorted.forEach((alarm, place) => {
    const row = rows.get(alarm.id) ?? build(alarm);
    if (list.children[place] !== row.item && !(row.item.isConnected && list.contains(document.activeElement))) list.insertBefore(row.item, list.children[place] ?? null);
    update(row, alarm, floor);
  });
  at("no-alarms").hidden = sorted.length > 0;
  text("alarms-count", waiting.length ? String(waiting.length) : "");
  document.title = waiting.length ? `(${waiting.length}) ${title}` : title;
  news(waiting);
}

function news(waiting) {
  const fresh = known && waiting.filter((one) => !known.has(one.id));
  known = new Set(waiting.map((one) => one.id));
  if (!fresh?.length) return;
  sound.ring();
  put(at("alarms-spoken"), fresh.map((one) => say("new_alarm", { title: one.title })).join(" "));
  for (const one of fresh) rows.get(one.id).item.classList.add("fresh");
}

function build(alarm) {
  const sign = make("span", { class: "alarm-sign" });
  const sentence = make("b");
  const time = make("span", { class: "figures alarm-time" });
  const note = make("small", { class: "figures" });
  const why = make("button", { type: "button", class: "button small" }, say("alarm_why"));
  const take = make("button", { type: "button", class: "button small" }, say("take_care"));
  const item = make("li", { "data-alarm": alarm.code }, sign, make("p", {}, sentence, note), time, make("span", { class: "alarm-acts" }, why, take));
  const row = { item, sign, sentence, note, time, why, take, alarm };
  why.addEventListener("click", () => openCall(row.alarm.call));
  take.addEventListener("click", () => acknowledge(row));
  rows.set(alarm.id, row);
  return row;
}

function update(row, alarm, floor) {
  row.alarm = alarm;
  if (row.item.dataset.severity !== alarm.severity) {
    row.item.dataset.severity = alarm.severity;
    row.sign.replaceChildren(icon(alarm.severity === "critical" ? "alert-octagon" : "alert-triangle", 18), make("span", { class: "spoken" }, say(alarm.severity)));
  }
  put(row.sentence, alarm.sentence);
  put(row.note, alarm.acknowledged ? say("alarm_by", { name: alarm.by, time: timeOfDay(alarm.acknowledged) }) : say("alarm_since", { time: timeOfDay(alarm.raised) }));
  since(row.time, alarm.acknowledged ? 0 : alarm.since || alarm.raised);
  row.why.hidden = !alarm.call || !floor.calls[alarm.call];
  row.take.hidden = Boolean(alarm.acknowledged) || !document.body.dataset.acknowledgeUrl;
  row.item.classList.toggle("taken", Boolean(alarm.acknowledged));
}

async function acknowledge(row) {
  row.take.disabled = true;
  const [status, answer] = await post(document.body.dataset.acknowledgeUrl.replace("0", row.alarm.id), {});
  row.take.disabled = false;
  if (status !== 200) return toast(answer.error ?? say("unsent"));
  row.alarm.by = answer.by; /* the server said so; the next figures say it again */
  row.alarm.acknowledged = answer.acknowledged;
  update(row, row.alarm, { calls: {} });
}

/** With the clock. */
export function showSound() {
  const state = sound.state();
  const button = at("sound");
  const words = say(`sound_${state}`, { time: timeOfDay(sound.mutedUntil()).slice(0, 5) });
  if (button.dataset.words === words) return;
  button.dataset.words = words;
  button.replaceChildren(icon(state === "on" ? "volume" : "volume-off"), words);
}

/* The figures row and the table of queues. */

import { timeOfDay } from "../clock.js";
import { make, mark, text } from "../ui.js";
import { say, words } from "../words.js";
import { put, since } from "./cells.js";
import { abandonRate, enough, level, limit, old, ORDER, percent, serviceLevel, sum, WAITING } from "./centre.js";

const at = (id) => document.getElementById(id);
const COUNTS = [["ready"], ["offered"], ["dialling", "talking", "held"], ["wrapup"], ["paused", "unreachable"]];
const rows = new Map();
let bar = "";

export function showSums(floor) {
  const calls = Object.values(floor.calls);
  const waiting = calls.filter((call) => WAITING.includes(call.stage));
  text("sum-waiting", String(waiting.length));
  const first = waiting.reduce((found, call) => (found && found.entered <= call.entered ? found : call), null);
  since(at("sum-longest"), first?.entered, limit(floor, "longest_wait", first?.queue));
  text("sum-longest-queue", first ? (floor.names[first.queue] ?? "") : "");
  text("sum-calls", String(calls.length));
  text("sum-talking", String(calls.filter((call) => ["talking", "held", "consulting", "conference", "room"].includes(call.stage)).length));
  const day = sum(floor.figures?.day, Object.keys(floor.names));
  text("sum-level", percent(serviceLevel(day)));
  text("sum-abandoned", percent(abandonRate(day)));
  const one = (code) => limit(floor, code)[0];
  text("sum-target", one("service_level") === null ? "B" : say("target", { n: one("service_level") }));
  text("sum-limit", one("abandon_rate") === null ? "" : say("limit", { n: one("abandon_rate") }));
  showBar(Object.values(floor.states));
  const stale = old(floor);
  const time = floor.figures ? timeOfDay(floor.figures.at) : "";
  text("figures-at", floor.figures ? say(stale ? "figures_old" : "figures_at", { time }) : say("figures_none"));
  mark(at("figures-at"), stale ? "over" : "");
  document.body.classList.toggle("old-figures", stale);
}

function showBar(states) {
  const counts = ORDER.map((state) => [state, states.filter((one) => one === state).length]);
  const signedIn = counts.reduce((total, [, n]) => total + n, 0);
  text("sum-agents", String(signedIn));
  text("sum-offline", String(states.length - signedIn));
  const present = counts.filter(([, n]) => n > 0);
  if (bar === String(present)) return;
  bar = String(present);
  at("bar").replaceChildren(...present.map(([state, n]) => {
    const part = make("i", { "data-state": state });
    part.style.flexGrow = n;
    return part;
  }));
  at("bar-words").replaceChildren(...present.map(([state, n]) => make("li", { "data-state": state }, make("i", { class: "dot" }), make("b", { class: "figures" }, String(n)), words.states[state])));
}

export function showQueues(floor) {
  const table = at("queues");
  const codes = Object.entries(floor.names).sort(([, a], [, b]) => a.localeCompare(b)).map(([code]) => code);
  for (const [code, row] of rows) {
    if (codes.includes(code)) continue;
    row.row.remove();
    rows.delete(code);
  }
  codes.forEach((code, place) => {
    const row = rows.get(code) ?? build(code, floor.names[code]);
    if (table.tBodies[0].rows[place] !== row.row) table.tBodies[0].insertBefore(row.row, table.tBodies[0].rows[place] ?? null);
    update(floor, code, row);
  });
  table.hidden = codes.length === 0;
  table.parentElement.querySelector(".empty").hidden = codes.length > 0;
}

function build(code, name) {
  const cell = (more = "") => make("td", { class: `number figures${more}` });
  const cells = { waiting: cell(" strong"), longest: cell(), now: cell(" rate"), day: cell(" rate quiet"), gone: cell(" rate"), rate: cell(" rate quiet"), counts: COUNTS.map(() => cell()) };
  cells.longest.textContent = "—";
  const row = make("tr", { "data-queue": code }, make("th", { scope: "row" }, make("span", { class: "cut" }, name)), cells.waiting, cells.longest, cells.now, cells.day, cells.gone, cells.rate, ...cells.counts);
  rows.set(code, { row, ...cells });
  return rows.get(code);
}

function update(floor, code, row) {
  const line = floor.queues[code] ?? { waiting: 0, oldest: 0 };
  const counted = floor.figures;
  const [window, day] = [counted?.window[code], counted?.day[code]];
  put(row.waiting, String(line.waiting));
  since(row.longest, line.oldest, limit(floor, "longest_wait", code));
  const share = serviceLevel(window);
  put(row.now, percent(share));
  mark(row.now, share !== null && enough(window) ? level(share * 100, limit(floor, "service_level", code), true) : "");
  put(row.day, percent(serviceLevel(day)));
  put(row.gone, counted ? String(day?.abandoned ?? 0) : "—");
  put(row.rate, percent(abandonRate(day)));
  row.counts.forEach((cell, place) => put(cell, String(COUNTS[place].reduce((total, state) => total + floor.serving[code][state], 0))));
  const nobody = floor.serving[code].ready === 0 && Object.values(floor.calls).some((call) => call.queue === code && call.stage === "waiting");
  row.counts[0].classList.toggle("alarm", nobody);
}

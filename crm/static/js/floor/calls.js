/* The calls that are up: each with its timeline as it grows, and under the chosen one why its caller waits. */

import { now } from "../clock.js";
import { icon, make, STATE_ICONS, text } from "../ui.js";
import { say, words } from "../words.js";
import { put, since } from "./cells.js";
import { limit, WAITING } from "./centre.js";
import { Order } from "./order.js";
import { draw as drawBar } from "./timeline.js";
import { Rows } from "./virtual.js";
import { Why } from "./why.js";

const at = (id) => document.getElementById(id);
const STAGES = ["waiting", "passed", "parked", "offered", "dialling", "consulting", "conference", "held", "talking", "room", "flow", "arrived", "leaving"];
const HEIGHT = 40;
const cells = new WeakMap();
let floor = null;
let rows = null;
let order = null;
let why = null;

export function start() {
  rows = new Rows({ table: at("calls"), height: HEIGHT, build, update, press: choose });
  order = new Order({
    area: at("calls").parentElement, slip: at("calls-changes"), sorted, groupOf: (id) => STAGES.indexOf(floor.calls[id]?.stage),
    apply: (keys) => {
      rows.set(keys);
      rows.draw();
      at("no-calls").hidden = keys.length > 0;
      at("calls").hidden = keys.length === 0;
    },
  });
  at("calls").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-key]");
    if (row && !event.target.closest("a")) choose(row.dataset.key);
  });
}

export function show(next) {
  floor = next;
  const calls = Object.values(floor.calls);
  const count = (...stages) => calls.filter((call) => stages.includes(call.stage)).length;
  text("calls-count", say("calls", { waiting: count(...WAITING), talking: count("talking", "held", "consulting", "conference", "room") }));
  order.look();
  rows.draw();
  why?.show(floor);
}

/** With the clock: bars grow. */
export function tick() {
  if (!floor) return;
  for (const [id, row] of rows.rows) if (floor.calls[id]) drawBar(cells.get(row).bar, floor.calls[id], now());
  why?.tick(floor);
}

/** Opens a call's detail, from wherever. */
export function open(id) {
  if (!floor.calls[id]) return;
  if (!rows.place.has(id)) order.now();
  if (why?.id !== id) choose(id);
  rows.focus(id);
}

function sorted() {
  const started = (call) => (WAITING.includes(call.stage) ? call.entered : call.since);
  return Object.values(floor.calls).sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || started(a) - started(b)).map((call) => call.id);
}

function choose(id) {
  const same = why?.id === id;
  const before = why && rows.rows.get(why.id);
  why?.close();
  why = null;
  rows.unfold();
  if (before) before.setAttribute("aria-expanded", "false");
  if (!same && floor.calls[id]) {
    why = new Why(id);
    rows.unfold(id, why.row);
    rows.rows.get(id)?.setAttribute("aria-expanded", "true");
    rows.draw();
    why.show(floor);
  }
  rows.draw();
}

function build(id) {
  const parts = { icon: make("span", { class: "call-icon" }), name: make("b", { class: "cut" }), whom: make("span", { class: "cut" }), bar: make("span", { class: "times", role: "img" }), stage: make("span"), time: make("span", { class: "figures" }) };
  const row = make("tr", { "data-call": id, "aria-expanded": String(why?.id === id) }, make("th", { scope: "row" }, make("span", { class: "who" }, parts.icon, parts.name)), make("td", {}, parts.whom), make("td", {}, parts.bar), make("td", { class: "number call-stage" }, parts.stage, " ", parts.time));
  cells.set(row, parts);
  return row;
}

function update(row, id) {
  const parts = cells.get(row);
  const call = floor.calls[id];
  row.classList.toggle("gone", !call);
  if (!call) {
    put(parts.stage, say("ended"));
    delete parts.time.dataset.since;
    delete parts.time.dataset.warn;
    delete parts.time.dataset.crit;
    put(parts.time, "");
    return;
  }
  const waits = WAITING.includes(call.stage);
  if (parts.icon.dataset.stage !== call.stage) {
    parts.icon.dataset.stage = call.stage;
    parts.icon.replaceChildren(icon(call.direction === "outbound" ? "phone-outgoing" : waits ? "phone-incoming" : STATE_ICONS[call.stage]));
  }
  put(parts.name, call.customer || call.shown || say("withheld"));
  put(parts.whom, floor.people[call.agent]?.name ?? floor.names[call.queue] ?? "");
  put(parts.stage, words.stages[call.stage]);
  const limits = waits ? limit(floor, "longest_wait", call.queue) : call.stage === "held" ? limit(floor, "long_hold", call.queue) : call.stage === "talking" ? limit(floor, "long_talk", call.queue) : undefined;
  since(parts.time, waits ? call.entered : call.since, limits);
  drawBar(parts.bar, call, now());
}


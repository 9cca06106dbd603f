/* The day in quarters of an hour, and the line of the last hour. The same figures stand in a table beside. */

import { timeOfDay } from "../clock.js";
import { make } from "../ui.js";
import { say } from "../words.js";
import { sum } from "./centre.js";

const at = (id) => document.getElementById(id);
const HEIGHT = 180;
const zone = document.documentElement.dataset.zone || undefined;
const shown = { day: "", line: "" };
let charts = {};
let last = null;

export function start() {
  new MutationObserver(() => anew()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  new ResizeObserver(() => {
    for (const [name, chart] of Object.entries(charts)) chart.setSize({ width: width(name), height: HEIGHT });
  }).observe(at("charts"));
}

export function show(floor) {
  last = floor;
  if (!floor.figures) return;
  const codes = Object.keys(floor.names);
  draw("day", quarters(floor.figures, codes), dayOptions);
  draw("line", line(floor.figures, codes), lineOptions);
}

function anew() {
  for (const chart of Object.values(charts)) chart.destroy();
  charts = {};
  shown.day = shown.line = "";
  if (last) show(last);
}

/** uPlot's columns: begins (s), offered, answered within the threshold, abandoned; a quarter without a caller has zeros. */
function quarters({ slots, slot_s, day_begin, at: until }, codes) {
  const found = new Map();
  for (const code of codes) for (const [begin, counts] of slots[code] ?? []) found.set(begin, [...(found.get(begin) ?? []), counts]);
  if (!found.size) return [[], [], [], []];
  const columns = [[], [], [], []];
  const first = Math.min(...found.keys());
  for (let begin = first; begin < until; begin += slot_s * 1e6) {
    const counts = sum({ ...found.get(begin) }, Object.keys(found.get(begin) ?? [])) ?? { offered: 0, in_time: 0, abandoned: 0 };
    [begin / 1e6, counts.offered, counts.in_time, counts.abandoned].forEach((value, column) => columns[column].push(value));
  }
  return day_begin <= first ? columns : [[], [], [], []];
}

function line({ line: lines, line_from, line_step_s, at: until }, codes) {
  const steps = Math.floor((until - line_from) / (line_step_s * 1e6)) + 1;
  const places = Array.from({ length: Math.min(steps, 61) }, (_, place) => place);
  return [places.map((place) => line_from / 1e6 + place * line_step_s), places.map((place) => codes.reduce((total, code) => total + (lines[code]?.[place] ?? 0), 0))];
}

function draw(name, columns, options) {
  const key = JSON.stringify(columns);
  if (shown[name] === key) return;
  shown[name] = key;
  const [place, nothing] = [at(`chart-${name}`), at(`chart-${name}-empty`)];
  nothing.hidden = columns[0].length > 0;
  place.hidden = columns[0].length === 0;
  if (!columns[0].length) return;
  if (charts[name]) charts[name].setData(columns);
  else charts[name] = new window.uPlot(options(name), columns, place);
  table(name, columns);
}

const width = (name) => Math.max(240, at(`chart-${name}`).parentElement.clientWidth - 32);
const ink = (token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();
const short = (seconds) => timeOfDay(seconds * 1e6).slice(0, 5);

function common(name) {
  const axis = { stroke: ink("--ink-3"), font: "12px Inter, sans-serif", grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
  return {
    width: width(name), height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [8, 20, 0, 0],
    tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1e3), zone),
    axes: [{ ...axis, grid: { show: false }, size: 26, space: 56, values: (_, ticks) => ticks.map(short) }, { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] }],
  };
}

/* Bars start at zero, and one caller does not fill the chart. */
const fromZero = { y: { range: (_, min, max) => [0, Math.max(4, max * 1.1)] } };

function dayOptions(name) {
  const bars = (size) => window.uPlot.paths.bars({ size: [size, 28], align: 1 });
  const x = { range: (_, min, max) => [min - 450, Math.max(max + 1350, min + 7200)] };
  return {
    ...common(name), scales: { x, ...fromZero },
    series: [
      {},
      { label: say("offered"), fill: ink("--chart-bar"), stroke: ink("--chart-bar"), width: 0, paths: bars(0.8), points: { show: false } },
      { label: say("in_time"), fill: ink("--chart-strong"), stroke: ink("--chart-strong"), width: 0, paths: bars(0.8), points: { show: false } },
      { label: say("abandoned"), fill: ink("--alarm"), stroke: ink("--alarm"), width: 0, paths: bars(0.25), points: { show: false } },
    ],
  };
}

function lineOptions(name) {
  const stepped = window.uPlot.paths.stepped({ align: 1 });
  return { ...common(name), scales: fromZero, series: [{}, { label: say("waiting"), stroke: ink("--ink"), width: 1.5, fill: ink("--sunken"), paths: stepped, points: { show: false } }] };
}

function table(name, [times, ...columns]) {
  const body = at(`table-${name}`).tBodies[0];
  const rows = times.map((time, place) => make("tr", {}, make("th", { scope: "row", class: "figures" }, short(time)), ...columns.map((column) => make("td", { class: "number figures" }, String(column[place])))));
  body.replaceChildren(...rows.reverse());
}

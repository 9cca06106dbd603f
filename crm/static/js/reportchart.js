/* The chart of a report: counts as bars from the left axis, a share as a line to the right one; the table has the same. */

import { make } from "./ui.js";

const at = (id) => document.getElementById(id);
const HEIGHT = 220;
let chart = null;

const ink = (token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();

/** Draws what the page's data say, again after each answer. */
export function draw() {
  chart?.destroy();
  chart = null;
  const place = at("chart");
  if (!place?.dataset.chart) return;
  const told = JSON.parse(place.dataset.chart);
  const share = (series) => series.kind === "share";
  const columns = [told.labels.map((_, number) => number), ...told.series.map((series) => series.values)];
  let bar = 0;
  const series = told.series.map((one) => (one.before ? comparedOf(one.label, one) : share(one) ? lineOf(one, told.named) : barOf(one, bar++, told)));
  told.series.forEach((one, number) => {
    if (!isLine(one, told) || told.final.every(Boolean)) return;
    columns.push(one.values.map((value, row) => (loose(told, row) ? value : null)));
    columns[number + 1] = one.values.map((value, row) => (told.final[row] ? value : null));
    series.push(openOf(one));
  });
  if (told.compared.length) columns.push(told.compared);
  if (told.compared.length) series.push(comparedOf(`${told.series[0].label} (${place.dataset.compared})`, told.series[0]));
  chart = new window.uPlot({ ...common(told, place), series: [{}, ...series] }, columns, place);
  legend(told, place.dataset.compared);
  place.dataset.drawn = told.labels.length;
}

const width = (place) => Math.max(240, place.parentElement.clientWidth - 32);
const scale = (series) => (series.kind === "share" ? "%" : "n");
const NOTHING = { show: false };

/* Red is for what went wrong. */
const WRONG = ["abandoned", "blocked", "rna", "missed"];
const wrong = (series) => WRONG.includes(series.key);

const isLine = (series, told) => series.kind === "share" && !series.before && !told.named;
/** Unfinished, or the end from which a line goes on to what is. */
const loose = (told, row) => !told.final[row] || told.final[row - 1] === false || told.final[row + 1] === false;

/** What still changes is hatched: in its colour, on the ground. */
function hatched(colour) {
  const size = 6 * devicePixelRatio;
  const tile = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = size / 3;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

/** Targets: dotted, over the whole width of the times or bars that have them. */
function aims(plot, told) {
  const pen = plot.ctx;
  pen.save();
  pen.beginPath();
  for (const one of told.series) {
    one.aims.forEach((aim, row) => {
      const [from, to] = [row - 0.5, row + 0.5].map((x) => plot.valToPos(x, "x", true));
      const y = aim === null ? NaN : plot.valToPos(aim, scale(one), true);
      if (!(y >= plot.bbox.top && y <= plot.bbox.top + plot.bbox.height)) return;
      pen.moveTo(from, y);
      pen.lineTo(to, y);
    });
  }
  pen.strokeStyle = ink("--ink-2");
  pen.lineWidth = 1.5 * devicePixelRatio;
  pen.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
  pen.stroke();
  pen.restore();
}

/* Its points and the way to them, in grey and dashed. */
function openOf(series) {
  const points = { show: true, size: 6, fill: ink("--surface"), stroke: ink("--ink-3"), width: 1.5 };
  return { label: series.label, scale: "%", stroke: ink("--ink-3"), width: 1.5, dash: [3, 3], points, spanGaps: false };
}

function barOf(series, number, told) {
  const colour = ink(wrong(series) ? "--alarm" : number ? "--chart-strong" : "--chart-bar");
  const size = wrong(series) ? 0.25 : number ? 0.5 : 0.8;
  return { label: series.label, scale: "n", fill: colour, stroke: colour, width: told.final.every(Boolean) ? 0 : 1, paths: window.uPlot.paths.bars({ size: [size, wrong(series) ? 14 : number ? 36 : 60], disp: fills(colour, told, series) }), points: NOTHING };
}

function fills(colour, told, series) {
  if (told.final.every(Boolean)) return undefined;
  const open = hatched(colour);
  const of = () => told.final.map((final) => (final ? colour : open));
  return { fill: { unit: 3, values: of }, stroke: { unit: 3, values: () => series.values.map((value) => (value ? colour : "transparent")) } };
}

/* Between two agents or queues there is nothing that a line could mean. */
function lineOf(series, named) {
  const points = { show: true, size: 6, fill: ink("--surface"), stroke: ink("--ink"), width: 1.5 };
  return { label: series.label, scale: "%", stroke: ink("--ink"), width: 1.5, points, spanGaps: false, ...(named ? { paths: () => null } : {}) };
}

function comparedOf(label, like) {
  return { label, scale: scale(like), stroke: ink("--ink-3"), width: 1.5, dash: [4, 4], points: NOTHING };
}

/** A name as far as there is room; letters of Chinese are twice as wide. */
function cut(text, room) {
  let [wide, kept] = [0, ""];
  for (const letter of text) {
    wide += letter > "\u2e80" ? 12.5 : 6.8;
    if (wide > room) return `${kept.trimEnd()}…`;
    kept += letter;
  }
  return text;
}

function common(told, place) {
  const axis = { stroke: ink("--ink-3"), font: "12px Inter, sans-serif", grid: { stroke: ink("--line"), width: 1 }, ticks: NOTHING };
  const words = (plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? name(plot, tick) : ""));
  const name = (plot, tick) => (told.named ? cut(told.labels[tick] ?? "", plot.width / told.labels.length - 12) : told.labels[tick] ?? "");
  const longest = Math.max(...told.labels.map((label) => label.length));
  const axes = [
    { ...axis, grid: NOTHING, size: 26, space: told.named ? 1 : 16 + longest * 8, incrs: told.named ? [1] : [1, 2, 4, 6, 8, 12, 24, 48, 96, 192, 384], values: words },
    { ...axis, scale: "n", size: 52, show: told.series.some((one) => one.kind !== "share"), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5] },
  ];
  if (told.series.some((one) => one.kind === "share")) axes.push({ ...axis, scale: "%", side: 1, size: 44, grid: NOTHING, values: (_, ticks) => ticks.map((tick) => `${tick}%`) });
  return {
    width: width(place), height: HEIGHT, legend: NOTHING, padding: [8, 8, 0, 0], axes,
    cursor: { y: false, points: NOTHING, drag: { x: false, y: false } },
    scales: { x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] }, n: { range: (_, min, max) => [0, Math.max(4, max * 1.1)] }, "%": { range: [0, 105] } },
    hooks: { draw: [(plot) => aims(plot, told)], setCursor: [(plot) => say(told, plot.cursor.idx)] },
  };
}

/** What lies under the pointer, in words above the chart. */
function say(told, number) {
  const said = at("chart-said");
  if (number === null || number === undefined) said.textContent = "";
  else said.textContent = [told.labels[number], ...told.series.map((one) => `${one.label} ${one.texts[number]}`), ...(told.final[number] ? [] : [told.open])].join(" · ");
}

function legend(told, word) {
  const kind = (series, number) => {
    if (series.before) return "compared";
    if (series.kind === "share") return "line";
    return wrong(series) ? "third" : number ? "second" : "first";
  };
  const marks = told.series.map((one, number) => make("li", {}, make("i", { class: "dot", "data-series": kind(one, number) }), one.label));
  if (told.compared.length) marks.push(make("li", {}, make("i", { class: "dot", "data-series": "compared" }), `${told.series[0].label} (${word})`));
  for (const one of told.series) if (one.aim) marks.push(make("li", {}, make("i", { class: "dot", "data-series": "aim" }), one.aim));
  if (told.open) marks.push(make("li", {}, make("i", { class: "dot", "data-series": "open" }), told.open));
  at("legend").replaceChildren(...marks);
}

new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
addEventListener("resize", () => chart?.setSize({ width: width(at("chart")), height: HEIGHT }));

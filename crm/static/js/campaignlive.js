/* The live page of a campaign: its part is fetched every two seconds; the chart and what has the focus stay. */
import { setServerTime, timeOfDay } from "./clock.js";

const EVERY_MS = 2000;
const STALE_MS = 5000;
const HEIGHT = 220;
const live = document.getElementById("live");
const lost = document.getElementById("live-lost");
const zone = document.documentElement.dataset.zone || undefined;
let heard = performance.now();
let told = Number(part().dataset.at);
let chart = null;
let shown = "";
let asking = false;

function part() {
  return document.getElementById("live-part");
}

async function refresh() {
  if (document.hidden || asking || document.querySelector("dialog[open]")) return;
  asking = true;
  try {
    const answer = await fetch(live.dataset.url, { redirect: "error" });
    if (answer.ok) take(await answer.text());
  } catch {
    /* said below, when it lasts */
  } finally {
    asking = false;
    const old = performance.now() - heard > STALE_MS;
    live.classList.toggle("old", old);
    lost.hidden = !old;
    if (old) document.getElementById("live-lost-at").textContent = timeOfDay(told);
  }
}

/** The server's own markup, escaped there. What changed is put in, piece by piece. */
function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live-part");
  if (!fresh) return;
  heard = performance.now();
  told = Number(fresh.dataset.at);
  setServerTime(told);
  if (fresh.dataset.state !== live.dataset.state) {
    location.reload();
    return;
  }
  for (const piece of fresh.querySelectorAll("[data-keep]")) put(piece);
  part().dataset.at = fresh.dataset.at;
  part().dataset.course = fresh.dataset.course;
  draw();
}

function put(piece) {
  const old = part().querySelector(`[data-keep="${piece.dataset.keep}"]`);
  if (old.dataset.said === piece.outerHTML || (!old.dataset.said && old.outerHTML === piece.outerHTML)) return;
  const said = piece.outerHTML;
  const scrolled = old.querySelector(".window")?.scrollTop ?? 0;
  const focused = old.contains(document.activeElement);
  old.replaceChildren(...piece.childNodes);
  old.className = piece.className;
  old.dataset.said = said;
  const frame = old.querySelector(".window");
  if (frame) frame.scrollTop = scrolled;
  if (focused) frame?.focus();
}

const ink = (token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();
const words = (series) => document.getElementById("chart-words").content.querySelector(`[data-series="${series}"]`).textContent;

function draw() {
  if (shown === part().dataset.course) return;
  shown = part().dataset.course;
  const { times, talking, wrapup, ready, lines } = JSON.parse(shown);
  /* Stacked, the tallest drawn first. */
  const two = talking.map((n, place) => n + wrapup[place]);
  const all = two.map((n, place) => n + ready[place]);
  const columns = [times, all, two, talking, lines];
  if (chart) chart.setData(columns);
  else chart = new window.uPlot(options(), columns, document.getElementById("live-chart"));
}

const width = () => Math.max(240, document.getElementById("live-chart").parentElement.clientWidth - 32);

function options() {
  const axis = { stroke: ink("--ink-3"), font: "12px Inter, sans-serif", grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
  const stepped = window.uPlot.paths.stepped({ align: 1 });
  const area = (series) => ({ label: words(series), fill: `color-mix(in srgb, ${ink(`--${series}`)} 45%, ${ink("--surface")})`, width: 0, paths: stepped, points: { show: false } });
  return {
    width: width(), height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [8, 16, 0, 0],
    tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1e3), zone),
    scales: { y: { range: (_, low, high) => [0, Math.max(4, high * 1.1)] } },
    axes: [{ ...axis, grid: { show: false }, size: 26, space: 56, values: (_, ticks) => ticks.map((at) => timeOfDay(at * 1e6).slice(0, 5)) }, { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }],
    series: [{}, area("ready"), area("wrapup"), area("talking"), { label: words("lines"), stroke: ink("--ink"), width: 2, paths: stepped, points: { show: false } }],
  };
}

function anew() {
  chart?.destroy();
  chart = null;
  shown = "";
  draw();
}

setServerTime(told);
draw();
setInterval(refresh, EVERY_MS);
new ResizeObserver(() => chart?.setSize({ width: width(), height: HEIGHT })).observe(live);
new MutationObserver(anew).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

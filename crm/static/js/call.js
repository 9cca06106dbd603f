/* One call's page. An event that is chosen opens its reason and marks its place on the axis; stages tell their length
   under pointer and focus; while the call is up the page asks each second whether there is more, and what lasts grows. */

import { freeze, now, onTick, setServerTime, tickNow, timeOfDay } from "./clock.js";
import { toast } from "./ui.js";

const EVERY_MS = 1000;
const STALE_MS = 5000;
const root = document.getElementById("call");
const link = document.getElementById("call-link");
const said = new Map(); /* part → the markup that the server sent for it last */
let chosenByHand = "";
let heard = Date.now();
let offset = 0;
let wanted = false;

const all = (selector) => [...root.querySelectorAll(selector)];

function keepTime(at) {
  offset = at - Date.now() * 1000;
  setServerTime(at);
}

/* --- events ---------------------------------------------------------------------------------------------- */

function choose(key) {
  for (const row of all("[data-event]")) {
    const is = row.dataset.event === key;
    row.classList.toggle("chosen", is);
    row.querySelector("button").setAttribute("aria-pressed", is);
    if (is) markAxis(row.dataset.place);
  }
  for (const article of all("[data-why]")) article.hidden = article.dataset.why !== key;
}

/** By a person's hand: where the reason stands below the timeline, it comes into sight. */
function open(key) {
  choose((chosenByHand = key));
  document.getElementById("why").scrollIntoView({ block: "nearest" });
}

function markAxis(place) {
  const line = document.getElementById("axis-mark");
  if (!line) return;
  line.setAttribute("visibility", place === undefined ? "hidden" : "visible");
  for (const side of ["x1", "x2"]) line.setAttribute(side, `${place ?? 0}%`);
}

root.addEventListener("click", (event) => {
  const row = event.target.closest("[data-event]");
  if (row) open(row.dataset.event);
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

root.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches(".timeline button")) walk(event, all(".timeline button"), "ArrowUp", "ArrowDown", (button) => open(button.closest("tr").dataset.event));
  if (event.target.matches(".bar")) walk(event, all(".bar"), "ArrowLeft", "ArrowRight", () => {});
});

function walk(event, stops, back, on, then) {
  const step = { [back]: -1, [on]: 1 }[event.key];
  const next = step && stops[stops.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  for (const stop of stops) if (stop.matches(".bar")) stop.setAttribute("tabindex", stop === next ? "0" : "-1");
  next.focus();
  then(next);
}

/** When she is to be called is asked only with an outcome that means it. */
function askWhen() {
  const due = root.querySelector("[data-due]");
  if (!due) return;
  due.hidden = !root.querySelector("[name=disposition] option:checked")?.hasAttribute("data-asks");
  due.querySelector("input").disabled = due.hidden;
}

root.addEventListener("change", (event) => {
  if (event.target.name === "disposition") askWhen();
});

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied);
  } catch { /* without HTTPS a page may not: the id is selected, and Ctrl C takes it */
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
  }
}

/* --- axis ------------------------------------------------------------------------------------------------ */

/** Into each bar goes the longest of its words that it has room for. */
function fit() {
  for (const bar of all(".bar")) {
    const text = bar.querySelector("text");
    const room = bar.querySelector(".fill").getBoundingClientRect().width - 14;
    for (const words of [text.dataset.label, text.dataset.short, ""]) {
      if (text.textContent !== words) text.textContent = words;
      if (!words || text.getComputedTextLength() <= room) break;
    }
  }
}

function tell(event) {
  const bar = event.target.closest?.(".bar");
  const tip = document.getElementById("axis-tip");
  if (!tip) return;
  tip.hidden = !bar;
  if (!bar) return;
  tip.textContent = bar.getAttribute("aria-label");
  const [box, place] = [tip.parentElement.getBoundingClientRect(), bar.querySelector(".fill").getBoundingClientRect()];
  const left = Math.min(Math.max(place.left - box.left, 8), box.width - tip.offsetWidth - 8);
  tip.style.left = `${left}px`;
  tip.style.top = `${place.top - box.top - tip.offsetHeight - 4}px`;
}

for (const kind of ["mouseover", "focusin", "mouseout", "focusout"]) root.addEventListener(kind, kind.endsWith("out") ? () => tell({ target: document.body }) : tell);

function grow(at) {
  const axis = root.querySelector(".axis");
  if (!axis || !("up" in root.dataset)) return;
  const length = Number(axis.dataset.length);
  const seconds = (at - Number(axis.dataset.zero)) / 1e6;
  if (seconds > length) wanted = true;
  for (const bar of all(".bar[data-open]")) {
    const width = (Math.min(seconds, length) - Number(bar.dataset.begin)) / length * 100;
    if (width > 0) bar.setAttribute("width", `${width}%`);
  }
  fit();
}

/* --- as long as the call is up ---------------------------------------------------------------------------- */

function take(page) {
  const fresh = page.getElementById("call");
  if (!fresh) return;
  const active = document.activeElement?.closest?.("[data-event]")?.dataset.event;
  for (const part of document.querySelectorAll("[data-part]")) {
    const news = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!news || said.get(part.dataset.part) === news.innerHTML || part.querySelector("form")) continue;
    said.set(part.dataset.part, news.innerHTML);
    part.replaceChildren(...document.importNode(news, true).childNodes);
  }
  root.dataset.revision = fresh.dataset.revision;
  keepTime(Number(fresh.dataset.now));
  if (!("up" in fresh.dataset)) {
    delete root.dataset.up;
    link.hidden = true;
  }
  dress();
  const button = active && root.querySelector(`[data-event="${CSS.escape(active)}"] button`);
  if (button) button.focus({ preventScroll: true });
}

function dress() {
  const first = root.querySelector(".bar");
  if (first) first.setAttribute("tabindex", "0");
  const key = all("[data-event]").some((row) => row.dataset.event === chosenByHand) ? chosenByHand : root.querySelector(".chosen")?.dataset.event;
  if (key) choose(key);
  askWhen();
  fit();
  tickNow();
}

async function ask() {
  if (!document.hidden) {
    const have = wanted ? "" : root.dataset.revision;
    try {
      const answer = await fetch(`${location.pathname}?have=${encodeURIComponent(have)}`, { redirect: "manual" });
      if (answer.status === 200) {
        wanted = false;
        take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
      if (answer.ok) hear();
    } catch { /* the server is away; below it is told since when */ }
    if (Date.now() - heard > STALE_MS) miss();
  } else heard = Date.now();
  if ("up" in root.dataset) setTimeout(ask, EVERY_MS);
}

function hear() {
  heard = Date.now();
  if (link.dataset.link === "live") return;
  link.dataset.link = "live";
  link.lastElementChild.textContent = link.dataset.live;
  setServerTime(Date.now() * 1000 + offset);
}

function miss() {
  if (link.dataset.link === "stale") return;
  link.dataset.link = "stale";
  link.lastElementChild.textContent = link.dataset.stale.replace("{time}", timeOfDay(now()));
  freeze();
}

keepTime(Number(root.dataset.now));
for (const part of document.querySelectorAll("[data-part]")) said.set(part.dataset.part, part.innerHTML);
dress();
addEventListener("resize", fit);
document.fonts.ready.then(fit);
if ("up" in root.dataset) {
  onTick(grow);
  setTimeout(ask, EVERY_MS);
}

/* The agents: who needs attention first, found by name, login or extension, by department and by state. */

import { now } from "../clock.js";
import { icon, make, text } from "../ui.js";
import { named, say, words } from "../words.js";
import { buttons, legal } from "./actions.js";
import { chip, put, since } from "./cells.js";
import { agentLimits, agentSince, answeredToday, level, ORDER } from "./centre.js";
import { Order } from "./order.js";
import { inIt, mine } from "./supervise.js";
import { Rows } from "./virtual.js";

const at = (id) => document.getElementById(id);
const ATTENTION = ["unreachable", "held", "offered", "dialling", "talking", "wrapup", "ready", "paused", "offline"];
const ALL = [...ORDER, "offline"];
const SHORT = document.documentElement.lang.startsWith("zh") ? 4 : 9; /* letters of a reason that fit beside the state's word */
const HEIGHT = 40;
const collate = new Intl.Collator(document.documentElement.lang).compare;
const cells = new WeakMap();
let floor = null;
let rows = null;
let order = null;

export function start() {
  rows = new Rows({ table: at("agents"), height: HEIGHT, build, update, press: (key) => acts(rows.rows.get(key))?.querySelector("button")?.focus() });
  order = new Order({
    area: at("agents").parentElement, slip: at("agents-changes"), sorted, groupOf,
    apply: (keys) => {
      rows.set(keys);
      rows.draw();
      empty(keys.length);
    },
  });
  for (const id of ["agents-search", "agents-state", "agents-department", "agents-device"]) at(id).addEventListener("input", () => order.now());
  for (const radio of document.querySelectorAll("[name=agents-order]")) radio.addEventListener("change", () => order.now());
  const table = at("agents");
  table.addEventListener("pointerover", (event) => acts(event.target.closest("tr[data-key]")));
  table.addEventListener("focusin", (event) => acts(event.target.closest("tr[data-key]")));
  table.addEventListener("keydown", (event) => event.key === "Escape" && event.target.closest("tr[data-key]")?.focus());
}

export function show(next) {
  floor = next;
  departments();
  order.look();
  rows.draw();
}

function departments() {
  const select = at("agents-department");
  const found = [...new Set(Object.values(floor.people).map((who) => who.department).filter(Boolean))].sort(collate);
  if (select.dataset.have === String(found)) return;
  select.dataset.have = String(found);
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...found.map((name) => make("option", { value: name }, name)));
  select.value = found.includes(chosen) ? chosen : "";
}

/* ---- which, and in which order */

function matches(login) {
  const who = floor.people[login];
  const wanted = at("agents-search").value.trim().toLowerCase();
  const [state, department] = [at("agents-state").value, at("agents-department").value];
  const found = !wanted || [who.name.toLowerCase(), login.toLowerCase(), who.extension].some((text) => text.includes(wanted));
  const device = at("agents-device").value;
  if (device && (device === "yes") !== Boolean(floor.devices[who.extension])) return false;
  return found && (!state || floor.states[login] === state) && (!department || who.department === department);
}

function severity(login) {
  const from = agentSince(floor, login);
  if (floor.states[login] === "unreachable") return 2;
  const found = from ? level((now() - from) / 1e6, agentLimits(floor, login)) : "";
  return { alarm: 3, over: 2, "": 0 }[found];
}

const mode = () => document.querySelector("[name=agents-order]:checked").value;

function groupOf(login) {
  const state = floor.states[login];
  if (mode() === "department") return floor.people[login].department;
  if (mode() === "state") return ALL.indexOf(state);
  return severity(login) * -100 + ATTENTION.indexOf(state);
}

function sorted() {
  const keys = Object.keys(floor.people).filter(matches);
  const about = new Map(keys.map((login) => [login, { group: groupOf(login), state: ALL.indexOf(floor.states[login]), from: agentSince(floor, login), name: floor.people[login].name }]));
  const groups = mode() === "department" ? (a, b) => collate(a, b) : (a, b) => a - b;
  return keys.sort((x, y) => {
    const [a, b] = [about.get(x), about.get(y)];
    return groups(a.group, b.group) || a.state - b.state || (a.state < ORDER.length ? a.from - b.from : 0) || collate(a.name, b.name);
  });
}

function empty(n) {
  const all = Object.keys(floor.people).length;
  const nobody = at("agents-empty");
  nobody.hidden = n > 0;
  put(nobody, all ? say("no_match") : say("no_agents"));
  text("agents-count", n === all ? say("agents", { n }) : say("agents_of", { n, all }));
}

/* ---- a row */

function build(login) {
  const who = floor.people[login];
  const parts = {
    chip: make("span", { class: "chip state-chip" }), time: make("td", { class: "number figures" }), doing: make("span", { class: "cut" }),
    today: make("td", { class: "number figures" }), device: make("td", { class: "device figures" }), acts: make("td", { class: "acts" }),
  };
  const name = make("th", { scope: "row" }, make("span", { class: "cut" }, who.name));
  const row = make("tr", {}, make("td", {}, parts.chip), parts.time, name, make("td", {}, parts.doing), parts.today, parts.device, make("td", { class: "quiet" }, make("span", { class: "cut" }, who.department || "—")), parts.acts);
  cells.set(row, parts);
  return row;
}

function update(row, login) {
  const parts = cells.get(row);
  const who = floor.people[login];
  const agent = floor.agents[login];
  const state = floor.states[login];
  const call = agent ? floor.calls[agent.call_id] : null;
  const reason = agent?.reason && ["paused", "unreachable"].includes(state) ? named("reasons", agent.reason) : "";
  const short = reason && reason.length <= SHORT;
  chip(parts.chip, state, words.states[state] + (short ? ` · ${reason}` : ""));
  since(parts.time, state === "offline" ? 0 : agentSince(floor, login), agentLimits(floor, login));
  const queue = call?.queue ? ` · ${floor.names[call.queue] ?? call.queue}` : "";
  const joined = inIt(floor, login);
  const quiet = agent?.dnd ? say("dnd") : "";
  put(parts.doing, !call && quiet ? [quiet, short ? "" : reason, who.forward].filter(Boolean).join(" · ") : call ? `${joined && `${joined} · `}${call.customer || call.shown || say("withheld")}${queue}` : [short ? "" : reason, who.forward].filter(Boolean).join(" · "));
  const today = answeredToday(floor, login);
  put(parts.today, today === null ? "—" : String(today));
  device(parts.device, who.extension, who.forward);
  const watch = mine(floor, login);
  const joins = who.supervised ? `${state} ${watch ? watch.mode || "rings" : "-"}` : "";
  const kinds = `${who.ordered ? String(legal(state)) : ""}${joins}`;
  if (parts.acts.dataset.kinds !== kinds) fill(parts.acts, login, kinds);
}

/** Whether a phone is there, and where its calls go on to. */
function device(cell, extension, forward) {
  const registered = floor.devices[extension];
  const there = registered ? "yes" : "no";
  if (cell.dataset.registered === there && cell.dataset.forward === forward) return;
  cell.dataset.registered = there;
  cell.dataset.forward = forward;
  const words_ = registered ? say("registered") : say("not_registered");
  cell.title = forward ? `${words_}; ${forward}` : words_;
  const onward = forward ? [icon("arrow-forward-up", 14), make("span", { class: "spoken" }, forward)] : [];
  cell.replaceChildren(icon(registered ? "check" : "plug-connected-x", 14), extension, make("span", { class: "spoken" }, words_), ...onward);
}

/** The orders that the state allows changed: what was open is closed, the focus stays on the row. */
function fill(cell, login, kinds) {
  const focused = cell.contains(document.activeElement);
  cell.dataset.kinds = kinds;
  const more = make("button", { type: "button", class: "more", tabindex: "-1", "aria-label": say("more", { name: floor.people[login].name }) }, icon("dots"));
  more.addEventListener("click", () => acts(cell.parentElement)?.querySelector("button")?.focus());
  cell.replaceChildren(...(kinds ? [more] : []));
  if (focused) cell.parentElement.focus({ preventScroll: true });
  if (cell.parentElement?.matches(":hover")) acts(cell.parentElement);
}

/** The words of the row's orders, made when it is pointed at. */
function acts(row) {
  const cell = row && cells.get(row)?.acts;
  if (!cell || !cell.dataset.kinds) return null;
  let words_ = cell.querySelector(".row-acts");
  if (!words_) {
    words_ = make("div", { class: "row-acts" }, ...buttons(row.dataset.key, floor.states[row.dataset.key], floor.people[row.dataset.key], mine(floor, row.dataset.key)));
    cell.append(words_);
  }
  return words_;
}

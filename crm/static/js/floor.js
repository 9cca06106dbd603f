/* The floor: queues, agents, calls now. Rows are keyed, so that what did not change is not drawn again. */

import { now, onTick, tickNow } from "./clock.js";
import { Link } from "./link.js";
import { icon, make, mark, STATE_ICONS, text } from "./ui.js";
import { named, say, words } from "./words.js";

const at = (id) => document.getElementById(id);
const ORDER = ["ready", "offered", "dialling", "talking", "held", "wrapup", "paused", "unreachable"];
const STAGES = ["waiting", "offered", "dialling", "held", "talking", "flow", "arrived", "leaving"];
const WAIT_CAUTION_S = 60;
const WAIT_ALARM_S = 120;
const SHORT = 14; /* letters of a reason that still fit beside the state's word */
let held = null;

function stateOf(login) {
  const agent = held.agents[login];
  if (!agent) return "offline";
  return agent.state === "talking" && held.calls[agent.call_id]?.stage === "held" ? "held" : agent.state;
}

function show(next) {
  held = next;
  const states = Object.fromEntries(Object.keys(held.people).map((login) => [login, stateOf(login)]));
  showSums(states);
  showQueues(states);
  showAgents(states);
  showCalls();
  tickNow();
}

function showSums(states) {
  const calls = Object.values(held.calls);
  const waiting = calls.filter((call) => ["waiting", "offered"].includes(call.stage));
  text("sum-waiting", String(waiting.length));
  since(at("sum-longest"), Math.min(...waiting.map((call) => call.entered)));
  text("sum-calls", String(calls.length));
  text("sum-talking", String(calls.filter((call) => ["talking", "held"].includes(call.stage)).length));
  const counts = ORDER.map((state) => [state, Object.values(states).filter((one) => one === state).length]);
  const signedIn = counts.reduce((sum, [, n]) => sum + n, 0);
  text("sum-agents", String(signedIn));
  text("sum-offline", String(Object.keys(states).length - signedIn));
  const present = counts.filter(([, n]) => n > 0);
  at("bar").replaceChildren(...present.map(([state, n]) => {
    const part = make("i", { "data-state": state });
    part.style.flexGrow = n;
    return part;
  }));
  at("bar-words").replaceChildren(...present.map(([state, n]) => make("li", { "data-state": state }, make("i", { class: "dot" }), make("b", { class: "figures" }, String(n)), words.states[state])));
}

function since(element, from) {
  if (Number.isFinite(from) && from > 0) element.dataset.since = from;
  else {
    delete element.dataset.since;
    mark(element, "");
    if (element.textContent !== "—") element.textContent = "—";
  }
}

function showQueues(states) {
  const rows = Object.entries(held.names).sort(([, a], [, b]) => a.localeCompare(b)).map(([code, name]) => {
    const line = held.queues[code] ?? { waiting: 0, oldest: 0 };
    const mine = Object.entries(held.people).filter(([, who]) => who.queues.includes(code)).map(([login]) => states[login]);
    const count = (...wanted) => String(mine.filter((state) => wanted.includes(state)).length);
    const longest = make("td", { class: "number figures", "data-wait": "" }, "—");
    since(longest, line.oldest);
    const unserved = Object.values(held.calls).some((call) => call.queue === code && call.stage === "waiting");
    const nobody = unserved && count("ready") === "0" ? " alarm" : "";
    const cell = (value, more = "") => make("td", { class: `number figures${more}` }, value);
    return make("tr", {}, make("th", { scope: "row" }, name), cell(String(line.waiting)), longest, cell(count("ready"), nobody), cell(count("offered")), cell(count("dialling", "talking", "held")), cell(count("wrapup")), cell(count("paused", "unreachable")));
  });
  fill("queues", rows);
}

function fill(id, rows) {
  at(id).tBodies[0].replaceChildren(...rows);
  at(id).hidden = rows.length === 0;
  at(id).parentElement.querySelector(".empty").hidden = rows.length > 0;
}

function showAgents(states) {
  const first = (login) => (states[login] === "offline" ? 99 : ["unreachable", "offered", "dialling", "held", "talking", "wrapup", "ready", "paused"].indexOf(states[login]));
  const logins = Object.keys(held.people).sort((a, b) => first(a) - first(b) || held.people[a].name.localeCompare(held.people[b].name));
  fill("agents", logins.map((login) => agentRow(login, states[login])));
  text("agents-count", say("agents", { n: logins.length }));
}

function agentRow(login, state) {
  const who = held.people[login];
  const agent = held.agents[login];
  const call = agent ? held.calls[agent.call_id] : null;
  const reason = agent?.reason && ["paused", "unreachable"].includes(state) ? named("reasons", agent.reason) : "";
  const short = reason && reason.length <= SHORT;
  const chip = make("span", { class: "chip state-chip", "data-state": state }, icon(STATE_ICONS[state], 14), words.states[state] + (short ? ` · ${reason}` : ""));
  const time = make("td", { class: "number figures" });
  if (agent && state !== "offline") time.dataset.since = state === "held" ? call.since : agent.since;
  const doing = call ? `${call.customer || call.shown || say("withheld")}${call.queue ? ` · ${held.names[call.queue] ?? call.queue}` : ""}` : (short ? "" : reason);
  return make("tr", {}, make("td", {}, chip), time, make("th", { scope: "row" }, who.name, make("small", { class: "figures" }, who.extension)), make("td", {}, make("span", { class: "cut" }, doing)), make("td", { class: "number figures" }, state === "offline" ? "—" : String(agent.answered)));
}

function showCalls() {
  const calls = Object.values(held.calls).sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || a.arrived - b.arrived);
  const count = (...stages) => calls.filter((call) => stages.includes(call.stage)).length;
  text("calls-count", say("calls", { waiting: count("waiting", "offered"), talking: count("talking", "held") }));
  at("calls").replaceChildren(...calls.map(callRow));
  at("no-calls").hidden = calls.length > 0;
}

function callRow(call) {
  const waits = ["waiting", "offered"].includes(call.stage);
  const timer = make("span", { class: "figures call-time", "data-since": waits ? call.entered : call.since, "data-wait": waits ? "" : undefined });
  const withWhom = held.people[call.agent]?.name ?? held.names[call.queue] ?? "";
  const stage = make("span", { class: "call-stage chip", "data-state": call.stage }, icon(STATE_ICONS[call.stage], 14), words.stages[call.stage]);
  const row = make("div", { class: "call-row" }, make("b", {}, call.customer || call.shown || say("withheld")), stage, timer);
  const why = waits ? call.why_words : "";
  return make("li", { "data-call": call.id }, row, make("p", { class: "call-why" }, make("b", {}, withWhom), withWhom && why ? ` · ${why}` : why));
}

onTick(() => {
  for (const element of document.querySelectorAll("[data-wait][data-since], #sum-longest[data-since]")) {
    const waited = (now() - Number(element.dataset.since)) / 1e6;
    mark(element, waited > WAIT_ALARM_S ? "alarm" : waited > WAIT_CAUTION_S ? "over" : "");
  }
});

new Link("/ws/floor/", show);

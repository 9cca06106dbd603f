/* What follows from what the page holds: states, counts, limits, rates. No document. */

import { now } from "../clock.js";

export const ORDER = ["ready", "offered", "dialling", "talking", "held", "wrapup", "paused", "unreachable"];
export const WAITING = ["waiting", "offered"];
const LEAST = 5; /* of fewer callers no rate is judged */
const OLD_US = 30e6;

/** The floor at one moment: `held` with each agent's state, and the states of those who serve each queue. */
export function centre(held) {
  const states = {};
  const serving = {};
  for (const code of Object.keys(held.names)) serving[code] = Object.fromEntries([...ORDER, "offline"].map((state) => [state, 0]));
  for (const [login, who] of Object.entries(held.people)) {
    const state = (states[login] = stateOf(held, login));
    for (const code of who.queues) if (serving[code]) serving[code][state] += 1;
  }
  return { ...held, states, serving };
}

function stateOf(held, login) {
  const agent = held.agents[login];
  if (!agent) return "offline";
  return agent.state === "talking" && held.calls[agent.call_id]?.stage === "held" ? "held" : agent.state;
}

/** [warning, critical] of a rule, for a queue or a reason, else the centre's; null = no such limit. */
export function limit(held, code, of = "") {
  return held.limits[code]?.[of] ?? held.limits[code]?.[""] ?? [null, null];
}

/** "", "over" or "alarm": where a figure stands to its limits. `low`: small figures are the bad ones. */
export function level(value, [warning, critical], low = false) {
  const beyond = (one) => one !== null && (low ? value < one : value >= one);
  return value === null ? "" : beyond(critical) ? "alarm" : beyond(warning) ? "over" : "";
}

/** The sum of the counts of several queues. */
export function sum(table, codes) {
  const found = codes.map((code) => table?.[code]).filter(Boolean);
  if (!found.length) return null;
  return Object.fromEntries(Object.keys(found[0]).map((key) => [key, found.reduce((total, one) => total + one[key], 0)]));
}

/** Shares, null where there is nobody to speak of (crm/calls/figures.py says the same of one queue). */
export function serviceLevel(counts) {
  const decided = counts ? counts.offered - counts.failed - counts.early : 0;
  return decided ? counts.in_time / decided : null;
}

export function abandonRate(counts) {
  const settled = counts ? counts.offered - counts.failed - counts.waiting - counts.short : 0;
  return settled ? (counts.abandoned - counts.short) / settled : null;
}

/** Whether so many were counted that a rate is worth a judgement. */
export const enough = (counts) => Boolean(counts) && counts.offered - counts.failed - counts.early >= LEAST;

/** A share as people read it; — where there is none. */
export const percent = (share) => (share === null ? "—" : `${(share * 100).toFixed(1)}%`);

/** Nobody has counted for a while. */
export const old = (held) => Boolean(held.figures) && now() - held.figures.at > OLD_US;

/** Calls that an agent answered today: as counted, and what came since. */
export function answeredToday(held, login) {
  const pair = held.figures?.answered[login];
  const live = held.agents[login]?.answered ?? 0;
  if (!held.figures) return null;
  if (!pair) return live;
  return pair[0] + Math.max(0, live - (live < pair[1] ? 0 : pair[1]));
}

/** What is beyond a limit of an agent or her call: { level, since, limits } of what is shown of her. */
export function agentLimits(held, login) {
  const agent = held.agents[login];
  const call = agent && held.calls[agent.call_id];
  switch (held.states[login]) {
    case "paused": return limit(held, "long_pause", agent.reason);
    case "wrapup": return limit(held, "long_wrapup", call?.queue);
    case "talking": return limit(held, "long_talk", call?.queue);
    case "held": return limit(held, "long_hold", call?.queue);
    default: return [null, null];
  }
}

/** Since when she is in what is shown of her. */
export function agentSince(held, login) {
  const agent = held.agents[login];
  return held.states[login] === "held" ? held.calls[agent.call_id].hold_since : (agent?.since ?? 0);
}

/* What a page holds, and how a message changes it. Pure: no document, no socket. */

/**
 * Returns what is held after `message` (a snapshot or a delta), or null when something was missed and a fresh
 * snapshot must be asked for. A delta says from which revision to which it leads and carries things whole, so one
 * that overlaps what is held does no harm.
 */
export function fold(held, message) {
  if (message.type === "snapshot") return { ...message, told: {} };
  if (message.type === "named") return renamed(held, message.calls);
  if (message.type === "figures") return held && { ...held, figures: message.figures, limits: message.limits, alarms: message.alarms };
  if (!held || message.feeder !== held.feeder) return null;
  const at = held.told[message.source] ?? held.cursor;
  if (message.to <= at) return held;
  if (message.from > at) return null;
  const next = { ...held, told: { ...held.told, [message.source]: message.to } };
  if ("me" in message) next.me = message.me;
  if ("mine" in message) next.mine = message.mine;
  if ("phone" in message) next.phone = message.phone;
  if ("parked" in message) next.parked = message.parked;
  if ("room" in message) next.room = message.room;
  if ("wishes" in message) next.wishes = message.wishes;
  for (const part of ["agents", "calls", "queues", "devices", "watches"]) {
    if (message[part]) next[part] = merged(held[part], message[part]);
  }
  return next;
}

/** Callers are known by another name now: no fact, so no revision. Calls that are not held come named as they come. */
function renamed(held, names) {
  if (!held) return held;
  const next = { ...held };
  for (const part of ["mine", "calls"]) {
    if (!held[part]) continue;
    next[part] = { ...held[part] };
    for (const [id, customer] of Object.entries(names)) if (next[part][id]) next[part][id] = { ...next[part][id], customer };
  }
  return next;
}

/** Whether a pulse tells that the page missed something. */
export function missed(held, pulse) {
  if (!held) return false;
  const behind = ([source, upto]) => upto > (held.told[source] ?? held.cursor);
  return pulse.feeder !== held.feeder || Object.entries(pulse.told ?? {}).some(behind);
}

function merged(have, news) {
  const next = { ...have };
  for (const [key, value] of Object.entries(news)) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** The call that she has in hand, or null. */
export function ownCall(held) {
  return held.mine[held.me?.call_id] ?? null;
}

/** Her state as it is shown: talking while on hold is held. */
export function ownState(held) {
  const state = held.me?.state ?? "offline";
  return state === "talking" && ownCall(held)?.stage === "held" ? "held" : state;
}

/* One timer for all clocks, corrected to the server's. Elements say what they show:
   data-since: a running time from these microseconds; data-until: the seconds left to these. */

const zone = document.documentElement.dataset.zone || undefined;
const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });
const dayFormat = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone });
const minuteFormat = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone });
const listeners = new Set();
let offset = 0;
let frozenAt = 0;

/** Microseconds since the epoch by the server's clock; stands still while frozen. */
export function now() {
  return frozenAt || Date.now() * 1000 + offset;
}

/** What the server's clock said just now, microseconds. */
export function setServerTime(at) {
  offset = at - Date.now() * 1000;
  frozenAt = 0;
}

/** Clocks stop: what they would show is not known. */
export function freeze() {
  if (!frozenAt) frozenAt = now();
}

/** 00:00, or h:mm:ss from one hour. */
export function running(us) {
  const whole = Math.max(0, Math.floor(us / 1e6));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** HH:MM:SS of the centre's day. */
export function timeOfDay(us) {
  return clockFormat.format(new Date(us / 1000));
}

/** Day and time of the centre as a field of date and time holds them: 2026-09-16T14:30. */
export function localMinute(us) {
  return minuteFormat.format(new Date(us / 1000)).replace(" ", "T");
}

/** Calls `tick` four times a second. */
export function onTick(tick) {
  listeners.add(tick);
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  const at = now();
  if (!document.hidden) show(at);
  for (const listener of listeners) listener(at);
}

function show(at) {
  for (const element of document.querySelectorAll("[data-since]")) set(element, Number(element.dataset.since) ? running(at - Number(element.dataset.since)) : "");
  const wall = document.getElementById("now");
  if (wall) set(wall, `${dayFormat.format(new Date())} ${timeOfDay(Date.now() * 1000 + offset)}`);
}

setInterval(tick, 250);
queueMicrotask(tick);
export { tick as tickNow };

/* One tone for a new alarm: at most one a minute, in one tab only, silent for ten minutes on demand. */

const EVERY_MS = 60_000;
const MUTE_MS = 600_000;
const LAST = "floor.tone";
const MUTED = "floor.muted";
const OFF = "floor.silent";
let context = null;

const read = (key) => Number(localStorage.getItem(key) ?? 0);

/** "on", "off" (nobody turned it on, or the browser does not let it sound yet) or "muted". */
export function state() {
  if (read(MUTED) > Date.now()) return "muted";
  return read(OFF) || context?.state !== "running" ? "off" : "on";
}

/** Until when it is muted, microseconds since the epoch. */
export const mutedUntil = () => read(MUTED) * 1000;

/** off → on (with a tone, so that one hears that it works) → muted for ten minutes → on. */
export async function press() {
  const was = state();
  if (was === "on") {
    localStorage.setItem(MUTED, Date.now() + MUTE_MS);
    return;
  }
  localStorage.removeItem(MUTED);
  localStorage.removeItem(OFF);
  await wake();
  if (was === "off") sound();
}

/** A browser lets a page sound after a first press anywhere. */
export async function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume();
}

/** A new alarm came. */
export async function ring() {
  if (state() !== "on") return;
  const once = () => {
    if (Date.now() - read(LAST) < EVERY_MS) return;
    localStorage.setItem(LAST, Date.now());
    sound();
  };
  if (navigator.locks) await navigator.locks.request(LAST, once);
  else once();
}

function sound() {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  const at = context.currentTime;
  tone.frequency.setValueAtTime(740, at);
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.18, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.6);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.65);
}

/* Hands stay on the keys. Nothing fires while an input method composes. The list of all keys is the dialog #keys. */

import * as states from "./states.js";
import { toast } from "./ui.js";

const list = document.getElementById("keys");
const MAC = /Mac/.test(navigator.platform);
/* Option and a letter, beside the function keys that a Mac keeps for itself; by place on the keyboard, for Option types
   another letter. */
const MACS = { KeyA: "F2", KeyE: "F9", KeyH: "F8", KeyM: "F7", KeyP: "F3", KeyT: "F4", KeyX: "F6" };
const CALLS = ["F2", "F3", "F4", "F6", "F7", "F8", "F9"];
const ALT = { KeyW: "Alt+W", KeyO: "Alt+O" };
const TWICE_MS = 3000;
let armed = null;

function press(key) {
  const button = [...document.querySelectorAll(`[data-key="${key}"]`)].find((found) => !found.hidden && !found.disabled);
  if (!button) return false;
  if (button.dataset.twice && armed !== button) arm(button);
  else button.click();
  return true;
}

/** What would cost her something is done at the second press. */
function arm(button) {
  armed = button;
  toast(button.dataset.twice);
  setTimeout(() => (armed = null), TWICE_MS);
}

function inText(target) {
  return target.matches("textarea, select, input:not([type=radio])");
}

function ofAlt({ code }) {
  if (code === "KeyS") return states.isOpen() ? states.close(true) : states.open();
  return press(MAC && code in MACS ? MACS[code] : ALT[code]);
}

/** Whether the key was one of ours. */
function take(event) {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (states.isOpen() && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return states.walk(event.key), true;
  if (event.repeat) return CALLS.includes(event.key);
  if (CALLS.includes(event.key) && plain) return list.close(), press(event.key), true;
  if (event.key === "Enter" && event.ctrlKey && !event.altKey) return press("Ctrl+Enter");
  if (event.altKey && !event.ctrlKey && !event.shiftKey && (event.code === "KeyS" || event.code in ALT || (MAC && event.code in MACS))) return ofAlt(event), true;
  if (event.key === "Escape") return states.close(true), false;
  if (!plain || inText(event.target)) return false;
  if (event.key === "?") return list.open ? list.close() : list.showModal(), false;
  if (event.key.toLowerCase() === "d") return dial();
  if (event.key.toLowerCase() === "n") return press("n");
  if (event.key.toLowerCase() === "m") return press("m");
  if (event.key.toLowerCase() === "p") return press("p");
  if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
  return false;
}

function dial() {
  const field = document.getElementById("dial-number");
  if (!field?.offsetParent) return false;
  field.focus();
  return true;
}

function choose(number) {
  const choice = document.querySelectorAll("#notes [name=disposition]")[number - 1];
  if (choice?.offsetParent) choice.click();
}

/** From here on the keys work. On a Mac the buttons show its own. */
export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (take(event)) event.preventDefault();
  });
  document.getElementById("keys-open").addEventListener("click", () => list.showModal());
  if (MAC) {
    for (const [code, key] of Object.entries(MACS)) {
      for (const hint of document.querySelectorAll(`[data-key="${key}"] kbd`)) hint.textContent = `⌥ ${code.slice(3)}`;
    }
    for (const hint of document.querySelectorAll("#verbs kbd")) hint.textContent = hint.textContent.replace("Alt ", "⌥ ");
  }
}

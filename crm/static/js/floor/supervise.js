/* Joining an agent's call: hear it, be heard by her or by both, leave it, take it over. What cannot be done now says why. */

import { icon, make, toast } from "../ui.js";
import { say, words } from "../words.js";

const IN_A_CALL = ["talking", "held"];
const MODES = [["listen", "order_listen", "headset"], ["whisper", "order_whisper", "user-plus"], ["barge", "order_barge", "users-plus"]];

/** The watch of her who sits here in an agent's talk, if there is one. */
export const mine = (floor, login) => Object.values(floor.watches ?? {}).find((watch) => watch.agent === login && watch.by === words.me);

/** How she is in it, in a word; "" = not, or her phone still rings. */
export const inIt = (floor, login) => {
  const watch = mine(floor, login);
  return watch ? say(watch.mode ? `watch_${watch.mode}` : "watch_rings") : "";
};

/** Why nothing can be done; "" = it can. */
function whyNot(state) {
  if (!IN_A_CALL.includes(state)) return say("not_in_call");
  return words.has_phone ? "" : say("no_phone");
}

/** The buttons for one agent. `send(button, fields)` orders; `sure(button, word)` asks a second time. */
export function joins(login, state, watch, { send, sure }) {
  const no = whyNot(state);
  const made = MODES.map(([mode, word, picture]) => {
    const one = button(word, picture, no, () => send(one, { agent: login, kind: "Watch", mode }));
    one.dataset.mode = mode;
    one.setAttribute("aria-pressed", String(watch?.mode === mode));
    return one;
  });
  if (watch) {
    const leave = button("order_leave", "x", "", () => send(leave, { agent: login, kind: "EndWatch" }));
    leave.dataset.order = "EndWatch";
    made.push(leave);
  }
  const take = button("order_take", "phone-incoming", no, () => sure(take, "order_take") && send(take, { agent: login, kind: "TakeOver" }));
  take.dataset.order = "TakeOver";
  return [...made, take];
}

function button(word, picture, no, press) {
  const made = make("button", { type: "button", class: "button small iconed", title: no || say(word) }, icon(picture, 14), make("span", { class: "word" }, say(word)));
  if (no) made.setAttribute("aria-disabled", "true");
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    if (no) toast(no);
    else press();
  });
  return made;
}

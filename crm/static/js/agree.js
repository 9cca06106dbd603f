/* When she is to be called again: shown for the outcomes that ask it. The field holds the centre's local time, whatever
   the zone of this computer is. */

import { localMinute, now } from "./clock.js";

const MINUTE = 60e6;
const DAY = 1440 * MINUTE;

/** The moment that a quick choice stands for; `day` is tomorrow at this time of the clock. */
function after(choice) {
  if (choice !== "day") return localMinute(now() + Number(choice) * MINUTE);
  return localMinute(now() + DAY).slice(0, 11) + localMinute(now()).slice(11);
}

/** Fits the question to the outcome that is chosen; one that asks begins with an answer, so that none is ever missing. */
export function fitAgreed(form) {
  const asks = form.querySelector("#agree");
  if (!asks) return;
  const chosen = form.querySelector("[name=disposition]:checked")?.value;
  asks.hidden = !asks.dataset.asking.split(" ").includes(chosen);
  asks.disabled = asks.hidden;
  if (!asks.hidden && !form.elements.due.value) form.elements.due.value = after("day");
  for (const button of asks.querySelectorAll("[data-after]")) button.setAttribute("aria-pressed", String(after(button.dataset.after) === form.elements.due.value));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-after]");
  if (!button) return;
  const field = button.closest("fieldset, form").querySelector("[name=due]");
  field.value = after(button.dataset.after);
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

/* Speed dials under the dial box: found by code or name, dialled by one click or by Enter. */

import { choose, chosenOf, walk } from "./choices.js";

const [box, list, field, form] = ["speed", "speed-list", "dial-number", "dial"].map((id) => document.getElementById(id));
let all = [];
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

function close() {
  if (box.hidden) return false;
  box.hidden = true;
  field.setAttribute("aria-expanded", "false");
  choose(list, field, null);
  return true;
}

/** Those that fit; a number that is typed hides them. The first is chosen where it is plain that one is meant. */
function fit() {
  const typed = field.value.trim().toLowerCase();
  const fits = (one) => one.dataset.number.startsWith(typed) || one.dataset.name.toLowerCase().includes(typed);
  list.replaceChildren(...all.filter((one) => !typed || fits(one)));
  box.hidden = !list.children.length;
  field.setAttribute("aria-expanded", String(!box.hidden));
  const named = /[^\d*#+\s()./-]/.test(typed); /* digits are a number, though some name holds them too */
  const means = named || (typed.startsWith("*") && list.children.length === 1);
  choose(list, field, means ? list.firstElementChild : null);
}

async function load() {
  const mine = (asked += 1);
  const answer = await fetch(box.dataset.url, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  const html = await answer.text();
  const part = document.createElement("template");
  part.innerHTML = html; /* the server's own markup, escaped by its templates */
  all = [...part.content.querySelectorAll("[role=option]")];
  if (document.activeElement === field) fit();
}

function dial(option) {
  field.value = option.dataset.number;
  close();
  form.requestSubmit();
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape" && close()) return event.stopPropagation();
  if (event.key === "ArrowDown" && box.hidden) fit();
  const chosen = box.hidden ? null : chosenOf(list);
  if (event.key === "Enter" && chosen && !event.ctrlKey) dial(chosen);
  else if (box.hidden || !list.children.length || !walk(list, field, event.key)) return;
  event.preventDefault();
}

/** From here on the list works. */
export function watchSpeed() {
  if (!box) return;
  field.addEventListener("focus", load);
  field.addEventListener("click", () => box.hidden && fit());
  field.addEventListener("input", fit);
  field.addEventListener("keydown", keys);
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); /* the focus stays where it is */
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) dial(option);
  });
}

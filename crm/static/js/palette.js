/* Ctrl K: finds pages, customers, calls and colleagues, and dials. The server says what this user may see. */

import { lately, remember } from "./lately.js";
import { dial } from "./orders.js";
import { icon, make, post, toast } from "./ui.js";

const PAUSE_MS = 120; /* of typing, before the server is asked */
const site = document.documentElement.dataset;
const dialog = document.getElementById("palette");
const at = (id) => document.getElementById(id);
let field, list;
let choices = []; /* in the order of the options */
let chosen = -1;
let timer = 0;
let asked = 0; /* number of the newest question: an answer to an older one is dropped */

export function startPalette() {
  field = at("palette-field");
  list = at("palette-list");
  /* Before the keys of the page, and also while a field of it has the focus. */
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.repeat) return;
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    dialog.open ? dialog.close() : open();
  }, true);
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && open());
  document.addEventListener("submit", (event) => event.target.id === "logout" && remember(null));
  dialog.addEventListener("keydown", keys);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) return dialog.close(); /* beside it */
    const option = event.target.closest("[role=option]");
    if (option) take(choices[Number(option.dataset.place)], event.ctrlKey || event.metaKey || Boolean(event.target.closest(".palette-dial")));
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) point(Number(option.dataset.place), false);
  });
  field.addEventListener("input", (event) => event.isComposing || ask());
  field.addEventListener("compositionend", ask);
}

/** The browser gives the focus back to where it was when a dialog closes. */
function open() {
  if (document.querySelector("dialog[open]:not(#palette)")) return;
  field.value = "";
  if (!dialog.open) dialog.showModal();
  showLately();
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (/^F\d+$/.test(event.key)) return dialog.close(); /* a call comes first: its key goes on to the page */
  event.stopPropagation();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (choices.length) point((chosen + (event.key === "ArrowDown" ? 1 : -1) + choices.length) % choices.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (timer) ask(0, (event.ctrlKey || event.metaKey) ? "dial" : "open"); /* typed faster than it was asked */
    else if (choices[chosen]) take(choices[chosen], event.ctrlKey || event.metaKey);
  }
}

/** Asks the server once the typing pauses; `then` does what the first choice stands for as soon as it is known. */
function ask(pause = PAUSE_MS, then = "") {
  clearTimeout(timer);
  const text = field.value.trim();
  const mine = ++asked;
  if (!text) {
    timer = 0;
    return showLately();
  }
  timer = setTimeout(async () => {
    const answer = await fetch(`${dialog.dataset.url}?${new URLSearchParams({ q: text })}`, { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
    if (mine !== asked) return;
    timer = 0;
    if (!answer?.ok) return say(dialog.dataset.failed, []);
    const { groups } = await answer.json();
    if (mine !== asked) return;
    say(groups.length ? "" : dialog.dataset.none, [...onThisPage(text), ...groups]);
    if (then && choices[0]) take(choices[0], then === "dial");
  }, Number(pause) || 0);
}

/** The verbs of the desk that can be pressed now: a state is changed only where it can be seen. */
function onThisPage(text) {
  const found = [...document.querySelectorAll("#top [data-order]:not(:disabled)")].filter((button) => !button.closest("[hidden]:not(.popover)")).map((button) => {
    const copy = button.cloneNode(true);
    for (const part of copy.querySelectorAll("kbd, [hidden]")) part.remove();
    return { key: "", title: copy.textContent.trim().replace(/\s+/g, " "), icon: "headset", press: button };
  });
  const fitting = found.filter((choice) => choice.title.toLowerCase().includes(text.toLowerCase()));
  return fitting.length ? [{ kind: "desk", label: dialog.dataset.desk, choices: fitting }] : [];
}

function showLately() {
  asked += 1;
  const kept = lately();
  say(kept.length ? "" : dialog.dataset.empty, kept.length ? [{ kind: "lately", label: dialog.dataset.lately, choices: kept }] : []);
}

/** Draws groups of choices; `sentence` is said when there is none. */
function say(sentence, groups) {
  choices = groups.flatMap((group) => group.choices);
  const note = groups.length ? "" : sentence;
  at("palette-none").hidden = !note;
  at("palette-none").textContent = note;
  at("palette-said").textContent = note || dialog.dataset.count.replace("{n}", choices.length);
  let place = 0;
  list.replaceChildren(...groups.map((group) => {
    const label = make("div", { class: "palette-kind", id: `palette-${group.kind}` }, group.label);
    return make("div", { role: "group", "aria-labelledby": label.id }, label, ...group.choices.map((choice) => option(choice, place++)));
  }));
  list.hidden = !choices.length;
  field.setAttribute("aria-expanded", String(choices.length > 0));
  point(choices.length ? 0 : -1);
}

function option(choice, place) {
  const dials = canDial(choice) && (choice.url || choice.press);
  const side = dials ? make("span", { class: "palette-dial", title: dialog.dataset.verb }, icon("phone-outgoing", 14), make("kbd", {}, "Ctrl Enter")) : "";
  return make("div", { role: "option", id: `palette-option-${place}`, "data-place": place, "aria-selected": "false", class: "palette-option" }, icon(choice.icon ?? "search"), make("span", { class: "palette-title" }, choice.title), make("span", { class: "palette-note" }, choice.note ?? ""), side);
}

function point(place, scroll = true) {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = at(`palette-option-${place}`);
  option?.setAttribute("aria-selected", "true");
  if (scroll) option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function canDial(choice) {
  return Boolean((choice.number || choice.call_id) && site.dialUrl);
}

function take(choice, dials) {
  if (!choice) return;
  dialog.close();
  if (choice.press) return choice.press.click();
  if (choice.act === "logout") return at("logout").requestSubmit();
  remember(choice);
  if (choice.act === "theme") return document.querySelector("[data-theme-switch]").click();
  if (choice.act === "language") return document.querySelector("form.language").requestSubmit();
  if (canDial(choice) && (dials || !choice.url)) return call(choice.number ? { number: choice.number } : { call_id: choice.call_id });
  if (choice.url) location.assign(choice.url);
}

/** On the desk the order turns until the fact comes; elsewhere a refusal is waited for, then the desk is opened. */
async function call(whom) {
  const button = document.querySelector("[data-palette]");
  if (document.body.dataset.page === "desk") return dial(button, whom);
  button.disabled = true;
  const [status, answer] = await post(site.dialUrl, { ...whom, wait: "1" });
  button.disabled = false;
  if (status === 202 || !answer.error) location.assign(site.deskUrl);
  else toast(answer.error);
}

/* A report: its form asks by htmx and keeps the whole question in the address; figures explain themselves.
   Without it the page works, too: the form is a plain one. */
import "./menus.js";
import { draw } from "./reportchart.js";
import { make } from "./ui.js";

const report = () => document.getElementById("report");

/** Nothing that is empty stands in the address; several ticks are one word; days stand for themselves only when they
    were changed, else the quick choice goes on. */
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("#ask");
  if (!form || event.target !== form) return;
  const data = event.detail.formData;
  const since = form.elements.since, until = form.elements.until;
  const typed = since.value !== since.dataset.was || until.value !== until.dataset.was;
  if (typed) data.delete("span");
  else if (data.get("span")) ["since", "until"].forEach((name) => data.delete(name));
  for (const name of new Set(data.keys())) {
    const values = data.getAll(name).filter((value) => value);
    data.delete(name);
    if (values.length) data.append(name, values.join(","));
  }
});

/** Without htmx the same by hand: an empty field is not sent. */
document.addEventListener("submit", (event) => {
  if (event.target.id === "ask") hide();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "report" && event.target.id !== "report") return;
  const { address } = report().dataset;
  if (location.search !== address) history.pushState({}, "", address);
  draw();
});
addEventListener("popstate", () => location.reload());

/** The explanation, beside what opened it and never over it. */
function beside(popover, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const left = Math.max(8, Math.min(at.left - 24, innerWidth - width - 8));
  const below = at.bottom + 8 + height <= innerHeight;
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - height - 8)}px`;
}

const openers = new WeakMap();
function hide() {
  for (const popover of document.querySelectorAll(".explain:popover-open")) popover.hidePopover();
}

/** A count that leads to its rows, where they can be listed. */
const number = (text, to) => (to ? make("a", { href: to }, text) : text);

/** A cell's own counts in the sum of the explanation; those of the total without any. */
function sum(popover, cell) {
  const line = popover.querySelector(".sum");
  const { n, d } = (cell ?? line).dataset;
  const { above, below } = (cell ?? line).dataset;
  line.querySelector(".parts").replaceChildren(...(d ? [number(n, above), " ÷ ", number(d, below), " = "] : []));
  popover.querySelector(".leads").hidden = !d || !(above || below);
  line.querySelector("b").textContent = cell ? cell.textContent : line.dataset.total;
  for (const more of popover.querySelectorAll(".variants, .variants-said")) more.hidden = Boolean(cell);
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-figure]");
  const head = event.target.closest("[popovertarget]");
  if (head) openers.set(document.getElementById(head.getAttribute("popovertarget")), head);
  if (!cell) return;
  const popover = document.getElementById(`explain-${cell.dataset.figure}`);
  hide();
  openers.set(popover, cell);
  sum(popover, cell);
  popover.showPopover();
  popover.querySelector("button").focus();
});

document.addEventListener("toggle", (event) => {
  const popover = event.target;
  if (!popover.classList?.contains("explain")) return;
  const opener = openers.get(popover);
  if (event.newState === "open") {
    if (!opener?.dataset.figure) sum(popover, null);
    if (opener) beside(popover, opener);
    return;
  }
  popover.removeAttribute("style"); // htmx copies attributes, and the content security policy forbids this one
  if (opener?.isConnected && !document.activeElement.closest("a, input, select")) opener.focus();
}, true);

draw();

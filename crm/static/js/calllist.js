/* Lists of rows: ticks, menus, and how far exports are. Without it the page works, too: menus are plain details. */
import "./menus.js";
import "./tray.js";
import { asksTwice } from "./ui.js";

const ticks = () => [...document.querySelectorAll("td.tick input")];

/** The buttons say what they would do. */
function tell() {
  const all = document.getElementById("tick-all");
  if (!all) return;
  const ticked = ticks().filter((box) => box.checked).length;
  const what = document.getElementById("export-what");
  if (what) {
    what.dataset.all ??= what.textContent;
    what.textContent = ticked ? what.dataset.ticked.replace("{n}", ticked) : what.dataset.all;
  }
  const schedule = document.getElementById("schedule");
  if (schedule) schedule.disabled = !ticked;
  all.checked = ticked > 0 && ticked === ticks().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "tick-all") for (const box of ticks()) box.checked = event.target.checked;
  if (event.target.id === "tick-all" || event.target.matches("td.tick input")) tell();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-twice]");
  if (button && asksTwice(button)) event.preventDefault();
});

/** Nothing that is empty stands in the address. */
document.querySelector("form.filters")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  addEventListener("pageshow", () => {
    for (const field of event.target.elements) field.disabled = false;
  }, { once: true });
});

tell();

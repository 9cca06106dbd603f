/* Lists of rows: ticks, menus, and how far exports are. Without it the page works, too: menus are plain details. */
import "./menus.js";

const SOON = 1000;
const tray = document.getElementById("exports");
const ticks = () => [...document.querySelectorAll("input[name=calls]")];

/** The button says what it would export. */
function tell() {
  const what = document.getElementById("export-what");
  if (!what) return;
  what.dataset.all ??= what.textContent;
  const ticked = ticks().filter((box) => box.checked).length;
  what.textContent = ticked ? what.dataset.ticked.replace("{n}", ticked) : what.dataset.all;
  const all = document.getElementById("tick-all");
  all.checked = ticked > 0 && ticked === ticks().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "tick-all") for (const box of ticks()) box.checked = event.target.checked;
  if (event.target.id === "tick-all" || event.target.name === "calls") tell();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-twice]");
  if (button && !button.dataset.asked) {
    event.preventDefault();
    button.dataset.asked = "yes";
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.twice;
    setTimeout(() => {
      words.textContent = before;
      delete button.dataset.asked;
    }, 3000);
  }
});

/** Nothing that is empty stands in the address. */
document.querySelector("form.filters")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  addEventListener("pageshow", () => {
    for (const field of event.target.elements) field.disabled = false;
  }, { once: true });
});

/** The tray as it is now; what has the focus keeps it. */
async function look() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(tray.dataset.url, { redirect: "manual" });
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html").body);
    } catch {
      /* away for a moment: the next look tells */
    }
  }
  if (tray.querySelector("[data-pending]")) setTimeout(look, SOON);
}

function show(fresh) {
  const focus = tray.contains(document.activeElement) ? document.activeElement.id : "";
  for (const field of fresh.querySelectorAll("[name=back]")) field.value = ("whole" in tray.dataset ? location.pathname : "") + location.search;
  tray.replaceChildren(...fresh.childNodes);
  if (focus) document.getElementById(focus)?.focus();
}

tell();
if (tray?.querySelector("[data-pending]")) setTimeout(look, SOON);

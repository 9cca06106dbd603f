/* Menus that are plain details: they close by a click elsewhere or Esc, and open to the left where they would stick out. */

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("toggle", (event) => {
  const form = event.target.querySelector?.(":scope > .form");
  if (!form || !event.target.open) return;
  form.classList.remove("flipped");
  form.classList.toggle("flipped", form.getBoundingClientRect().right > document.documentElement.clientWidth);
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key === "Escape" && menu && !event.isComposing) close(menu, true);
});

/* Hands stay on the keys. Nothing fires while an input method composes. The list of all keys is the dialog #keys. */

const list = document.getElementById("keys");

function press(selector) {
  const button = [...document.querySelectorAll(selector)].find((found) => !found.hidden && !found.disabled);
  button?.click();
  return Boolean(button);
}

function inText(target) {
  return target.matches("textarea, select, input:not([type=radio])");
}

function walk(menu, step) {
  const items = [...menu.querySelectorAll("button")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
}

/** `menu` is the pause menu; `openMenu` and `closeMenu` are its own. */
export function watchKeys({ menu, openMenu, closeMenu }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (!menu.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      walk(menu, event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.repeat) return;
    if (["F2", "F8", "F9"].includes(event.key)) {
      event.preventDefault();
      list.close();
      press(`[data-key="${event.key}"]`);
    } else if (event.key === "Enter" && event.ctrlKey) {
      if (press('[data-key="Ctrl+Enter"]')) event.preventDefault();
    } else if (event.altKey && event.code === "KeyS") {
      event.preventDefault();
      openMenu();
    } else if (event.key.toLowerCase() === "d" && !event.ctrlKey && !event.altKey && !event.metaKey && !inText(event.target)) {
      const field = document.getElementById("dial-number");
      if (field && field.offsetParent !== null) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === "Escape") {
      closeMenu();
    } else if (event.key === "?" && !inText(event.target)) {
      list.open ? list.close() : list.showModal();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey && !inText(event.target)) {
      const choice = document.querySelectorAll("#notes [name=disposition]")[Number(event.key) - 1];
      if (choice && choice.offsetParent !== null) choice.click();
    }
  });
  document.getElementById("keys-open").addEventListener("click", () => list.showModal());
}

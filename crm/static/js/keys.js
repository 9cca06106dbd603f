/* Hands stay on the keys. Nothing fires while an input method composes. */

function press(selector) {
  const button = [...document.querySelectorAll(selector)].find((found) => !found.hidden && !found.disabled);
  button?.click();
  return Boolean(button);
}

function inText(target) {
  return target.matches("textarea, select, input:not([type=radio])");
}

/** `openMenu` and `closeMenu` are the pause menu's. */
export function watchKeys({ openMenu, closeMenu }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.repeat) return;
    if (["F2", "F8", "F9"].includes(event.key)) {
      event.preventDefault();
      press(`[data-key="${event.key}"]`);
    } else if (event.key === "Enter" && event.ctrlKey) {
      if (press('[data-key="Ctrl+Enter"]')) event.preventDefault();
    } else if (event.altKey && event.code === "KeyS") {
      event.preventDefault();
      openMenu();
    } else if (event.key === "Escape") {
      closeMenu();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey && !inText(event.target)) {
      const choice = document.querySelectorAll("#notes [name=disposition]")[Number(event.key) - 1];
      if (choice && choice.offsetParent !== null) choice.click();
    }
  });
}

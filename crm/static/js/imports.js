/* How far an import is: the piece of the page asks for itself while something is under way; then all of it is new. */
import "./menus.js";

const SOON = 1000;
const state = document.getElementById("import");

async function look() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(state.dataset.url, { redirect: "manual" });
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html").body);
    } catch {
      /* away for a moment: the next look tells */
    }
  }
  if (state.querySelector("[data-pending]")) setTimeout(look, SOON);
  else location.reload();
}

/** The button keeps its focus. */
function show(fresh) {
  const focus = state.contains(document.activeElement) ? document.activeElement.id : "";
  state.replaceChildren(...fresh.childNodes);
  if (focus) document.getElementById(focus)?.focus();
}

if (state?.querySelector("[data-pending]")) setTimeout(look, SOON);

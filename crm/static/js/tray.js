/* How far ordered files are: the tray asks for itself while something is under way. */

const SOON = 1000;
const tray = document.getElementById("exports");

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

if (tray?.querySelector("[data-pending]")) setTimeout(look, SOON);

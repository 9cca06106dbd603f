/* Switches, extensions, numbers, trunks and rooms: rows fetched again every two seconds, and the question before an
   order. */
const EVERY_MS = 2000;
const rows = document.querySelector("#switch-rows, #extension-rows, #trunk-rows, #room-rows");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  event.target.closest("[data-closes]")?.closest("dialog").close();
});

async function refresh() {
  if (document.hidden || rows.querySelector("dialog[open]")) return;
  try {
    const answer = await fetch(rows.dataset.url, { redirect: "error" });
    const text = answer.ok ? await answer.text() : "";
    const focused = document.activeElement?.dataset?.opens;
    if (!text || rows.querySelector("dialog[open]")) return;
    rows.innerHTML = text; /* the server's own, escaped there */
    if (focused) rows.querySelector(`[data-opens="${CSS.escape(focused)}"]`)?.focus();
  } catch {
    /* the site is away for a moment; the next fetch tells */
  }
}

if (rows) setInterval(refresh, EVERY_MS);

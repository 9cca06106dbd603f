/* How far the taking in of customers is: asked again while one is under way. Then the page is loaded anew, once. */
const EVERY_MS = 2000;
const panel = document.getElementById("fills");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(panel.dataset.url, { redirect: "error" });
    if (!answer.ok) return;
    const list = document.getElementById("fill-list");
    list.innerHTML = await answer.text(); /* the server's own, escaped there */
    if (list.querySelector('[data-fill="waiting"], [data-fill="working"]')) return;
    clearInterval(timer);
    location.reload();
  } catch {
    /* the site is away for a moment; the next fetch tells */
  }
}

const timer = panel && "filling" in panel.dataset ? setInterval(refresh, EVERY_MS) : 0;

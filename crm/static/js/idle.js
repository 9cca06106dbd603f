/* Asks two minutes before a session that nobody is at ends, and leads to the login when it has. The server decides: it
   sees the requests of all tabs, and an agent at work is never idle. */

import { post } from "./ui.js";

const WARN_S = 120;
const dialog = document.getElementById("idle-warning");
const { leftUrl, stayUrl, loginUrl } = dialog.dataset;
let ends = Infinity;
let timer = 0;

/** `left`: seconds, null for never. */
function take(left) {
  clearTimeout(timer);
  if (left === null) return;
  ends = performance.now() + left * 1000;
  if (left > WARN_S) {
    if (dialog.open) dialog.close();
    timer = setTimeout(ask, (left - WARN_S) * 1000);
    return;
  }
  if (!dialog.open) dialog.showModal();
  count();
}

function count() {
  const left = Math.ceil((ends - performance.now()) / 1000);
  if (left < 0) return ask();
  document.getElementById("idle-left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  /* Each ten seconds the server is asked again: somebody may be at another tab. */
  timer = setTimeout(left % 10 ? count : ask, 1000);
}

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(leftUrl, { redirect: "manual" });
    if (answer.status === 401) return location.assign(`${loginUrl}?idle=1&next=${encodeURIComponent(location.pathname)}`);
    if (answer.ok) return take((await answer.json()).left);
  } catch {
    /* the site is away for a moment */
  }
  timer = setTimeout(ask, 5000);
}

dialog.addEventListener("cancel", (event) => event.preventDefault());
document.getElementById("idle-stay").addEventListener("click", async (event) => {
  event.preventDefault();
  const [status, answer] = await post(stayUrl, {});
  if (status === 200) take(answer.left);
  else ask();
});
ask();

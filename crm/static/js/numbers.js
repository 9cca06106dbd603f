/* A masked number is shown whole for half a minute. The server notes who opened it. */
import { post, toast } from "./ui.js";

const SHOWN_MS = 30_000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-opens-number]");
  const place = button?.parentElement.querySelector("[data-number]");
  if (!place || button.disabled) return;
  button.disabled = true;
  const [status, answer] = await post(button.dataset.opensNumber, {});
  if (status !== 200) {
    toast(button.dataset.failed);
    button.disabled = false;
    return;
  }
  const masked = place.textContent;
  place.textContent = answer.number;
  button.hidden = true;
  setTimeout(() => {
    place.textContent = masked;
    button.hidden = button.disabled = false;
  }, SHOWN_MS);
});

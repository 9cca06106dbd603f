/* The card of the caller: found, chosen, changed beside the call. htmx fetches and swaps the card alone; the desk draws
   it anew only for another call, so states come and go while somebody types. */

import { care, draft, drop, values } from "./drafts.js";
import { fit } from "./fields.js";
import { post, toast } from "./ui.js";

const work = document.getElementById("work");
const AGAIN_MS = 1500;
let within = false; /* whether the focus was in the card when it asked for what it is swapped with */

const card = () => document.getElementById("card");

new MutationObserver((changes) => {
  const gone = changes.flatMap((change) => [...change.removedNodes]).filter((node) => node.id === "card");
  const come = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === Node.ELEMENT_NODE && node.isConnected);
  for (const old of gone) if (old.dataset.call !== card()?.dataset.call) leave(old.querySelector("form[data-draft]"));
  for (const node of come) window.htmx.process(node);
  const now = come.find((node) => node.id === "card");
  if (now) shown(now, gone.some((old) => old.dataset.call === now.dataset.call));
}).observe(work, { childList: true });

/** A draft of this customer opens its form again: after a reload nothing is lost. */
function shown(now, swapped) {
  const form = now.querySelector("form[data-draft]");
  care(form);
  if (form) fit(form);
  if (!form && draft(now.dataset.draft)) now.querySelector("[data-edit], [data-add]")?.click();
  const free = document.activeElement === document.body || now.contains(document.activeElement);
  if (swapped && within && free) (now.querySelector("[aria-invalid=true], form input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), [data-edit], #card-search") ?? now).focus();
}

/** The call is over and the form with it: what was typed is saved now, or kept for the next time she is opened. */
async function leave(form, again = 0) {
  if (!form || !draft(form.dataset.draft)) return;
  const [status] = await post(form.getAttribute("hx-post"), values(form));
  if (status === 200) drop(form.dataset.draft);
  else if ((status === 0 || status === 404) && again < 3) setTimeout(() => leave(form, again + 1), AGAIN_MS * 2 ** again);
  else toast(form.dataset.kept);
}

/** Before the pressed button is disabled, which takes the focus from it. */
work.addEventListener("htmx:beforeRequest", () => { within = card()?.contains(document.activeElement) ?? false; });
/** Saved: before the card is drawn anew, which looks for drafts. (A page of the login that came instead is no answer.) */
work.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig: { elt, verb } } = event.detail;
  const login = xhr.responseURL && new URL(xhr.responseURL).pathname === "/login/";
  if (verb === "post" && xhr.status === 200 && !login && elt.matches("form[data-draft]")) drop(elt.dataset.draft);
});

/** C leads to whom it may be, or to the search; there the digits choose and the arrows walk. */
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.toLowerCase() !== "c" || event.target.matches("textarea, select, input:not([type=radio])")) return;
  if (!card() || card().offsetParent === null) return;
  const other = card().querySelector(".card-other");
  const first = card().querySelector(".matches [data-choice]");
  if (other && !first) other.open = true;
  const place = first ?? card().querySelector("#card-search");
  if (!place) return;
  event.preventDefault();
  place.focus();
});

work.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
  const search = event.target.id === "card-search";
  const list = search ? document.querySelector("#card-found [data-list]") : event.target.closest("[data-list]");
  if (!list) return;
  const choices = [...list.querySelectorAll("[data-choice]")];
  const at = choices.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0 && !search && list.closest("#card-found")) document.getElementById("card-search").focus();
    else choices[Math.max(0, Math.min(choices.length - 1, next))]?.focus();
  } else if (!search && /^[1-9]$/.test(event.key)) {
    event.stopPropagation(); /* outside this list the digits choose the outcome */
    choices[Number(event.key) - 1]?.click();
  }
});

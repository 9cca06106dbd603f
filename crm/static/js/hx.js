/* What all of htmx's requests have in common: the token that Django wants back, and what is said when one fails.
   The words come from the element that asked: data-failed on it or above it. */

import { csrf, toast } from "./ui.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrf();
});

/** A browser follows redirects by itself: the page of the login must not land in the middle of another. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt } = event.detail;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname !== "/login/") return;
  event.detail.shouldSwap = false;
  tell(elt);
});

document.addEventListener("htmx:responseError", (event) => tell(event.detail.elt));
document.addEventListener("htmx:sendError", (event) => tell(event.detail.elt));

function tell(element) {
  const sentence = element.closest("[data-failed]")?.dataset.failed;
  if (sentence) toast(sentence);
}

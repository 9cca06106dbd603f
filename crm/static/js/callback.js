/* "Call back" and "Dial" on pages without live parts: the order names the call or the customer, never the number, and
   then the desk is opened. */

import { post, toast, whom } from "./ui.js";

const { dialUrl, deskUrl } = document.getElementById("callback").dataset;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-dial], [data-customer]");
  if (!button || button.disabled) return;
  button.disabled = true;
  const [status, answer] = await post(dialUrl, { ...whom(button), wait: "1" });
  if (status === 202) location.assign(deskUrl);
  else {
    button.disabled = false;
    if (answer.error) toast(answer.error);
    else location.assign(deskUrl); /* logged out, or the site is away: the desk says which */
  }
});

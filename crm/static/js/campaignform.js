/* The form of a campaign's rules: one day's periods for the others. */

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-copies-hours]")) return;
  for (const field of document.querySelectorAll('[name^="hours_0_"]')) {
    for (const day of [1, 2, 3, 4]) document.querySelector(`[name="${field.name.replace("hours_0_", `hours_${day}_`)}"]`).value = field.value;
  }
});

/* Forms with fields of the centre: those of a project are there while it is ticked, and a field that is being defined
   shows the settings of its kind. Without this all of them are shown; the server asks for no others either way. */

function ofProjects(form) {
  const ticked = new Set([...form.querySelectorAll("[data-project-tick]:checked")].map((box) => box.value));
  for (const entry of form.querySelectorAll("[data-of-project]")) entry.hidden = !ticked.has(entry.dataset.ofProject);
}

function ofKind(form) {
  const kind = form.elements.kind?.value;
  if (kind) for (const part of form.querySelectorAll("[data-of-kind]")) part.hidden = !part.dataset.ofKind.split(" ").includes(kind);
}

/** Shows what belongs to what is chosen in this form now. */
export function fit(form) {
  if (form.querySelector("[data-of-project]")) ofProjects(form);
  if (form.matches(".define")) ofKind(form);
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && event.target.matches("[data-project-tick], .define [name=kind]")) fit(form);
});

document.addEventListener("restored", (event) => fit(event.target));

document.querySelectorAll("form.sheet, form.define").forEach(fit);

/* The people's pages: questions before a deed, whole areas of permissions, a password onto the clipboard. */
import { toast } from "./ui.js";

function fill(select) {
  if (select.options.length) return;
  select.append(document.getElementById(select.dataset.choices).content.cloneNode(true));
  select.value = select.dataset.chosen;
}

/** All boxes of an area at once; boxes that are not hers to change stay. */
function mark(button, on) {
  for (const box of button.closest("[data-area]").querySelectorAll("input[type=checkbox]:enabled")) box.checked = on;
}

function save(table, name) {
  const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [...table.rows].map((row) => [...row.cells].map((found) => cell(found.textContent)).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { opens, copies, saves, name } = button.dataset;
  if (opens) {
    const dialog = document.getElementById(opens);
    dialog.querySelectorAll("[data-choices]").forEach(fill);
    dialog.showModal();
  }
  if ("closes" in button.dataset) button.closest("dialog").close();
  if ("grants" in button.dataset) mark(button, true);
  if ("revokes" in button.dataset) mark(button, false);
  if (saves) save(document.getElementById(saves), name);
  if (copies) {
    const text = document.getElementById(copies);
    if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent);
    else {
      getSelection().selectAllChildren(text); // by plain http from another machine there is no clipboard
      document.execCommand("copy");
    }
    toast(button.textContent.trim() + " ✓");
  }
});

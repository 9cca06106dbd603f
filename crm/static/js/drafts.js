/* What is typed about a customer is kept on this computer until the server has it: forms with data-draft (whom it is about).
   A form that comes back from the server with what is wrong in it holds what was typed; any other takes up its draft. */

const PREFIX = `customer:${document.body.dataset.login}:`; /* several people may use one computer */
const OLD_MS = 7 * 86400000;
const TEXTS = ["name", "company", "kind", "level", "owner", "note"];
const OWN = "f_"; /* begins the names of the fields that the centre defines; a hidden one is the key of a file, which is the server's to say */

/** All fields of a form but the token, as pairs. A chosen file is none: it can be neither kept here nor filled in. */
export function values(form) {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
}

export function keep(form) {
  localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), values: values(form) }));
}

export function drop(about) {
  localStorage.removeItem(PREFIX + about);
}

export function draft(about) {
  const raw = about && localStorage.getItem(PREFIX + about);
  return raw ? JSON.parse(raw).values : null;
}

/** Takes a form into care: fills in its draft, if it has one, and keeps what is typed from now on. */
export function care(form) {
  if (!form || form.dataset.cared) return;
  form.dataset.cared = "yes";
  form.addEventListener("input", () => keep(form));
  if (form.querySelector("[role=alert], .entry-error")) keep(form);
  else restore(form);
}

function restore(form) {
  const kept = draft(form.dataset.draft);
  if (!kept) return;
  if (saved(form, kept)) return drop(form.dataset.draft);
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = kept.some(([name, value]) => name === box.name && value === box.value);
  for (const [name, value] of kept) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]:not([type=checkbox], [type=radio], [type=file])`);
    if (field && !(field.type === "hidden" && name.startsWith(OWN))) field.value = value;
  }
  form.dispatchEvent(new CustomEvent("restored", { bubbles: true }));
  const told = form.querySelector("[data-restored]");
  if (told) told.hidden = false;
}

/** The server had it: the customer is newer than the draft, and says what it said. */
function saved(form, kept) {
  const said = Object.fromEntries(kept);
  const newer = Number(form.elements.version?.value) > Number(said.version);
  const own = [...form.elements].filter((field) => field.name.startsWith(OWN) && !field.matches("[type=checkbox], [type=file], [type=hidden]")).map((field) => field.name);
  const ticks = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].map((box) => box.value);
  const boxes = [...new Set([...form.querySelectorAll("input[type=checkbox]")].map((box) => box.name).filter((name) => name === "projects" || name.startsWith(OWN)))];
  const alike = (name) => (name === "company" || name.startsWith(OWN) ? meant : lines);
  return newer && [...TEXTS, ...own].every((name) => !form.elements[name] || alike(name)(form.elements[name].value) === alike(name)(said[name] ?? ""))
    && boxes.every((name) => String(ticks(name)) === String(kept.filter(([one]) => one === name).map(([, value]) => value)));
}

/** A value of the centre's fields, or the name of a company, without what the server makes alike: 1,200.50 and 1200.5, www.example.com and its https. */
function meant(text) {
  const plain = text.normalize("NFKC").replace(/[\s,，]/g, "").replace(/^https?:\/\//i, "").toLowerCase();
  return /^[+-]?[0-9]*\.?[0-9]+$/.test(plain) ? String(Number(plain)) : plain;
}

function lines(text) {
  return text.replaceAll("\r\n", "\n").trim();
}

for (const key of Object.keys(localStorage).filter((name) => name.startsWith("customer:"))) {
  if (Date.now() - JSON.parse(localStorage.getItem(key)).at > OLD_MS) localStorage.removeItem(key);
}
document.querySelectorAll("form[data-draft]").forEach(care);
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-giveup]")?.closest("form[data-draft]");
  if (form) drop(form.dataset.draft);
});

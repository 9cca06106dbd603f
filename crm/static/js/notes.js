/* Outcome and note of a call: kept on this computer at each key, saved on the server at each pause of typing. What the
   server does not take yet (it cannot be reached, or the call's record is not written) is sent again until it does,
   also after a reload. Saving twice changes nothing: a note is told whole. */

import { fitAgreed } from "./agree.js";
import { post, toast } from "./ui.js";

const PAUSE_MS = 600;
const SOON_MS = 1000;
const AGAIN_MS = 3000;
const DAY_MS = 86400000;
const NOT_YET = 409;
const WRONG = 400;
const urls = document.body.dataset;
const PREFIX = `draft:${urls.login}:`; /* several people may use one computer */
let timer = 0;
let told = () => {};
let said = "";

/** `saved(call)` is called when the server has taken a note. Drafts of an earlier visit are sent now. */
export function begin(saved) {
  told = saved;
  schedule(0);
}

/** Takes the form of a call into care; what was typed but never saved comes back into it. */
export function mind(form) {
  const draft = read(form.dataset.call);
  if (draft) {
    form.note.value = draft.note;
    for (const radio of form.querySelectorAll("[name=disposition]")) radio.checked = radio.value === draft.disposition;
    if (draft.due && form.elements.due) form.elements.due.value = draft.due;
    if (draft.whose) for (const radio of form.querySelectorAll("[name=whose]")) radio.checked = radio.value === draft.whose;
    schedule(0);
  }
  fitAgreed(form);
  form.addEventListener("input", () => {
    fitAgreed(form);
    keep(form);
    schedule(PAUSE_MS);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** Sends at once what is not saved yet. Resolves when the server has it or could not take it. */
export async function saveAll() {
  clearTimeout(timer);
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    await save(key.slice(PREFIX.length));
  }
}

function keep(form) {
  const chosen = form.querySelector("[name=disposition]:checked");
  const draft = { note: form.note.value, disposition: chosen?.value ?? "", at: Date.now() };
  if (form.querySelector("#agree:not([hidden])")) {
    draft.due = form.elements.due.value;
    draft.whose = form.querySelector("[name=whose]:checked")?.value ?? "";
  }
  localStorage.setItem(PREFIX + form.dataset.call, JSON.stringify(draft));
  tell(form.dataset.call, "saving", "");
}

function read(call) {
  const raw = localStorage.getItem(PREFIX + call);
  return raw ? JSON.parse(raw) : null;
}

function schedule(wait) {
  clearTimeout(timer);
  timer = setTimeout(saveAll, wait);
}

async function save(call) {
  const draft = read(call);
  if (!draft) return; /* another tab was quicker */
  const [status, answer] = await post(urls.notesUrl.replace("CALL", encodeURIComponent(call)), { note: draft.note, disposition: draft.disposition, due: draft.due ?? "", whose: draft.whose ?? "" });
  const same = read(call)?.at === draft.at;
  if (status === 200) {
    if (same) localStorage.removeItem(PREFIX + call);
    said = "";
    tell(call, "saved", answer.saved);
    told(call);
  } else if (status >= 400 && status < 500 && Date.now() - draft.at > DAY_MS) {
    localStorage.removeItem(PREFIX + call); /* refused for a whole day: nobody waits for it any more */
  } else if (status === NOT_YET) {
    schedule(SOON_MS);
  } else {
    if (status === WRONG && same && answer.error !== said) toast((said = answer.error)); /* once: what is wrong is hers to mend */
    tell(call, "kept", "");
    schedule(AGAIN_MS);
  }
}

function tell(call, what, time) {
  const form = document.getElementById("notes");
  if (form?.dataset.call !== call) return;
  const place = document.getElementById("saved");
  place.textContent = place.dataset[what].replace("{time}", time);
  place.className = `meta saved ${{ saved: "ok", kept: "kept" }[what] ?? ""}`;
}

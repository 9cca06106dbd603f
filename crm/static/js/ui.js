/* Building and changing elements. Text always goes in as text, never as markup. */

const { icons } = document.documentElement.dataset;
const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children (strings become text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** A Tabler icon of the sprite. */
export function icon(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

export const STATE_ICONS = {
  offline: "power", ready: "circle-check", offered: "bell-ringing", dialling: "phone-outgoing", talking: "phone", held: "player-pause",
  wrapup: "pencil", paused: "coffee", unreachable: "plug-connected-x", waiting: "users", flow: "route",
  passed: "arrow-forward-up", parked: "parking", consulting: "users", conference: "users", room: "users", arrived: "phone-incoming", leaving: "phone-off",
};

/** Marks an element whose limit is near ("over") or broken ("alarm"), or neither (""); its sign is drawn by the style. */
export function mark(element, level) {
  for (const name of ["over", "alarm"]) element.classList.toggle(name, name === level);
}

export function text(id, value) {
  const element = document.getElementById(id);
  if (element && element.textContent !== value) element.textContent = value;
}

/** A sentence at the foot of the page for six seconds, longer while the pointer rests on it. */
export function toast(sentence) {
  const shelf = document.getElementById("toasts");
  if ([...shelf.children].some((shown) => shown.textContent === sentence)) return;
  const slip = make("div", { class: "toast" }, sentence);
  shelf.append(slip);
  const leave = () => (slip.matches(":hover") ? setTimeout(leave, 1000) : slip.remove());
  setTimeout(leave, 6000);
}

/** The value of the token that Django wants back with each POST. The cookie's is the newest: a login in another tab
    has made the one in this page void. */
export function csrf() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Whom a button dials: who is at the other end of a call, or a customer (on one of her lines). */
export function whom({ dataset }) {
  if (dataset.dial) return { call_id: dataset.dial };
  return dataset.line ? { customer: dataset.customer, line: dataset.line } : { customer: dataset.customer };
}

/** Whether this press of a button that is pressed twice was the first: then it says so for three seconds. */
export function asksTwice(button) {
  if (button.dataset.asked) return false;
  button.dataset.asked = "yes";
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.twice;
  setTimeout(() => {
    words.textContent = before;
    delete button.dataset.asked;
  }, 3000);
  return true;
}

/** POSTs a form; returns [status, answer]. Status 0: the server was not reached, or it wants a login first (a redirect
    that is followed would look like success). */
export async function post(url, fields) {
  try {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": csrf() }, redirect: "manual" });
    const kind = answer.headers.get("Content-Type") ?? "";
    return [answer.status, kind.includes("json") ? await answer.json() : {}];
  } catch {
    return [0, {}];
  }
}

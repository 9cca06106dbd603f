/* Under the chosen call: what it went through, and while its caller waits, why, and when that will change. */

import { now, running } from "../clock.js";
import { make } from "../ui.js";
import { say, words } from "../words.js";
import { put } from "./cells.js";
import { ORDER, WAITING } from "./centre.js";
import { told } from "./timeline.js";

const EVERY_MS = 2500;

export class Why {
  constructor(id) {
    this.id = id;
    this.asked = -Infinity;
    this.answer = null;
    this.lines = make("div", { class: "why-lines" });
    this.stages = make("p", { class: "quiet figures" });
    const page = document.body.dataset.callUrl;
    const link = page ? make("a", { class: "button small", href: page.replace("CALL", encodeURIComponent(id)) }, say("full")) : "";
    this.row = make("tr", { class: "why" }, make("td", { colspan: 4 }, this.lines, this.stages, link));
  }

  close() {
    this.closed = true;
  }

  show(floor) {
    const call = floor.calls[this.id];
    if (!call) {
      this.answer = null;
      this.say([say("why_gone")]);
      return;
    }
    if (!WAITING.includes(call.stage)) {
      this.answer = null;
      this.say([]);
    }
    this.tick(floor);
  }

  /** Asks anew from time to time: who serves the queue is more than this page may hold. */
  async tick(floor) {
    const call = floor.calls[this.id];
    if (!call) return;
    put(this.stages, told(call, now()));
    if (this.answer) this.write();
    if (!WAITING.includes(call.stage) || document.hidden || performance.now() - this.asked < EVERY_MS) return;
    this.asked = performance.now();
    try {
      const answer = await fetch(`${document.body.dataset.whyUrl}?call=${encodeURIComponent(this.id)}`);
      if (!answer.ok || this.closed) return;
      const found = await answer.json();
      this.answer = found.gone ? null : found;
      if (this.answer) this.write();
    } catch {
      /* the link says that the server is away */
    }
  }

  write() {
    const { serving, states, place, waiting, next, talking_since, said } = this.answer;
    const lines = [say("why_place", { place, waiting })];
    if (!serving) lines.push(say("why_none"));
    else lines.push(say("why_serving", { n: serving, states: [...ORDER, "offline"].filter((state) => states[state]).map((state) => `${states[state]} ${words.states[state].toLowerCase()}`).join(words.comma) }));
    if (states.ready) lines.push(say("why_ready", { n: states.ready }));
    else if (next) lines.push(say(next.name ? "why_next" : "why_next_other", { name: next.name, time: running(next.until - now()) }));
    else if (talking_since) lines.push(say("why_next_none", { time: running(now() - talking_since) }));
    this.say(lines, said);
  }

  say(lines, said = "") {
    const wanted = [...lines, said].filter(Boolean);
    while (this.lines.children.length > wanted.length) this.lines.lastChild.remove();
    wanted.forEach((line, at) => put(this.lines.children[at] ?? this.lines.appendChild(make("p")), line));
  }
}

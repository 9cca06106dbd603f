/* The websocket: opens with a snapshot, folds the deltas, asks anew after a gap, says when it is stale or lost. */

import { freeze, now, onTick, setServerTime, timeOfDay } from "./clock.js";
import { fold, missed } from "./store.js";
import { text, toast } from "./ui.js";
import { say } from "./words.js";

const STALE_MS = 5000;
const LOST_MS = 10000;

export class Link {
  /** `show(held)` after each change; `refused(message)` for an order that was not carried out. */
  constructor(path, show, refused = () => {}) {
    this.path = path;
    this.show = show;
    this.refused = refused;
    this.held = null;
    this.heard = performance.now();
    this.pause = 500;
    this.asked = 0;
    this.open();
    onTick(() => this.watch());
  }

  get alive() {
    return document.body.dataset.frozen === undefined && this.held !== null;
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const language = document.documentElement.lang.toLowerCase();
    this.socket = new WebSocket(`${scheme}://${location.host}${this.path}?language=${language}`);
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      if (event.code === 4401) return location.reload();
      setTimeout(() => this.open(), this.pause * (0.7 + 0.6 * Math.random()));
      this.pause = Math.min(this.pause * 2, 5000);
    };
  }

  take(message) {
    if (message.type === "refused") return this.refused(message);
    if (message.type === "delta") {
      const next = fold(this.held, message);
      if (next === null) return this.refresh();
      if (next === this.held) return;
      this.held = next;
    } else {
      this.hear(message.at);
      if (message.type === "snapshot") {
        this.pause = 500;
        this.held = fold(this.held, message);
      } else {
        const links = Object.values(message.links ?? {});
        document.getElementById("switch").hidden = links.length === 0 || links.some(Boolean);
        if (missed(this.held, message)) this.refresh();
        return;
      }
    }
    this.show(this.held);
  }

  refresh() {
    if (performance.now() - this.asked < 1000 || this.socket.readyState !== WebSocket.OPEN) return;
    this.asked = performance.now();
    this.socket.send(JSON.stringify({ type: "refresh" }));
  }

  hear(at) {
    this.heard = performance.now();
    setServerTime(at);
    const line = document.getElementById("link");
    if (line.dataset.link === "stale" || line.dataset.link === "lost") toast(say("back"));
    line.dataset.link = "live";
    text("link-words", say("live"));
    delete document.body.dataset.frozen;
    document.getElementById("banner").hidden = true;
  }

  /** Nothing stale looks live: after 5 s the clocks stop, after 10 s a banner says what still works. */
  watch() {
    const silent = performance.now() - this.heard;
    const line = document.getElementById("link");
    if (silent < STALE_MS || (this.held === null && silent < LOST_MS)) return;
    if (document.body.dataset.frozen === undefined) {
      freeze();
      document.body.dataset.frozen = timeOfDay(now());
      if (this.held) this.show(this.held);
    }
    const time = document.body.dataset.frozen;
    if (line.dataset.link !== "lost") line.dataset.link = silent < LOST_MS ? "stale" : "lost";
    text("link-words", say("stale", { time }));
    if (silent >= LOST_MS) {
      document.getElementById("banner").hidden = false;
      text("banner-title", say("lost", { time }));
      text("banner-text", say("lost_text"));
    }
  }
}

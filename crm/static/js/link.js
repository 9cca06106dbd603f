/* The websocket: opens with a snapshot, folds the deltas, asks anew after a gap, says when it is stale or lost. Closed with
   one of REFUSED it stays closed, for asking again would bring the same answer; all else is tried again, ever slower. */

import { freeze, now, onTick, setServerTime, timeOfDay } from "./clock.js";
import { fold, missed } from "./store.js";
import { post, text, toast } from "./ui.js";
import { say } from "./words.js";

const STALE_MS = 5000;
const LOST_MS = 10000;
const GRAVE_MS = 60000;
const PING_MS = 5000;
const OPEN = 1;
const MOST_PAUSE_MS = 1500; /* a page is true again within two seconds of the server */
const REFUSED = { 4401: "logged_out", 4403: "not_allowed" };

export class Link {
  /** `show(held)` after each change; `refused(message)` for an order that was not carried out. `quiet`: another link of
      the page says how the connection is and stops the clocks; this one only knows whether it is `stale`. */
  constructor(path, show, refused = () => {}, { quiet = false } = {}) {
    this.path = path;
    this.quiet = quiet;
    this.stale = false;
    this.show = show;
    this.refused = refused;
    this.held = null;
    this.heard = performance.now();
    this.pause = 500;
    this.asked = 0;
    this.refusal = "";
    this.away = "";
    if (!quiet) document.getElementById("banner-act")?.addEventListener("click", () => this.logInAgain());
    this.open();
    onTick(() => this.watch());
    setInterval(() => this.ping(), PING_MS);
  }

  /** Each socket takes a fresh ticket along, as a subprotocol: an address would stand in logs. */
  async open() {
    const [status, answer] = await post("/ticket/", {});
    if (status === 401) return this.stop("logged_out");
    if (status === 403) return this.stop("not_allowed");
    if (status !== 200) return this.later();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const language = document.documentElement.lang.toLowerCase();
    this.socket = new WebSocket(`${scheme}://${location.host}${this.path}?language=${language}`, ["switchdesk", `ticket.${answer.ticket}`]);
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      if (event.code in REFUSED) return this.stop(REFUSED[event.code]);
      this.later();
    };
  }

  later() {
    setTimeout(() => this.open(), this.pause * (0.7 + 0.6 * Math.random()));
    this.pause = Math.min(this.pause * 2, MOST_PAUSE_MS);
  }

  /** How long a word takes there and back. */
  ping() {
    if (this.quiet || document.hidden || this.socket?.readyState !== OPEN) return;
    this.pinged = performance.now();
    this.socket.send(JSON.stringify({ type: "ping" }));
  }

  take(message) {
    if (message.type === "pong") {
      this.trip = Math.max(1, Math.round(performance.now() - this.pinged));
      if (!this.quiet && document.getElementById("link").dataset.link === "live") this.showTrip();
      return;
    }
    if (message.type === "refused") return this.refused(message);
    if (message.type === "figures" && !this.held) return; /* the snapshot to come has them */
    if (["delta", "named", "figures"].includes(message.type)) {
      const next = fold(this.held, message);
      if (next === null) return this.refresh();
      if (next === this.held) return;
      this.held = next;
    } else {
      const back = this.stale; /* what was told meanwhile may be lost */
      this.hear(message.at);
      if (message.type === "snapshot") {
        this.pause = 500;
        this.held = fold(this.held, message);
        if (!this.trip) this.ping();
      } else {
        this.lookAt(message);
        if (back || missed(this.held, message)) this.refresh();
        return;
      }
    }
    this.show(this.held);
  }

  refresh() {
    if (performance.now() - this.asked < 1000 || this.socket.readyState !== OPEN) return;
    this.asked = performance.now();
    this.socket.send(JSON.stringify({ type: "refresh" }));
  }

  hear(at) {
    const was = this.stale;
    this.heard = performance.now();
    this.stale = false;
    if (this.quiet) return;
    setServerTime(at);
    if (was) toast(say("back"));
    document.getElementById("link").dataset.link = this.away ? "away" : "live";
    this.showTrip();
    delete document.body.dataset.frozen;
    this.banner(this.away);
  }

  showTrip() {
    const words = say(this.away || "live");
    text("link-words", this.trip && !this.away ? `${words} · ${this.trip} ms` : words);
  }

  /** The page is live, yet what decides about calls may not be: the daemon, or every switch. */
  lookAt({ links = {}, daemon }) {
    const nodes = Object.values(links);
    const away = daemon === false ? "daemon_away" : nodes.length && !nodes.some(Boolean) ? "switch_away" : "";
    if (away === this.away) return;
    this.away = away;
    if (this.quiet) return;
    document.body.dataset.away = away;
    document.getElementById("link").dataset.link = away ? "away" : "live";
    this.showTrip();
    this.banner(away);
    if (this.held) this.show(this.held);
  }

  /** Nothing stale looks live: after 5 s the clocks stop, after 10 s a banner says what still works. */
  watch() {
    if (this.refusal) return;
    const silent = performance.now() - this.heard;
    if (silent < STALE_MS || (this.held === null && silent < LOST_MS)) return;
    this.stand();
    if (this.quiet) return;
    const time = document.body.dataset.frozen;
    const line = document.getElementById("link");
    if (line.dataset.link !== "lost") line.dataset.link = silent < LOST_MS ? "stale" : "lost";
    text("link-words", say("stale", { time }));
    if (silent < LOST_MS) return;
    this.banner("lost", { time });
    document.getElementById("banner")?.classList.toggle("grave", silent >= GRAVE_MS);
  }

  /** From here on nothing is known any more. */
  stand() {
    this.stale = true;
    if (this.quiet || document.body.dataset.frozen !== undefined) return;
    freeze();
    document.body.dataset.frozen = timeOfDay(now());
    if (this.held) this.show(this.held);
  }

  stop(refusal) {
    this.refusal = refusal;
    this.stand();
    if (this.quiet) return;
    document.getElementById("link").dataset.link = "lost";
    text("link-words", say(refusal));
    this.banner(refusal);
    const banner = document.getElementById("banner");
    if (!banner) return;
    banner.classList.add("grave");
    document.getElementById("banner-act").hidden = false;
  }

  /** Who is still logged in, but not for this page, is logged out on the way; else the login would send her back here. */
  logInAgain() {
    if (this.refusal === "not_allowed") document.getElementById("logout").requestSubmit();
    else location.assign(`${document.documentElement.dataset.loginUrl}?next=${encodeURIComponent(location.pathname)}`);
  }

  banner(what, gaps = {}) {
    const banner = document.getElementById("banner");
    if (!banner) return;
    banner.hidden = !what;
    banner.classList.remove("grave");
    if (!what) return;
    text("banner-title", say(what, gaps));
    text("banner-text", say(`${what}_text`));
  }
}

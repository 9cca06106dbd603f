/* The agent's desk: state, verbs, the call in hand. It shows what the switch says and nothing else. */

import "./numbers.js";
import "./agree.js";
import { badge } from "./badge.js";
import { drawCards, watchCards } from "./cards.js";
import { now, onTick, running, tickNow, timeOfDay } from "./clock.js";
import { watchKeys } from "./keys.js";
import { Link } from "./link.js";
import { begin, mind, saveAll } from "./notes.js";
import { dial, order, refused, settle } from "./orders.js";
import { watchSpeed } from "./speed.js";
import { showParked } from "./parked.js";
import { closePickup, watchPickup } from "./pickup.js";
import { follow } from "./popups.js";
import { showRoom } from "./ownroom.js";
import { fit } from "./states.js";
import { ownCall, ownState } from "./store.js";
import { closeAll, watchTransfer } from "./transfer.js";
import { icon, mark, STATE_ICONS, text, toast, whom } from "./ui.js";
import { showWishes } from "./wishes.js";
import { named, say, words } from "./words.js";

const body = document.body;
const at = (id) => document.getElementById(id);
let held = null;
let shown = "";
let workOf = "";
/* The call that she dials, until the customer has answered. */
let dialled = "";
/* What was spoken last of her own state. */
let spoken = "";

const state = () => ownState(held);
const call = () => ownCall(held);

/** Why she is paused or cannot be reached. */
function reason() {
  const me = held.me;
  return me?.reason && ["paused", "unreachable"].includes(me.state) ? named("reasons", me.reason) : "";
}

/** The state's word with its reason if both fit into the block; else the reason stands beside it. */
function showWord(now_) {
  const word = at("state-word");
  text("state-word", words.states[now_] + (reason() ? ` · ${reason()}` : ""));
  word.dataset.whole = word.scrollWidth <= word.clientWidth;
  if (word.dataset.whole === "false") text("state-word", words.states[now_]);
}

/** What comes when the call in hand is over, if it is not ready: a planned pause, or the one in which she began it. */
function pauseThen() {
  const me = held.me;
  if (!me || !["offered", "dialling", "talking", "wrapup"].includes(me.state)) return "";
  const code = me.plan || me.reason;
  if (code === "signed-in") return words.states.paused; /* that she has just come is no reason for later */
  return code ? named("reasons", code) : "";
}

function callerName() {
  const live = call();
  if (live) return live.customer || live.shown || say("withheld");
  return at("work").querySelector("[data-caller]")?.dataset.caller || (at("work").hidden ? "" : say("withheld"));
}

function show(next) {
  held = next;
  const now_ = state();
  const key = JSON.stringify([now_, held.me, held.wishes, held.room, call()?.stage, call()?.since, call()?.picked_up, call()?.muted, call()?.marked, call()?.aside_state]);
  if (key !== shown) {
    if (shown) settle();
    shown = key;
  }
  body.dataset.state = now_;
  at("top").dataset.state = now_;
  showState(now_);
  showVerbs(now_);
  showAside();
  showCall(now_);
  showQueues();
  showPhone();
  tickNow();
  tellState(now_);
}

function showState(now_) {
  const me = held.me;
  at("state-icon").replaceChildren(icon(STATE_ICONS[now_], 22));
  const since = now_ === "held" ? call().since : (now_ === "offline" ? 0 : me.since);
  at("state-timer").dataset.since = since;
  tickNow(); /* the timer's width decides how much of the word fits */
  showWord(now_);
  body.dataset.until = me?.until ?? 0;
  body.dataset.begun = me?.since ?? 0;
  showLine();
}

/** The small line under the state word, and the bar at the block's foot: what will happen by itself, and when. */
function showLine() {
  if (!held) return;
  const now_ = state();
  const until = Number(body.dataset.until);
  const left = Math.max(0, Math.ceil((until - now()) / 1e6));
  at("state-timer").classList.toggle("long", at("state-timer").textContent.length > 5);
  const bar = at("foot");
  bar.hidden = !until || body.dataset.frozen !== undefined;
  if (until) {
    const share = Math.max(0, Math.min(1, (until - now()) / (until - Number(body.dataset.begun))));
    bar.firstElementChild.style.transform = `scaleX(${share})`;
  }
  if (body.dataset.frozen !== undefined) return text("state-line", say("as_of", { time: body.dataset.frozen }));
  const pause = pauseThen();
  if (now_ === "wrapup" && until) return text("state-line", pause ? say("next_pause", { pause, seconds: left }) : say("next_ready", { seconds: left }));
  if (now_ === "offered") return text("state-line", say("left", { seconds: left }) + (pause ? ` · ${say("then", { pause })}` : ""));
  if (pause) return text("state-line", say("then", { pause }));
  const live = call();
  if (live?.talk_since && live.entered) return text("state-line", say("waited", { time: running(live.talk_since - live.entered) }));
  text("state-line", held.me?.since && now_ !== "offline" ? say("since", { time: timeOfDay(held.me.since).slice(0, 5) }) : "");
}

/** Her part in a call in which somebody is asked: she asks (consulting), or is asked (consulted). */
function part(now_) {
  const live = call();
  if (!live?.aside || !["talking", "held"].includes(now_)) return now_;
  return live.agent === body.dataset.login ? "consulting" : "consulted";
}

function showAside() {
  const live = call();
  const mine = part(state());
  at("aside").hidden = !["consulting", "consulted"].includes(mine);
  at("aside").dataset.part = mine;
  if (mine === "consulting") {
    text("aside-who", live.aside_who || live.aside_outside);
    text("aside-line", say(`aside_${live.aside_state}`));
  } else if (mine === "consulted") {
    text("aside-who", "");
    text("aside-line", say(live.aside_state === "joined" ? "conferring" : "consulted", { who: live.agent_name || live.agent }));
  }
  for (const element of at("aside").querySelectorAll("[data-aside]")) element.hidden = mine !== "consulting" || !element.dataset.aside.split(" ").includes(live.aside_state);
}

function showVerbs(now_) {
  const mine = part(now_);
  if (!["talking", "held", "consulting"].includes(mine)) closeAll();
  if (!["ready", "paused"].includes(mine)) closePickup();
  for (const element of at("top").querySelectorAll("[data-in]")) element.hidden = !element.dataset.in.split(" ").includes(mine);
  for (const element of at("top").querySelectorAll("[data-muted]")) element.hidden ||= element.dataset.muted !== String(Boolean(call()?.muted));
  for (const element of at("top").querySelectorAll("[data-marked]")) element.hidden ||= element.dataset.marked !== String(Boolean(call()?.marked));
  for (const element of at("top").querySelectorAll("[data-not-in]")) element.hidden = element.dataset.notIn.split(" ").includes(now_);
  /* Her own phone is picked up once. */
  if (now_ === "dialling" && call()?.picked_up) at("verbs").querySelector('[data-order="Answer"]').hidden = true;
  const why = body.dataset.frozen !== undefined ? say("no_orders") : body.dataset.away === "daemon_away" ? say("daemon_away") : "";
  for (const button of dialButtons()) button.disabled = Boolean(why) || !mayDial(now_);
  for (const button of at("top").querySelectorAll("button")) {
    button.dataset.title ??= button.title;
    button.disabled = Boolean(why);
    button.title = why || button.dataset.title;
  }
  const extend = at("extend");
  if (extend && !why && (held.me?.extended ?? 0) >= Number(extend.dataset.most)) {
    extend.disabled = true;
    extend.title = say("extended_enough");
  }
  showParked(held.parked, now_, why);
  showWishes(held.wishes, why);
  showRoom(held.room, why);
  at("dnd").hidden = !held.me?.dnd;
  const pause = pauseThen();
  for (const finish of at("top").querySelectorAll("[data-finish]")) {
    finish.dataset.ready ??= finish.textContent;
    finish.textContent = pause ? say("finish_pause", { pause }) : finish.dataset.ready;
  }
  fit(held.me);
}

function showCall(now_) {
  const live = call();
  const inHand = held.me?.call_id && ["offered", "dialling", "talking", "held", "wrapup"].includes(now_) ? held.me.call_id : "";
  if (inHand !== workOf) {
    workOf = inHand;
    if (inHand) loadWork(inHand);
    else loadIdle().then(() => tellBecame(dialled));
  }
  if (inHand) dialled = now_ === "dialling" ? inHand : "";
  follow(inHand, now_);
  at("work").hidden = !inHand;
  at("idle").hidden = Boolean(inHand);
  at("facts").hidden = now_ !== "offered";
  if (now_ === "offered" && live) showFacts(live);
  showTitle(now_, live);
}

function showFacts(live) {
  const target = words.levels[live.queue];
  text("fact-queue", named("queues", live.queue));
  text("fact-level", target ? say("target", { seconds: target }) : "");
  at("fact-waited").dataset.since = live.entered;
  text("fact-dialled", live.dialled || "—");
  text("fact-keys", live.keys || "—");
  text("fact-why", live.why_words || "—");
}

function showTitle(now_, live) {
  const lines = { offline: "not_working_line", ready: "ready_line", paused: "paused_line", unreachable: "unreachable_line" };
  if (now_ in lines) {
    const why = at("state-word").dataset.whole === "false" ? reason() : "";
    text("caller", now_ === "offline" ? say("not_working") : why.charAt(0).toUpperCase() + why.slice(1));
    text("caller-line", say(lines[now_]));
  } else if (now_ === "wrapup") {
    text("caller", say("ended"));
    text("caller-line", callerName());
  } else if (live) {
    text("caller", live.customer || live.shown || say("withheld"));
    const pressed = live.keys && now_ !== "offered" ? say("pressed", { keys: live.keys }) : "";
    const parts = [live.customer ? live.shown : "", live.queue ? named("queues", live.queue) : "", pressed];
    text("caller-line", parts.filter(Boolean).join(" · "));
  }
  const made = workOf ? at("work").querySelector("[data-campaign]")?.dataset.campaign : "";
  if (now_ === "dialling") text("caller-line", [live?.customer ? live.shown : "", made, say(live?.picked_up ? "calling" : "own_phone")].filter(Boolean).join(" · "));
  const calls = ["offered", "dialling", "talking", "held"].includes(now_) ? ` ${callerName()}` : "";
  text("spoken", now_ === "offered" && live ? say("incoming", { caller: callerName(), queue: named("queues", live.queue) }) : "");
  badge(`${words.states[now_]}${calls}`, now_, at("top"));
}

/** Her phone, as the switches tell of it; null = none has yet. */
function showPhone() {
  const word = { true: "registered", false: "unregistered" }[held.phone] ?? "unseen";
  at("device").dataset.device = body.dataset.frozen === undefined ? word : "unseen";
  text("device-words", say(body.dataset.frozen === undefined ? `phone_${word}` : "phone_unseen"));
}

/** State changes are spoken once, politely; an offer speaks for itself. */
function tellState(now_) {
  const me = held.me;
  const key = JSON.stringify([now_, me?.reason, me?.plan, me?.extended]);
  if (key === spoken) return;
  const extended = spoken && now_ === "wrapup" && me.extended;
  spoken = key;
  if (now_ === "offered") return text("told", "");
  const pause = pauseThen();
  const parts = [words.states[now_], reason(), pause && say("then", { pause })];
  if (extended) parts.push(say("extended", { seconds: Math.ceil((me.until - now()) / 1e6) }));
  text("told", parts.filter(Boolean).join(document.documentElement.lang.startsWith("zh") ? "，" : ", "));
}

function showQueues() {
  for (const row of document.querySelectorAll("[data-queue]")) {
    const line = held.queues[row.dataset.queue];
    if (!line) continue;
    row.querySelector("[data-waiting]").textContent = line.waiting;
    const longest = row.querySelector("[data-longest]");
    if (line.oldest) longest.dataset.since = line.oldest;
    else {
      delete longest.dataset.since;
      longest.textContent = "—";
    }
  }
}

async function fragment(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

/** The server's own markup, escaped by its templates. */
async function loadWork(callId, again = 0) {
  const html = await fragment(body.dataset.workUrl.replace("CALL", encodeURIComponent(callId)));
  if (workOf !== callId) return;
  if (html === null) {
    if (again < 5) setTimeout(() => workOf === callId && loadWork(callId, again + 1), 400 * 2 ** again);
    return;
  }
  at("work").innerHTML = html;
  mind(at("notes"));
  if (held) showTitle(state(), call());
}

async function loadIdle() {
  at("work").replaceChildren();
  await saveAll();
  await Promise.all([loadRecent(), drawCards()]);
}

async function loadRecent() {
  const html = await fragment(body.dataset.idleUrl);
  if (html !== null) at("recent").innerHTML = html;
  if (held) showVerbs(state());
}

/** What became of a call that nobody answered, in the words of her list; the record comes a moment after the state. */
async function tellBecame(callId, again = 0) {
  if (!callId) return;
  const became = at("recent").querySelector(`[data-call="${CSS.escape(callId)}"]`)?.dataset.became;
  if (became) toast(became);
  else if (again < 5) setTimeout(() => loadRecent().then(() => tellBecame(callId, again + 1)), 400 * 2 ** again);
}

function mayDial(now_) {
  return ["ready", "paused"].includes(now_);
}

/** She can dial while she is ready or paused; each of these says so. */
function dialButtons() {
  return document.querySelectorAll("#dial button, [data-dial], [data-call-url], [data-take-button]");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-order]");
  if (button) {
    if (["FinishWrapUp", "Pause", "SignOut"].includes(button.dataset.order)) saveAll();
    order(button, button.closest("#state-menu") ? at("state-open") : button);
  }
});
document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-dial]");
  if (back) dial(back, whom(back));
});
at("dial")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = at("dial-number");
  const button = event.target.querySelector("button");
  if (field.value.trim() && !button.disabled) dial(button, { number: field.value }).then(() => { field.value = ""; });
});
watchKeys();
watchTransfer();
watchPickup();
watchSpeed();
onTick(() => {
  showLine();
  const waited = at("fact-waited");
  const target = words.levels[call_queue()];
  const over = target ? Math.floor((now() - Number(waited.dataset.since)) / 1e6) - target : 0;
  mark(at("fact-waited-note"), over > 0 ? "over" : "");
  text("fact-waited-note", over > 0 ? say("over", { seconds: over }) : "");
});

function call_queue() {
  return held ? call()?.queue : undefined;
}

new Link("/ws/desk/", show, refused);
begin((callId) => workOf !== callId && loadRecent());
watchCards(() => held && state() === "ready" && body.dataset.frozen === undefined, () => held && showVerbs(state()));

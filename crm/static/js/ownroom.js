/* The conference room in which she is, or for which her phone rings: a strip with the way in and out. */

import { now, onTick, running } from "./clock.js";
import { text } from "./ui.js";
import { named, say } from "./words.js";

const strip = document.getElementById("own-room");
let since = 0;

/** `mine`: room, state, since, count, or null; `why`: why no order can be given now, or "". */
export function showRoom(mine, why) {
  strip.hidden = !mine;
  for (const button of strip.querySelectorAll("button")) {
    button.hidden = !mine || button.dataset.in !== mine.state;
    button.disabled = Boolean(why);
    button.title = why;
  }
  since = mine?.state === "inside" ? mine.since : 0;
  if (!mine) return;
  text("own-room-name", named("rooms", mine.room));
  text("own-room-line", mine.state === "called" ? say("room_rings") : say("room_count", { n: mine.count }));
  tick();
}

function tick() {
  text("own-room-time", since ? running(now() - since) : "");
}

onTick(tick);

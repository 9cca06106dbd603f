/* The floor: figures, queues, agents, calls, alarms. What comes is drawn once per animation frame, and only what is in view;
   a hidden tab draws nothing at all. */

import { onTick, tickNow } from "./clock.js";
import * as agents from "./floor/agents.js";
import * as alarms from "./floor/alarms.js";
import * as calls from "./floor/calls.js";
import { markTimes } from "./floor/cells.js";
import { centre } from "./floor/centre.js";
import * as charts from "./floor/charts.js";
import { showQueues, showSums } from "./floor/queues.js";
import { Link } from "./link.js";

let held = null;
let asked = false;

function draw() {
  asked = false;
  if (!held || document.hidden) return;
  const floor = centre(held);
  showSums(floor);
  showQueues(floor);
  agents.show(floor);
  calls.show(floor);
  alarms.show(floor);
  charts.show(floor);
  tickNow();
}

function soon() {
  if (asked || document.hidden) return;
  asked = true;
  requestAnimationFrame(draw);
}

agents.start();
calls.start();
alarms.start(calls.open);
charts.start();
document.addEventListener("visibilitychange", () => {
  asked = false;
  soon();
});
onTick((at) => {
  if (document.hidden) return;
  markTimes(at);
  calls.tick();
  alarms.showSound();
});

new Link("/ws/floor/", (next) => {
  held = next;
  soon();
});

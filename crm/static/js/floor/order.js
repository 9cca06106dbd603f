/* The order of a list that changes by itself: never under a pointer or the focus, else at most every two seconds. */

import { say } from "../words.js";

const EVERY_MS = 2000;

export class Order {
  /** `sorted()` returns the keys as they should stand, `groupOf(key)` what places a key, `apply(keys)` shows them.
      `slip` is a button that says how much has changed. */
  constructor({ area, slip, sorted, groupOf, apply }) {
    Object.assign(this, { area, slip, sorted, groupOf, apply });
    this.groups = new Map();
    this.at = -Infinity;
    this.timer = 0;
    slip.addEventListener("click", () => this.now());
    for (const left of ["pointerleave", "focusout"]) area.addEventListener(left, () => setTimeout(() => this.look(), 0));
  }

  get held() {
    return this.area.matches(":hover") || this.area.contains(document.activeElement);
  }

  /** Something may have changed. */
  look() {
    const wait = EVERY_MS - (performance.now() - this.at);
    if (this.groups.size && wait > 0) {
      this.timer ||= setTimeout(() => {
        this.timer = 0;
        this.look();
      }, wait);
      return;
    }
    if (document.hidden) return;
    if (this.groups.size && this.held) return this.tell();
    this.now();
  }

  /** The person asked for it: a search, a filter, another order, the slip. */
  now() {
    const keys = this.sorted();
    this.at = performance.now();
    this.groups = new Map(keys.map((key) => [key, this.groupOf(key)]));
    this.slip.hidden = true;
    this.apply(keys);
  }

  tell() {
    const keys = new Set(this.sorted());
    let changes = 0;
    for (const [key, group] of this.groups) changes += !keys.has(key) || this.groupOf(key) !== group;
    for (const key of keys) changes += !this.groups.has(key);
    this.at = performance.now();
    this.slip.hidden = changes === 0;
    if (changes) this.slip.textContent = say("changes", { n: changes });
  }
}

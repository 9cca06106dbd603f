/* A table of which only the rows in view are in the document: keyed, changed in place, reached by the arrow keys. */

import { make } from "../ui.js";

const OVERSCAN = 4;

export class Rows {
  /**
   * `table` stands in an element that scrolls. `build(key)` makes a <tr>, `update(row, key)` brings it up to date, both
   * cheap. `height`: of one row, in pixels. `press(key)`: Enter on a row.
   */
  constructor({ table, height, build, update, press = () => {} }) {
    Object.assign(this, { table, height, build, update, press });
    this.window = table.parentElement;
    this.body = table.tBodies[0];
    this.keys = [];
    this.rows = new Map();
    this.active = null;
    this.open = null; /* { key, row }: a row of its own height under that of the key */
    const columns = table.tHead.rows[0].cells.length;
    const spacer = () => make("tr", { class: "spacer", "aria-hidden": "true" }, make("td", { colspan: columns }));
    [this.above, this.below] = [spacer(), spacer()];
    this.body.append(this.above, this.below);
    this.window.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()), { passive: true });
    this.window.addEventListener("keydown", (event) => this.move(event));
    new ResizeObserver(() => this.draw()).observe(this.window);
  }

  /** The rows in their order. */
  set(keys) {
    this.keys = keys;
    this.place = new Map(keys.map((key, at) => [key, at]));
    if (!this.place.has(this.active)) this.active = keys[0] ?? null;
    this.table.setAttribute("aria-rowcount", keys.length + 1);
    if (this.open && !this.place.has(this.open.key)) this.unfold();
  }

  /** Puts a row of its own under that of the key. */
  unfold(key = null, row = null) {
    this.open?.row.remove();
    this.open = key === null ? null : { key, row };
  }

  draw() {
    const extra = this.open ? this.open.row.offsetHeight : 0;
    const opened = this.open ? this.place.get(this.open.key) : Infinity;
    const top = this.window.scrollTop;
    const at = (y) => Math.floor((y > (opened + 1) * this.height ? Math.max(y - extra, (opened + 1) * this.height) : y) / this.height);
    const first = Math.max(0, at(top) - OVERSCAN);
    const last = Math.min(this.keys.length, at(top + this.window.clientHeight) + OVERSCAN);
    const wanted = this.keys.slice(first, last);
    const kept = new Set(wanted);
    for (const [key, row] of this.rows) {
      if (kept.has(key)) continue;
      if (row.contains(document.activeElement)) this.window.focus({ preventScroll: true });
      row.remove();
      this.rows.delete(key);
    }
    this.above.firstChild.style.height = `${first * this.height + (opened < first ? extra : 0)}px`;
    this.below.firstChild.style.height = `${(this.keys.length - last) * this.height + (opened >= last && opened !== Infinity ? extra : 0)}px`;
    if (this.open && !kept.has(this.open.key)) this.open.row.remove();
    let next = this.above.nextSibling;
    wanted.forEach((key, offset) => {
      const row = this.rows.get(key) ?? this.made(key);
      if (row === next) next = row.nextSibling;
      else this.body.insertBefore(row, next);
      row.setAttribute("aria-rowindex", first + offset + 2);
      row.tabIndex = key === this.active ? 0 : -1;
      this.update(row, key);
      if (this.open?.key !== key) return;
      if (this.open.row === next) next = next.nextSibling;
      else this.body.insertBefore(this.open.row, next);
    });
  }

  made(key) {
    const row = this.build(key);
    row.dataset.key = key;
    row.addEventListener("focusin", () => this.activate(key));
    this.rows.set(key, row);
    return row;
  }

  activate(key) {
    if (key === this.active) return;
    const before = this.rows.get(this.active);
    if (before) before.tabIndex = -1;
    this.active = key;
    this.rows.get(key).tabIndex = 0;
  }

  move(event) {
    const onRow = event.target === this.window || event.target.matches("tr");
    const now = this.place?.get(this.active) ?? 0;
    const page = Math.max(1, Math.floor(this.window.clientHeight / this.height) - 2);
    const steps = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: this.keys.length - 1, PageDown: now + page, PageUp: now - page };
    if (!onRow || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && event.target.matches("tr")) this.press(this.active);
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.focus(this.keys[Math.min(Math.max(steps[event.key], 0), this.keys.length - 1)]);
  }

  /** Brings a row into view and the focus on it. */
  focus(key) {
    if (key === undefined || !this.place.has(key)) return;
    this.show(key);
    this.rows.get(key)?.focus({ preventScroll: true });
  }

  /** Brings a row into view. */
  show(key) {
    const y = this.place.get(key) * this.height + (this.open && this.place.get(this.open.key) < this.place.get(key) ? this.open.row.offsetHeight : 0);
    const head = this.table.tHead.offsetHeight;
    const room = this.window.clientHeight - head - this.height;
    if (y < this.window.scrollTop) this.window.scrollTop = y;
    else if (y > this.window.scrollTop + room) this.window.scrollTop = y - room;
    this.draw();
  }
}

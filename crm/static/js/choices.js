/* A list of which one is chosen by the arrows, whatever has the focus: the pickers of the desk and the floor. */

/** Those that can be chosen. */
export const choices = (list) => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];

export const chosenOf = (list) => list.querySelector("[aria-selected]");

/** `focused`: what has the focus and tells a screen reader which one is chosen. */
export function choose(list, focused, option) {
  chosenOf(list)?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  if (option) focused.setAttribute("aria-activedescendant", option.id);
  else focused.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

/** Says whether the key was one of the list's. */
export function walk(list, focused, key) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!step) return false;
  const all = choices(list);
  choose(list, focused, all[(all.indexOf(chosenOf(list)) + step + all.length) % all.length]);
  return true;
}

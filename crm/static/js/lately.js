/* What this user chose last in the palette, on this computer; forgotten when she logs out. */

const MOST = 8;
const PREFIX = "palette:";
const mine = () => PREFIX + document.documentElement.dataset.user;

/** The newest first. */
export function lately() {
  try {
    return JSON.parse(localStorage.getItem(mine())) ?? [];
  } catch {
    return [];
  }
}

/** Keeps a choice in front of the others; null forgets them all. */
export function remember(choice) {
  if (choice === null) return forget();
  const others = lately().filter((kept) => kept.key !== choice.key);
  localStorage.setItem(mine(), JSON.stringify([choice, ...others].slice(0, MOST)));
}

/** Of everybody: whoever sits here next finds nothing. */
export function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

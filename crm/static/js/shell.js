/* What every page has for who is logged in: the palette, and her own state where she takes calls. */
import { startOwn } from "./own.js";
import { startPalette } from "./palette.js";

startPalette();
if (document.getElementById("own")) startOwn();

document.querySelector(".nav-list [aria-current]")?.scrollIntoView({ block: "nearest" });

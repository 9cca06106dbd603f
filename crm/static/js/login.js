/* Tells about Caps Lock before a password is refused for it. Who sits down here finds nothing of who sat here before. */
import { forget } from "./lately.js";

forget();
const caps = document.getElementById("caps");
document.getElementById("id_password").addEventListener("keyup", (event) => {
  caps.hidden = !(event.getModifierState && event.getModifierState("CapsLock"));
});

/* Tells about Caps Lock before a password is refused for it. */
const caps = document.getElementById("caps");
document.getElementById("id_password").addEventListener("keyup", (event) => {
  caps.hidden = !(event.getModifierState && event.getModifierState("CapsLock"));
});

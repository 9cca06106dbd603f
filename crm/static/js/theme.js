/* Runs before the first paint: light or dark as chosen here, else as the system says. */
(function () {
  const system = matchMedia("(prefers-color-scheme: dark)");
  function show() {
    const chosen = localStorage.getItem("theme");
    document.documentElement.dataset.theme = chosen || (system.matches ? "dark" : "light");
  }
  show();
  system.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    show();
  });
})();

// Menus close, and the look is the one chosen.

import { find, findAll, root } from "./page.js";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) {
      menu.open = false;
      find("summary", menu).focus();
    }
  }
});

document.addEventListener("click", (event) => {
  for (const menu of findAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const look = event.target.closest("[data-set-theme]");
  if (look) setTheme(look.dataset.setTheme);
});

// A cookie, not storage: the server then writes the page in the right look from the start.
function setTheme(theme) {
  const isChosen = theme === "light" || theme === "dark";
  if (isChosen) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const age = isChosen ? 31_536_000 : 0;
  document.cookie = `theme=${isChosen ? theme : ""}; path=/; max-age=${age}; samesite=lax`;
  showTheme();
}

function showTheme() {
  const current = root.dataset.theme ?? "device";
  for (const button of findAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === current));
  }
}

root.dataset.theme ??= /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "device";
if (root.dataset.theme === "device") delete root.dataset.theme;
showTheme();

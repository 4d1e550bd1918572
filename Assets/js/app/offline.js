// The page for being without a connection, and what keeps it ready.

import { find, second } from "./page.js";

if (find("[data-offline]") && location.pathname !== "/offline") {
  const retry = async () => {
    try {
      if ((await fetch("/health", { cache: "no-store" })).ok) location.reload();
    } catch {
      // Still away.
    }
  };
  setInterval(retry, 5 * second);
  window.addEventListener("online", retry);
  find("[data-reload]").addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
}

// Without one the browser shows its own page, so a failure is nobody's problem.
window.addEventListener("load", () => navigator.serviceWorker?.register("/service-worker.js").catch(() => {}));

// Finding people: in a long list on the page, and in the list of residents.

import { find, findAll, words } from "./page.js";

find("#people-filter")?.addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLocaleLowerCase();
  for (const group of findAll(".people-group")) {
    let matches = 0;
    for (const choice of findAll(".choice", group)) {
      choice.hidden = wanted !== "" && !words(choice).toLocaleLowerCase().includes(wanted);
      if (!choice.hidden) matches += 1;
    }
    group.hidden = matches === 0;
    if (wanted) group.open = true;
  }
});
find("#people-filter")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

// The address says what is looked for, so that going back to it finds the same.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "residents") history.replaceState(null, "", event.detail.pathInfo.finalRequestPath);
});

// htmx notes the address, and with it who was looked for; the device stores nothing about people.
document.addEventListener("DOMContentLoaded", () => {
  try {
    sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // Nothing may be stored, so nothing is.
  }
});

// Reactions: given and taken back where one is, and put in place for everybody.

import { send } from "./outbox.js";
import { find, newKey, say, words } from "./page.js";
import { thread } from "./thread.js";

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-react]") && event.submitter) react(event.target, event.submitter, event);
});

function react(form, button, event) {
  event.preventDefault();
  const isTakenBack = button.name === "take_back";
  send({
    address: form.action, fields: [...new FormData(form), [button.name, button.value]], form,
    done() {
      say(`${words(button)}: ${isTakenBack ? "taken back" : "given"}`);
      thread.refresh();
    },
    wait() {
      say("Not sent yet. We keep trying.");
    },
    refused() {
      location.reload();
    },
  });
  form.elements.key.value = newKey();
}

// "I am acting on it".

import { lists, refreshLists } from "./lists.js";
import { send } from "./outbox.js";
import { find, make, say } from "./page.js";
import { thread } from "./thread.js";

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-acknowledge]")) acknowledge(event.target, event);
});

function acknowledge(form, event) {
  event.preventDefault();
  const button = find("button[type='submit']", form);
  if (button.disabled) return;
  button.disabled = true;
  const note = make("p", "small", "Sending…");
  form.append(note);
  send({
    address: form.action, fields: [...new FormData(form)], form,
    done() {
      note.textContent = "The others can see that you are acting on it.";
      say("Sent: you are acting on it");
      if (thread.box) {
        button.remove();
        form.closest("article").focus({ preventScroll: true });
        thread.refresh();
      } else {
        lists.fresh = undefined;
        form.closest(".urgent").remove();
        find("#main").focus({ preventScroll: true });
      }
      refreshLists();
    },
    wait() {
      note.textContent = "Not sent yet: nobody knows. We keep trying; tell somebody.";
      say(note.textContent, true);
    },
    refused() {
      location.reload();
    },
  });
}

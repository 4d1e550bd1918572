// Nothing here is needed to read, write, send or acknowledge: every page works
// as plain forms. This makes it live (what happens elsewhere shows up here),
// lossless (what cannot be sent stays on the page and goes later, once) and
// calm (nothing moves under the reader).
//
// The server joins the parts named below into one response, in this order:
// each after those it imports, every import in one line, and no name twice.

import "./app/page.js";
import "./app/presence.js";
import "./app/person.js";
import "./app/ask.js";
import "./app/pace.js";
import "./app/look.js";
import "./app/outbox.js";
import "./app/connection.js";
import "./app/stream.js";
import "./app/lists.js";
import "./app/thread.js";
import "./app/reading.js";
import "./app/composer.js";
import "./app/acknowledgement.js";
import "./app/reactions.js";
import "./app/people.js";
import "./app/files.js";
import "./app/term.js";
import "./app/offline.js";

import { outbox } from "./app/outbox.js";
import { find, hear, page, root, tell } from "./app/page.js";
import { stream } from "./app/stream.js";

root.classList.add("has-script");
find(".error-summary")?.focus();

// What lies between is gone from the server's memory. The page is read anew, unless that would lose something.
hear("reset", () => {
  if (isSafeToLeave() && scrollY < 80) location.reload();
  else tell("catch-up");
});

// Another person's tablet now: this page goes, unless there is something in it that was not sent.
hear("replaced", () => {
  if (isSafeToLeave()) location.replace("/today");
});

function isSafeToLeave() {
  return outbox.length === 0 && !find("textarea")?.value;
}

if (page.person) stream.start();

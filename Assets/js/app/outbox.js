// What is sent: in order, each thing once, and kept until the server has it.
// Every item carries its key, so that sending it again has no second effect.
// It is kept in the page and nowhere else: the device stores nothing about people.

import { Refused, ask } from "./ask.js";
import { findAll, hear, page, second, tell } from "./page.js";

export const outbox = [];

let isFlushing = false;
let retryTimer;
let retryDelay = 0;

export async function flush() {
  clearTimeout(retryTimer);
  if (isFlushing) return;
  isFlushing = true;
  while (outbox.length > 0) {
    const item = outbox[0];
    let answer;
    try {
      answer = await ask(item.address, { fields: item.fields });
      outbox.shift();
      retryDelay = 0;
    } catch (error) {
      if (error instanceof Refused && !(error.status === 403 && (await renew(item)))) {
        outbox.shift();
        item.refused(error);
      } else if (!(error instanceof Refused)) {
        // Those behind it wait for it: they were said in this order.
        for (const waiting of outbox) {
          if (!waiting.isWaiting) waiting.wait();
          waiting.isWaiting = true;
        }
        retryDelay = error.after ?? Math.min(Math.max(retryDelay * 2, 2 * second), 30 * second);
        retryTimer = setTimeout(flush, retryDelay);
        break;
      }
    }
    if (answer) item.done(answer);
  }
  isFlushing = false;
  tell("outbox");
}

/** After signing in again the form token is another one; after somebody else did, nothing may be sent. */
async function renew(item) {
  if (item.isRenewed) return false;
  item.isRenewed = true;
  try {
    const { document: answer } = await ask("/messages");
    if (answer.body.dataset.person !== page.person) return false;
    page.csrf = answer.body.dataset.csrf;
    for (const input of findAll("input[name='csrf']")) input.value = page.csrf;
    for (const other of outbox) for (const field of other.fields) if (field[0] === "csrf") field[1] = page.csrf;
    return true;
  } catch {
    return false;
  }
}

export function send(item) {
  outbox.push(item);
  tell("outbox");
  flush();
}

window.addEventListener("beforeunload", (event) => {
  if (outbox.length > 0) event.preventDefault();
});

hear("live", flush);

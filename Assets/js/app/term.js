// How long the sign-in lasts. It is said before it is over; and a shared tablet
// shows nothing any more once it is locked, not even to whoever goes back.
// What was typed goes to the server first, sealed for its author.

import { ask } from "./ask.js";
import { outbox } from "./outbox.js";
import { find, findAll, hear, make, newKey, page, second } from "./page.js";

const term = {
  end: Date.now() + Number(page.most) * second, over: Date.now() + Number(page.left) * second,
  isLocking: false, bar: undefined,
  channel: "BroadcastChannel" in window && page.idle ? new BroadcastChannel(`wcc-term-${page.person}`) : undefined,

  acted() {
    this.over = Math.min(Date.now() + Number(page.idle) * second, this.end);
    this.channel?.postMessage(this.over);
    this.look();
  },

  // A tablet that slept finds out when it wakes, whatever its timers did.
  look() {
    const left = this.over - Date.now();
    if (left <= 0 && page.tablet) return lockNow();
    const notice = Math.min(300, Number(page.idle) / 3) * second;
    if (left <= 0 || left > notice) return this.withdraw();
    this.say(Math.max(1, Math.ceil(left / (60 * second))));
  },

  withdraw() {
    this.bar?.remove();
    this.bar = undefined;
  },

  say(minutes) {
    const time = minutes === 1 ? "one minute" : `${minutes} minutes`;
    const text = page.tablet ? `This tablet locks in ${time}. What you have typed is kept.`
      : `You will be signed out in ${time}. What you have typed is kept.`;
    if (!this.bar) {
      this.bar = make("div", "term-bar", make("p", ""));
      this.bar.setAttribute("role", "status");
      if (this.over < this.end) {
        const stay = make("button", "button button-second", page.tablet ? "I am still here" : "Stay signed in");
        stay.type = "button";
        stay.addEventListener("click", () => ask("/messages?show=unread").catch(() => {}));
        this.bar.append(stay);
      }
      find("main").prepend(this.bar);
    }
    const line = find("p", this.bar);
    if (line.textContent !== text) line.textContent = text;
  },
};

/** What would be lost: what waits to be sent, and what is half written. */
function unsaved() {
  const waiting = outbox.map((item) => ({ action: new URL(item.address, location).pathname, fields: item.fields }));
  const written = findAll("form[method='post']")
    .filter((form) => findAll("textarea", form).some((area) => area.value.trim() && area.value !== area.defaultValue))
    .map((form) => ({ action: new URL(form.action).pathname, fields: [...new FormData(form)] }));
  return waiting.concat(written);
}

function lockNow() {
  if (term.isLocking) return;
  term.isLocking = true;
  const kept = unsaved();
  const place = find("form#kept") ? "" : location.pathname + location.search;
  outbox.length = 0;
  document.title = "Locked";
  document.body.replaceChildren(make("p", "locked", "Locked"));
  sendLock(kept.length > 0 ? kept : [undefined], place);
}

async function sendLock(kept, place) {
  let next = "/tablet";
  while (kept.length > 0) {
    const fields = new URLSearchParams({ csrf: page.csrf, key: newKey(), return: place });
    if (kept[0]) {
      const own = kept[0].fields.filter(([, value]) => typeof value === "string");
      fields.set("kept_action", kept[0].action);
      fields.set("kept_key", own.find(([name]) => name === "key")?.[1] ?? newKey());
      fields.set("kept_fields", String(new URLSearchParams(own)));
    }
    try {
      const response = await fetch("/tablet/lock", {
        method: "POST", body: fields, headers: { Accept: "text/html" }, cache: "no-store",
      });
      if (response.status >= 500) throw new Error("away");
      if (response.ok) next = response.url;
      kept.shift();
    } catch {
      // It is dark already; what was typed waits here until it can go.
      await new Promise((resolve) => setTimeout(resolve, 2 * second));
    }
  }
  location.replace(next);
}

if (page.idle) {
  setInterval(() => term.look(), second);
  document.addEventListener("visibilitychange", () => term.look());
  if (term.channel) term.channel.onmessage = ({ data }) => {
    term.over = Math.max(term.over, Math.min(Number(data), term.end));
    term.look();
  };
  term.channel?.postMessage(term.over);
}

hear("act", () => page.idle && term.acted());
hear("signed-out", () => page.tablet && lockNow());

if (page.tablet) {
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  find(".top-lock")?.addEventListener("submit", (event) => {
    event.preventDefault();
    lockNow();
  });
}

find("[data-pin]")?.addEventListener("input", ({ target }) => {
  if (/^\d{6}$/.test(target.value)) target.form.requestSubmit();
});

// The open conversation: what is new comes below and moves nothing, what was
// shown says who has read and answered by now.

import { ask } from "./ask.js";
import { outbox } from "./outbox.js";
import { single, soon } from "./pace.js";
import { find, findAll, hear, make, root, say, second, tell, words } from "./page.js";

export const thread = {
  box: find("#thread"), list: find("#messages"), unseen: [],
  get id() { return this.box?.dataset.conversation; },
  get address() { return this.box.dataset.href; },
  get isLatest() { return this.box.dataset.latest !== undefined; },
  get last() { return Number(this.list.dataset.last); },
  get messages() { return findAll("article[data-seq]", this.list); },

  fetch: single(async () => {
    if (!thread.box) return;
    if (!thread.isLatest) return thread.offerLater();
    const { document: answer } = await ask(`${thread.address}/since/${thread.last}`, { isBackground: true });
    thread.append(answer);
  }),

  /** Adds what is new at the end, without moving what is being read or written. */
  append(answer, isOwn = false) {
    const composer = find("#composer");
    const wasAtEnd = this.isAtEnd;
    const top = composer?.getBoundingClientRect().top;
    const added = [];
    for (const article of findAll("article[data-seq]", answer)) {
      if (document.getElementById(article.id)) continue;
      const day = article.previousElementSibling;
      if (day?.matches("[data-day]") && !document.getElementById(day.id)) this.list.append(day);
      this.list.append(article);
      window.htmx?.process(article);
      this.list.dataset.last = String(Math.max(this.last, Number(article.dataset.seq)));
      added.push(article);
    }
    if (added.length === 0) return;
    find("#no-messages")?.remove();
    if (composer?.contains(document.activeElement)) scrollBy(0, composer.getBoundingClientRect().top - top);
    else if (wasAtEnd || isOwn) added.at(-1).scrollIntoView({ block: "nearest" });
    const others = added.filter((article) => article.dataset.mine === undefined);
    for (const article of others) {
      if (article.dataset.urgent !== undefined) say(`Urgent message from ${words(find(".message-who", article))}`, true);
    }
    if (!this.isAtEnd) this.unseen.push(...others);
    this.offerUnseen();
    tell("end-moved");
  },

  /** How much of the window's foot lies under the composer or the bar of a phone. */
  get covered() {
    const sticky = findAll("#composer-dock, .rail").filter((element) => {
      const { position, insetBlockEnd } = getComputedStyle(element);
      return (position === "sticky" || position === "fixed") && insetBlockEnd === "0px";
    });
    return Math.max(0, ...sticky.map((element) => element.offsetHeight));
  },

  get isAtEnd() {
    return this.list.getBoundingClientRect().bottom <= innerHeight - this.covered + 80;
  },

  offerUnseen() {
    const place = find("[data-fresh='thread']");
    if (this.unseen.length === 0) {
      place.hidden = true;
      return place.replaceChildren();
    }
    const number = this.unseen.length;
    const isUrgent = this.unseen.some((article) => article.dataset.urgent !== undefined);
    const text = `${number} new ${isUrgent ? "urgent " : ""}${number === 1 ? "message" : "messages"}`;
    const button = make("button", "button", text);
    button.type = "button";
    button.addEventListener("click", () => {
      const first = this.unseen[0];
      this.unseen = [];
      this.offerUnseen();
      first.scrollIntoView({ block: "start" });
      first.focus({ preventScroll: true });
    });
    place.hidden = false;
    place.replaceChildren(button);
  },

  // An older part is being read: what is new belongs to another page of the conversation.
  offerLater() {
    const place = find("[data-fresh='thread']");
    const link = make("a", "button", "New messages at the end");
    link.href = this.address;
    place.hidden = false;
    place.replaceChildren(link);
  },

  /** Does something to what is shown without moving what is being read or written. */
  steadily(change) {
    const composer = find("#composer");
    const isWriting = composer?.contains(document.activeElement);
    const anchor = isWriting ? composer : this.messages.find((one) => one.getBoundingClientRect().bottom > 0);
    const top = anchor?.getBoundingClientRect().top;
    change();
    if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - top);
  },

  /** Brings up to date what is on the page: what was changed or removed, and who has read and answered. */
  refresh: single(async () => {
    const shown = thread.box ? thread.messages : [];
    // As many at a time as the server answers with.
    for (let start = 0; start < shown.length; start += 100) {
      const part = shown.slice(start, start + 100);
      const before = Number(part[0].dataset.seq) - 1;
      const { document: answer } = await ask(`${thread.address}/since/${before}`, { isBackground: true });
      // Not news to be read out: only the state of what was read before.
      thread.list.setAttribute("aria-live", "off");
      thread.steadily(() => {
        for (const article of part) {
          const fresh = answer.getElementById(article.id);
          if (fresh) refreshMessage(article, fresh);
        }
      });
      setTimeout(() => thread.list.removeAttribute("aria-live"), second);
      if (thread.isLatest && start + 100 >= shown.length) thread.append(answer);
    }
  }),
};

function refreshMessage(article, fresh) {
  const parts = [".message-reads", ".message-links"];
  if (words(find(".message-said", article)) === words(find(".message-said", fresh))) {
    parts.push(".answers", "[data-acknowledge]");
  } else {
    replaceWords(article, fresh);
  }
  addSteps(article, fresh);
  replaceReactions(find(".message-reactions", article), find(".message-reactions", fresh));
  for (const part of parts) {
    const [old, now] = [find(part, article), find(part, fresh)];
    if (!old || (now && words(old) === words(now))) continue;
    if (old.contains(document.activeElement) || find("details[open]", old)) continue;
    if (now) {
      old.replaceWith(now);
      window.htmx?.process(now);
    } else if (!outbox.some((item) => item.form === old)) {
      old.remove();
    }
  }
}

// The first step that a message is passed on is a list that was not there.
function addSteps(article, fresh) {
  const [old, now] = [find(".ladder", article), find(".ladder", fresh)];
  if (!now || (old && words(old) === words(now))) return;
  if (old) old.replaceWith(now);
  else find(".message-body", article).lastElementChild.before(now);
}

// Whoever has them open keeps them open, and stays at the button they were at.
function replaceReactions(old, now) {
  if (words(old) === words(now)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const isOpen = find("details", old)?.open ?? false;
  old.replaceWith(now);
  const details = find("details", now);
  if (details) details.open = isOpen;
  if (focused) (find(`button[value="${focused.value}"]`, now) ?? find("summary", now))?.focus({ preventScroll: true });
}

// Other words, or none any more: what was there must not stay, whatever the reader has open in it.
function replaceWords(article, fresh) {
  const [old, now] = [find(".message-body", article), find(".message-body", fresh)];
  const hadFocus = old.contains(document.activeElement);
  article.className = fresh.className;
  if (fresh.dataset.urgent === undefined) delete article.dataset.urgent;
  old.replaceWith(now);
  if (hadFocus) article.focus({ preventScroll: true });
  tell("reworded", { id: article.id.replace("message-", ""), isRemoved: !find(".message-text", article) });
}
thread.refreshSoon = soon(thread.refresh, second);

if (thread.box) {
  const dock = find("#composer-dock");
  if (dock && "ResizeObserver" in window) {
    new ResizeObserver(() => root.style.setProperty("--dock", `${dock.offsetHeight}px`)).observe(dock);
  }
  if (!location.hash && !find(".error-summary")) {
    const unread = find("#new");
    // By hand: after `scrollIntoView` the next Tab goes on from there, past the link that skips to the page.
    if (unread) scrollBy(0, unread.getBoundingClientRect().top - innerHeight / 2);
    else if (thread.isLatest) scrollTo(0, document.body.scrollHeight);
  }
}

hear("changed", ({ kind, object }) => {
  if (object !== thread.id) return;
  if (kind === "messages.sent") thread.fetch();
  else thread.refreshSoon();
});
hear("catch-up", () => {
  thread.fetch();
  thread.refreshSoon();
});

// The lists on the page (Today, the conversations) and the number of unread
// ones. What is new is put in place when nobody reads or reaches for them.

import { ask } from "./ask.js";
import { soon, single } from "./pace.js";
import { find, findAll, hear, make, say, second, words } from "./page.js";
import { presence } from "./presence.js";

export const lists = { fresh: undefined, timer: undefined };

export const refreshLists = soon(single(async () => {
  const own = find("[data-live]");
  const old = find("#nav-messages");
  if (!own && !old) return;
  const { document: answer } = await ask(own?.dataset.live ?? "/messages?show=unread", { isBackground: true });
  const link = find("#nav-messages", answer);
  if (old && link) old.replaceChildren(...link.childNodes);
  const count = /^\([^)]*\) /.exec(answer.title)?.[0] ?? "";
  document.title = count + document.title.replace(/^\([^)]*\) /, "");
  const fresh = own && find(`#${own.id}`, answer);
  if (!fresh) return;
  if (words(fresh) === words(own)) return withdraw();
  announce(own, fresh);
  replaceLastWords(own, fresh);
  lists.fresh = fresh;
  offer();
}), 400);

function announce(own, fresh) {
  for (const item of findAll("article[id^='urgent-'], :is(article, li)[id^='announcement-'], .convo-unread", fresh)) {
    const before = own.ownerDocument.getElementById(item.id);
    if (before && words(before) === words(item)) continue;
    const isUrgent = item.matches(".urgent") || find(".tag-urgent", item) !== null;
    const title = words(find("h3, .row-title", item));
    const kind = item.id.startsWith("announcement-") ? "Announcement" : "New message";
    if (!item.matches(".is-open")) say(isUrgent ? `Urgent: ${title}` : `${kind}: ${title}`, isUrgent);
  }
}

// What was removed must not stay until somebody asks for the fresh list; a line in the place of a line moves nothing.
function replaceLastWords(own, fresh) {
  for (const line of findAll("[id^='conversation-'] .convo-last", own)) {
    const now = find(`#${line.closest("[id^='conversation-']").id} .convo-last`, fresh);
    if (now) line.textContent = now.textContent;
  }
}

function withdraw() {
  const place = find("[data-fresh='list'], [data-fresh='today']");
  lists.fresh = undefined;
  place.hidden = true;
  place.replaceChildren();
}

/** Whether nobody reads the list or reaches for it. Beside a conversation, people look at the conversation. */
function isLeftAlone(own) {
  if (own.contains(document.activeElement)) return false;
  const column = own.closest(".inbox-list");
  if (column?.scrollTop > 20) return false;
  if (column?.closest(".inbox-conversation")) return !column.matches(":hover");
  return scrollY < 80 && Date.now() - presence.at > 4 * second;
}

/** Puts the fresh list in place when nobody is reading or reaching for it, and offers it until then. */
function offer(isWanted = false) {
  clearTimeout(lists.timer);
  const own = find("[data-live]");
  const place = find("[data-fresh='list'], [data-fresh='today']");
  if (!own || !lists.fresh) return;
  if (isWanted || document.hidden || isLeftAlone(own)) {
    own.replaceWith(lists.fresh);
    return withdraw();
  }
  if (place.hidden) {
    const button = make("button", "button button-second", "Show what is new");
    button.type = "button";
    button.addEventListener("click", () => {
      offer(true);
      find("[data-live] a, [data-live] button")?.focus();
    });
    place.hidden = false;
    place.replaceChildren(button);
  }
  lists.timer = setTimeout(offer, 2 * second);
}

// No list says anything of reactions.
hear("changed", ({ kind }) => {
  if (kind !== "messages.reacted") refreshLists();
});
hear("catch-up", refreshLists);

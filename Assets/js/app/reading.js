// A message counts as read when its end has been in sight for a second.

import { ask } from "./ask.js";
import { refreshLists } from "./lists.js";
import { find, hear, newKey, page, second } from "./page.js";
import { presence } from "./presence.js";
import { thread } from "./thread.js";

const reading = { upTo: 0, timer: undefined, observer: undefined };

function watchEnd() {
  const article = thread.messages.at(-1);
  if (!article || !("IntersectionObserver" in window)) return;
  reading.observer?.disconnect();
  reading.observer = new IntersectionObserver(([entry]) => {
    clearTimeout(reading.timer);
    if (!entry.isIntersecting) return;
    thread.unseen = [];
    thread.offerUnseen();
    reading.timer = setTimeout(() => markRead(Number(article.dataset.seq)), second);
  }, { rootMargin: `0px 0px -${thread.covered}px 0px` });
  // Its head is enough: a long message may never fit the window whole.
  reading.observer.observe(find(".message-foot", article));
}

async function markRead(seq) {
  if (seq <= reading.upTo) return;
  // Nobody reads on a tablet that lies there, or has its screen off. Looked at again when somebody is back.
  if (document.hidden || Date.now() - presence.at > 60 * second) {
    clearTimeout(reading.timer);
    reading.timer = setTimeout(watchEnd, second);
    return;
  }
  const fields = [["csrf", page.csrf], ["key", newKey()], ["seq", String(seq)]];
  try {
    await ask(`${thread.address}/read`, { fields, isBackground: true });
    reading.upTo = seq;
    find("#mark-read")?.remove();
    refreshLists();
  } catch {
    // It is marked the next time its end is seen.
  }
}

if (thread.box) {
  reading.upTo = find("#mark-read") ? 0 : thread.last;
  watchEnd();
}

hear("end-moved", watchEnd);

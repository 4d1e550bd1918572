// One event stream for all tabs of the browser. It carries what happened and
// where, never what was said; that is fetched through the usual pages.

import { connection } from "./connection.js";
import { hear, page, second, tell } from "./page.js";
import { person } from "./person.js";

// A stream calls nobody for a kind that was not named.
const kinds = ["sent", "started", "members", "acknowledged", "unanswered", "read", "changed", "reacted", "passed_on", "unsent"]
  .map((kind) => `messages.${kind}`)
  .concat(["announced", "changed"].map((kind) => `announcements.${kind}`), "people.emergency");

function parts(cursor) {
  const dash = cursor.lastIndexOf("-");
  return [cursor.slice(0, dash), Number(cursor.slice(dash + 1))];
}

export const stream = {
  cursor: page.cursor, source: undefined, delay: 0, isLeader: false, hasAnswer: false, hiddenAt: 0,
  channel: "BroadcastChannel" in window && page.person ? new BroadcastChannel(`wcc-${page.person}`) : undefined,

  /** Whether a cursor, "epoch-number", is after ours. */
  isNews(cursor) {
    const [epoch, number] = parts(cursor);
    const [ownEpoch, ownNumber] = parts(this.cursor);
    return epoch !== ownEpoch || number > ownNumber;
  },

  start() {
    connection.set(false);
    if (!this.channel || !navigator.locks) return this.open();
    this.channel.onmessage = ({ data }) => this.heard(data);
    // Whoever holds the lock has the stream; the next tab takes over where it closes.
    navigator.locks.request(`wcc-stream-${page.person}`, () => {
      this.isLeader = true;
      this.open();
      return new Promise(() => {});
    });
    this.lookForLeader();
  },

  // A browser may have put the leading tab to sleep; then this one helps itself.
  lookForLeader() {
    if (this.isLeader || this.source || !this.channel) return;
    this.hasAnswer = false;
    this.channel.postMessage({ type: "who" });
    setTimeout(() => {
      if (!this.hasAnswer && !this.isLeader) this.open();
    }, 1.5 * second);
  },

  heard(data) {
    if (data.type === "who" && this.isLeader) this.share("state");
    if (data.type === "state") {
      this.hasAnswer = true;
      connection.set(data.isLive);
      if (this.isNews(data.cursor)) {
        this.cursor = data.cursor;
        tell("catch-up");
      }
    }
    if (data.type === "event") this.received(data.kind, data.object, data.cursor);
    if (data.type === "reset") this.reset(data.cursor);
  },

  share(type, more = {}) {
    if (this.isLeader) this.channel?.postMessage({ type, cursor: this.cursor, isLive: connection.isLive, ...more });
  },

  open() {
    this.source?.close();
    if (!person.isStill) return;
    const source = (this.source = new EventSource(`/events?after=${encodeURIComponent(this.cursor)}`));
    source.onopen = () => {
      this.delay = 0;
      this.set(true);
      tell("live");
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => this.received(kind, JSON.parse(event.data).object, event.lastEventId));
    }
    source.addEventListener("reset", (event) => this.reset(event.lastEventId));
    source.addEventListener("bye", () => {
      source.close();
      this.again(source, second + Math.random() * 2 * second);
    });
    source.onerror = () => {
      this.set(false);
      if (source.readyState === EventSource.CLOSED) this.refused(source);
    };
  },

  set(isLive) {
    connection.set(isLive);
    this.share("state");
  },

  again(source, delay) {
    setTimeout(() => {
      if (this.source === source) this.open();
    }, delay);
  },

  // A stream that is refused does not say why; a question with the same address does.
  async refused(source) {
    this.delay = Math.min(Math.max(this.delay * 2, 2 * second), 30 * second);
    const abort = new AbortController();
    try {
      const response = await fetch(source.url, { cache: "no-store", signal: abort.signal });
      if (response.status === 401 || response.redirected) tell("signed-out");
    } catch {
      // No network: the line says so already.
    }
    abort.abort();
    this.again(source, this.delay + Math.random() * second);
  },

  received(kind, object, cursor) {
    if (!cursor || !this.isNews(cursor)) return;
    this.cursor = cursor;
    this.share("event", { kind, object });
    tell("changed", { kind, object });
  },

  // The server no longer has what came between: the page has to be read anew.
  reset(cursor) {
    this.cursor = cursor || this.cursor;
    this.share("reset");
    tell("reset");
  },
};

hear("replaced", () => stream.source?.close());
window.addEventListener("online", () => {
  if (stream.source) stream.open();
  tell("live");
});
document.addEventListener("visibilitychange", () => {
  if (!page.person) return;
  if (document.hidden) {
    stream.hiddenAt = Date.now();
    return;
  }
  // A connection that died while nobody looked can stay silent for minutes.
  if (stream.source && Date.now() - stream.hiddenAt > 30 * second) stream.open();
  stream.lookForLeader();
  tell("live");
});

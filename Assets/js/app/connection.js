// The line that says how the connection is.

import { find, hear, page, second } from "./page.js";
import { outbox } from "./outbox.js";

const signedOut = "You are signed out. What you wrote is kept on this page; sign in in another tab to send it.";
const elsewhere = "Somebody else has signed in on this device. What you wrote is kept on this page and not sent.";

export const connection = {
  isLive: false, isSignedOut: false, isReplaced: false, timer: undefined,

  set(isLive) {
    this.isLive = isLive;
    if (isLive) this.isSignedOut = false;
    clearTimeout(this.timer);
    // A blink of the network is not worth a sentence.
    if (isLive || !navigator.onLine) this.show();
    else this.timer = setTimeout(() => this.show(), 2 * second);
  },
  signOut() {
    this.isSignedOut = true;
    this.show();
  },
  replace() {
    this.isReplaced = true;
    this.show();
  },
  show() {
    const line = find(".connection");
    if (!line || !page.person) return;
    const waiting = outbox.some((item) => item.isWaiting) ? outbox.length : 0;
    const kept = waiting === 0 ? "What you send is kept on this page until it is back."
      : waiting === 1 ? "1 thing you sent is kept on this page and goes when it is back."
        : `${waiting} things you sent are kept on this page and go when it is back.`;
    const [state, short, text] = this.isReplaced ? ["offline", "Signed out", elsewhere]
      : this.isSignedOut ? ["offline", "Signed out", signedOut]
        : !navigator.onLine ? ["offline", "No connection", `No connection. ${kept}`]
          : !this.isLive ? ["retrying", "Connecting again", `Connecting again. ${kept}`]
            : waiting > 0 ? ["retrying", "Sending", "Sending what was kept."]
              : ["live", "Connected", "Connected. Everything has been sent."];
    line.dataset.state = state;
    const sentence = find("p", line);
    if (sentence.textContent !== text) sentence.textContent = text;
    const foot = find("[data-connection]");
    if (!foot) return;
    foot.hidden = false;
    find("span", foot).textContent = short;
  },
};

hear("signed-out", () => connection.signOut());
hear("replaced", () => connection.replace());
hear("outbox", () => connection.show());
window.addEventListener("offline", () => connection.set(false));

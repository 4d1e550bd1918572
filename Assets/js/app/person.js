// Who is signed in, over all tabs of this browser. On a shared tablet somebody
// else may have signed in beside a page that was left open: nothing of theirs
// may come into it, and nothing of its may be sent in their name.

import { page, tell } from "./page.js";

export const person = { isStill: true };

if ("BroadcastChannel" in window) {
  const channel = new BroadcastChannel("wcc-person");
  channel.onmessage = ({ data }) => {
    if (!page.person || data === page.person) return;
    if (data) person.isStill = false;
    tell(data ? "replaced" : "signed-out");
  };
  if (page.person) channel.postMessage(page.person);
  else if (["/sign-in", "/tablet"].includes(location.pathname)) channel.postMessage("");
}

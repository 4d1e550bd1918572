// One question to the server, and the three ways in which it can fail.

import { parse, second, tell } from "./page.js";
import { person } from "./person.js";

/** It could not be asked, or could not answer now: the same question may be put again. */
export class Away extends Error {
  constructor(after) {
    super("away");
    this.after = after > 0 ? after * second : undefined;
  }
}
export class SignedOut extends Error {}
/** It answered, and the answer is no. */
export class Refused extends Error {
  constructor(status, document) {
    super("refused");
    this.status = status;
    this.document = document;
  }
}

/** `isBackground` says that nobody asked for it, so that it does not count as somebody being there. */
export async function ask(address, { fields, isBackground = false } = {}) {
  if (!person.isStill) throw new SignedOut();
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 20 * second);
  const headers = { Accept: "text/html", "WCC-Fragment": "messages" };
  if (isBackground) headers["WCC-Background"] = "1";
  try {
    const body = fields && new URLSearchParams(fields);
    const response = await fetch(address, {
      method: fields ? "POST" : "GET", body, headers, cache: "no-store", signal: abort.signal,
    });
    const text = await response.text();
    const isSignIn = response.redirected && ["/sign-in", "/tablet"].includes(new URL(response.url).pathname);
    if (response.status === 401 || isSignIn) {
      tell("signed-out");
      throw new SignedOut();
    }
    const after = Number(response.headers.get("Retry-After"));
    if (response.status === 429 || response.status >= 500 || (response.status === 409 && after)) throw new Away(after);
    if (!response.ok) throw new Refused(response.status, parse(text));
    if (!isBackground) tell("act");
    return { document: parse(text), nextKey: response.headers.get("WCC-Next-Key") };
  } catch (error) {
    if (error instanceof Away || error instanceof SignedOut || error instanceof Refused) throw error;
    throw new Away();
  } finally {
    clearTimeout(timer);
  }
}

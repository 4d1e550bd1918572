// What every part uses: the page, its elements, and words said aloud.

export const root = document.documentElement;
export const page = document.body.dataset;
export const second = 1000;

export const find = (selector, from = document) => from.querySelector(selector);
export const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];

// Pages and fragments from this server may become markup; text may never
// become a script, and one script only may be registered.
try {
  window.trustedTypes?.createPolicy("default", {
    createHTML: (html) => html,
    createScriptURL: (url) => (url === "/service-worker.js" ? url : null),
  });
} catch {
  // The policy of this page does not allow one; then it does not ask for one either.
}

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

export const parse = (html) => new DOMParser().parseFromString(html, "text/html");
export const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

// randomUUID is only there in secure contexts; a home may run without TLS on its own network at first.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

export function say(text, isUrgent = false) {
  const region = find(isUrgent ? "#say-now" : "#say");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
}

/** Tells the other parts that something happened, so that they need not know each other. */
export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`wcc:${name}`, { detail }));
}
export function hear(name, action) {
  document.addEventListener(`wcc:${name}`, (event) => action(event.detail));
}

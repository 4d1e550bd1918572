// Shows a page of ours, instead of the browser's, when there is no connection.
// It keeps that one page with its style, script and mark, and nothing else:
// what is about people is never stored on a device.
//
// The server writes the addresses to keep, WCC_KEEP, before the first line; so
// this file changes with every version, and the browser fetches them anew.

const kept = self.WCC_KEEP;
const store = `wcc ${kept.join(" ")}`;

self.addEventListener("install", (event) => {
  const requests = kept.map((address) => new Request(address, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(store).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== store) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function fetchOr(request, address) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(address)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetchOr(request, "/offline"));
  else if (kept.includes(pathname)) event.respondWith(fetchOr(request, request));
});

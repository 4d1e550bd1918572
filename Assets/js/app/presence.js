// When somebody last did something here. A page that lies open in an empty
// room has not been read, and may change as it likes.

export const presence = { at: Date.now() };

for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "wheel", "touchstart"]) {
  window.addEventListener(kind, () => (presence.at = Date.now()), { passive: true, capture: true });
}

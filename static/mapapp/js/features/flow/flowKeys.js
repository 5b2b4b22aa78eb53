/**
 * The keys that steer a room's flow: Page Down and → go on, Page Up and ← go back. Clickers for
 * slides send these.
 */

/** What these use themselves is theirs: fields, lists, whatever can be scrolled, dialogs. */
const OWN_KEYS =
  "input, textarea, select, [contenteditable], [role='listbox'], [role='region'], [role='application'], dialog, .sheet, .marker-handle";

/** @type {Record<string, "next" | "back">} */
const KEYS = { PageDown: "next", ArrowRight: "next", PageUp: "back", ArrowLeft: "back" };

/** Inside the map these move it or a marker; the others have no meaning there. */
const MAP_KEYS = new Set(["ArrowRight", "ArrowLeft"]);

/**
 * @param {{ next: () => void, back: () => void }} steps
 */
export function listenForFlowKeys(steps) {
  document.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (isTaken(event)) return;
    event.preventDefault();
    steps[way]();
  });
}

/** @param {KeyboardEvent} event */
function isTaken({ key, target }) {
  if (document.querySelector("dialog[open]")) return true;
  const owner = target instanceof Element ? target.closest(OWN_KEYS) : null;
  if (!owner) return false;
  // Somebody has clicked into the map, and goes on with the clicker.
  const isMap = owner.matches("[role='application'], .marker-handle");
  return !isMap || MAP_KEYS.has(key);
}

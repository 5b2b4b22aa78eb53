/**
 * Hides a part of the page, or shows it again. A hidden element loses the focus, and a keyboard user
 * would go on from the top of the page; so the focus goes on where `next` says.
 *
 * @param {HTMLElement} part
 * @param {boolean} isHidden
 * @param {() => HTMLElement | null} [next] the map, if it is left out
 */
export function hide(part, isHidden, next = mapStop) {
  const hadFocus = isHidden && part.contains(document.activeElement);
  part.hidden = isHidden;
  if (hadFocus) next()?.focus({ preventScroll: true });
}

/** @returns {HTMLElement | null} the map as a keyboard reaches it, once it is there */
export function mapStop() {
  return document.querySelector(".map-keys");
}

/**
 * Attribution whose links open in another tab: in the same one, a tap would take
 * the reader out of the room.
 *
 * @param {string} html
 * @returns {string} HTML
 */
export function besideTheRoom(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const link of template.content.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener";
  }
  return template.innerHTML;
}

/**
 * Attribution whose links open beside the room: in the same tab, one tap on
 * one of them would take its reader out of it.
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

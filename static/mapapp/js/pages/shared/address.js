/** @returns {string} the six digits of the room whose page this is */
export function codeInAddress() {
  return location.pathname.slice(1, 7);
}

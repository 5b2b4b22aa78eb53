/** Ids of zones: what results and answers call them, so they stay when the name changes. */

const LIMIT = 20;

/**
 * @param {string} label
 * @param {{ id: string }[]} others
 * @returns {string} lower-case letters, digits and hyphens, like no other one
 */
export function zoneId(label, others) {
  const plain = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain.slice(0, LIMIT - 3).replace(/-+$/, "") || "zone";
  const taken = new Set(others.map(({ id }) => id));
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
  }
}

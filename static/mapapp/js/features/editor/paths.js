/** Values inside values, by paths such as "settings.seconds" and "surface.zones[2].label". */

/**
 * @param {any} whole
 * @param {string} path
 * @returns {any} undefined if there is none
 */
export function valueAt(whole, path) {
  return path.split(".").reduce((part, name) => part?.[name], whole);
}

/**
 * @param {any} whole stays as it is
 * @param {string[]} names the way to the value; empty for the whole itself
 * @param {unknown} value undefined takes it out
 * @returns {any} a copy with the value
 */
export function withValue(whole, [name, ...rest], value) {
  if (name === undefined) return value;
  const copy = { ...whole };
  const inner = withValue(copy[name], rest, value);
  if (inner === undefined) delete copy[name];
  else copy[name] = inner;
  return copy;
}

/**
 * @param {string} path of a field that was refused
 * @param {string} at the path of a control
 * @returns {boolean} whether the control shows that field, or a part or the whole of it
 */
export function concerns(path, at) {
  return path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`) || at.startsWith(`${path}.`);
}

/**
 * Colours between colours, computed and not painted: a browser that protects its
 * user from fingerprinting returns noise when a canvas is read back.
 */

/**
 * @param {string} text a colour as in the style sheets, `rgb(250 150 40 / 72%)`
 * @returns {number[]} red, green, blue and opacity, each 0 to 255
 */
export function parseColour(text) {
  const parts = text.match(/[\d.]+%?/g) ?? [];
  return [0, 1, 2, 3].map((i) => {
    const part = parts[i] ?? "100%";
    const value = parseFloat(part);
    if (part.endsWith("%")) return (value * 255) / 100;
    return i === 3 ? value * 255 : value;
  });
}

/**
 * @param {string[]} stops the colours at equal distances, at least two
 * @param {number} steps the number of colours in the ramp, at least two
 * @returns {Uint8ClampedArray<ArrayBuffer>} four bytes each: red, green, blue, opacity
 */
export function colourRamp(stops, steps) {
  const colours = stops.map(parseColour);
  const ramp = new Uint8ClampedArray(steps * 4);
  for (let step = 0; step < steps; step += 1) {
    const at = (step / (steps - 1)) * (colours.length - 1);
    const below = Math.min(Math.floor(at), colours.length - 2);
    const share = at - below;
    for (let channel = 0; channel < 4; channel += 1) {
      const from = colours[below]?.[channel] ?? 0;
      const to = colours[below + 1]?.[channel] ?? 0;
      ramp[step * 4 + channel] = from + (to - from) * share;
    }
  }
  return ramp;
}

/**
 * Compressed frames (docs/PROTOCOL.md, "Packed snapshots"): a zlib stream of another
 * binary frame, after a first byte that says so.
 */

/** The first byte of such a frame. */
export const DEFLATED = 5;

/** Whether this browser can read them (Chrome and Edge from 80, Safari from 16.4, Firefox from 113). */
export const canInflate = typeof DecompressionStream === "function";

/**
 * @param {unknown} data of a websocket's message
 * @returns {unknown} the data, or a promise of the data that was compressed, `null` if it is damaged
 */
export function inflated(data) {
  const isDeflated =
    data instanceof ArrayBuffer && data.byteLength > 0 && new Uint8Array(data)[0] === DEFLATED;
  return isDeflated ? inflate(data.slice(1)) : data;
}

/** @param {ArrayBuffer} stream */
async function inflate(stream) {
  try {
    // eslint-disable-next-line compat/compat -- only asked for by those that can (`canInflate`)
    const plain = new Blob([stream]).stream().pipeThrough(new DecompressionStream("deflate"));
    return await new Response(plain).arrayBuffer();
  } catch {
    return null;
  }
}

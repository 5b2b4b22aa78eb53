import assert from "node:assert/strict";
import { test } from "node:test";
import { readBinaryMoves } from "../../../static/mapapp/js/protocol/binaryMoves.js";

/**
 * Writes a frame as docs/PROTOCOL.md describes it.
 *
 * @param {2 | 4} width
 * @param {[number, number, number][]} moves millionths of a degree
 */
function frame(width, moves) {
  const view = new DataView(new ArrayBuffer(4 + moves.length * (8 + width)));
  view.setUint8(0, width / 2);
  moves.forEach(([number, lat, lng], i) => {
    view.setInt32(4 + 4 * i, lat, true);
    view.setInt32(4 + 4 * (moves.length + i), lng, true);
    const at = 4 + 8 * moves.length + width * i;
    if (width === 2) view.setUint16(at, number, true);
    else view.setUint32(at, number, true);
  });
  return view.buffer;
}

test("positions come back in degrees, with narrow and with wide numbers", () => {
  assert.deepEqual(readBinaryMoves(frame(2, [[7, 48_137_154, -11_576_124]])), {
    t: "moves",
    moves: [[7, 48.137154, -11.576124]],
  });
  assert.deepEqual(
    readBinaryMoves(frame(4, [[70_000, -90_000_000, 180_000_000], [1, 0, 0]]))?.moves,
    [[70_000, -90, 180], [1, 0, 0]],
  );
});

test("what is cut off or of an unknown kind is no message", () => {
  const whole = frame(2, [[7, 1, 2], [8, 3, 4]]);
  for (let length = 0; length < whole.byteLength; length += 1) {
    if ((length - 4) % 10) assert.equal(readBinaryMoves(whole.slice(0, length)), null);
  }
  assert.equal(readBinaryMoves(new Uint8Array([9, 0, 0, 0]).buffer), null);
});

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

test("a frame that is cut off or of an unknown kind is no message", () => {
  const whole = frame(2, [[7, 1, 2], [8, 3, 4]]);
  for (let length = 0; length < whole.byteLength; length += 1) {
    if ((length - 4) % 10) assert.equal(readBinaryMoves(whole.slice(0, length)), null);
  }
  assert.equal(readBinaryMoves(new Uint8Array([9, 0, 0, 0]).buffer), null);
});

/**
 * Writes a packed frame as docs/PROTOCOL.md describes it.
 *
 * @param {2 | 3} size bytes of a coordinate
 * @param {{ steps: [number, number], corner: [number, number], first: number }} header
 * @param {[number, number, number][]} moves marker numbers and steps, in the order of the numbers
 */
function packedFrame(size, { steps, corner, first }, moves) {
  const bitmap = new Uint8Array(((moves.at(-1)?.[0] ?? first) - first) / 8 + 1);
  for (const [number] of moves) bitmap[(number - first) >> 3] |= 1 << ((number - first) & 7);
  const view = new DataView(new ArrayBuffer(20 + bitmap.length + 2 * size * moves.length));
  view.setUint8(0, 3);
  view.setUint8(1, size);
  view.setUint16(2, bitmap.length, true);
  steps.forEach((step, i) => view.setUint16(4 + 2 * i, step, true));
  corner.forEach((value, i) => view.setInt32(8 + 4 * i, value, true));
  view.setUint32(16, first, true);
  bitmap.forEach((byte, i) => view.setUint8(20 + i, byte));
  moves.forEach(([, ...coordinates], i) => {
    coordinates.forEach((value, axis) => {
      const at = 20 + bitmap.length + size * (axis * moves.length + i);
      for (let byte = 0; byte < size; byte += 1) view.setUint8(at + byte, value >> (8 * byte));
    });
  });
  return view.buffer;
}

test("packed positions are steps from the corner, with two and with three bytes", () => {
  const header = { steps: /** @type {[number, number]} */ ([2, 5]), first: 70_000 };
  const buffer = packedFrame(3, { ...header, corner: [-1_000_000, 179_000_000] }, [
    [70_000, 0, 1],
    [70_007, 0xabcdef, 2],
    [70_020, 7, 0x10203],
  ]);
  assert.deepEqual(readBinaryMoves(buffer)?.moves, [
    [70_000, -1, 179.000005],
    [70_007, (-1_000_000 + 2 * 0xabcdef) / 1e6, 179.00001],
    [70_020, -0.999986, (179_000_000 + 5 * 0x10203) / 1e6],
  ]);
  const coarse = packedFrame(2, { steps: [1, 1], corner: [0, 0], first: 1 }, [[1, 65_535, 3]]);
  assert.deepEqual(readBinaryMoves(coarse)?.moves, [[1, 0.065535, 0.000003]]);
});

test("a packed position beyond the edge of the world is on the edge", () => {
  const header = { steps: /** @type {[number, number]} */ ([4, 6]), first: 1 };
  const buffer = packedFrame(2, { ...header, corner: [89_999_998, 179_999_997] }, [[1, 1, 1]]);
  assert.deepEqual(readBinaryMoves(buffer)?.moves, [[1, 90, 180]]);
});

test("a packed frame whose parts do not fit together is no message", () => {
  const header = { steps: /** @type {[number, number]} */ ([1, 1]), first: 1 };
  const moves = /** @type {[number, number, number][]} */ ([[1, 1, 1], [9, 2, 2], [12, 3, 3]]);
  const whole = new Uint8Array(packedFrame(3, { ...header, corner: [0, 0] }, moves));
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal(readBinaryMoves(whole.slice(0, length).buffer), null);
  }
  for (const [at, value] of [[1, 0], [1, 4], [2, 99], [20, 0], [20, 255]]) {
    const broken = whole.slice();
    broken[at] = value;
    assert.equal(readBinaryMoves(broken.buffer), null, `byte ${at} is ${value}`);
  }
});

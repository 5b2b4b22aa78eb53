import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrame } from "../../../static/mapapp/js/protocol/messages.js";
import { readPackedSnapshot } from "../../../static/mapapp/js/protocol/packedSnapshot.js";

/** The columns of two markers: latitudes, longitudes, numbers, owners, looks. */
const MARKERS = [
  { lat: 48_137_154, lng: -11_576_124, number: 7, owner: 2, look: 0x53 },
  { lat: -90_000_000, lng: 180_000_000, number: 9, owner: 0, look: 0 },
];
const RARE = { held: [[7, 4, 31]], labels: [[9, "Südpol"]] };

/**
 * Writes a frame as docs/PROTOCOL.md describes it.
 *
 * @param {2 | 4} width
 * @param {object} message
 */
function frame(width, message, markers = MARKERS) {
  const text = new TextEncoder().encode(JSON.stringify(message));
  const view = new DataView(new ArrayBuffer(12 + text.length + markers.length * (9 + 2 * width)));
  view.setUint8(0, 4);
  view.setUint8(1, width);
  view.setUint32(4, text.length, true);
  view.setUint32(8, markers.length, true);
  new Uint8Array(view.buffer, 12).set(text);
  let at = 12 + text.length;
  for (const name of ["lat", "lng", "number", "owner", "look"]) {
    const size = { lat: 4, lng: 4, look: 1 }[name] ?? width;
    for (const marker of markers) {
      if (size === 1) view.setUint8(at, marker[name]);
      else if (size === 2) view.setUint16(at, marker[name], true);
      else view.setInt32(at, marker[name], true);
      at += size;
    }
  }
  return view.buffer;
}

for (const width of /** @type {(2 | 4)[]} */ ([2, 4])) {
  test(`a snapshot comes back as its JSON would be, with numbers of ${width} bytes`, () => {
    const markers = width === 2 ? MARKERS : MARKERS.map((m) => ({ ...m, number: m.number + 70_000 }));
    const [first, second] = markers.map(({ number }) => number);
    const rare = { held: [[first, 4, 31]], labels: [[second, "Südpol"]] };
    assert.deepEqual(parseFrame(frame(width, { t: "snapshot", rev: 12, title: "Où?", ...rare }, markers)), {
      ...{ t: "snapshot", rev: 12, title: "Où?" },
      markers: [
        [first, 48.137154, -11.576124, 2, 4, 31, 3, 5, ""],
        [second, -90, 180, 0, 0, 0, 0, 0, "Südpol"],
      ],
    });
  });
}

test("an empty room is a snapshot, too", () => {
  const empty = readPackedSnapshot(frame(2, { t: "snapshot", held: [], labels: [] }, []));
  assert.deepEqual(empty, { t: "snapshot", markers: [] });
});

test("a frame that is cut off or too long is no message", () => {
  const whole = frame(2, { t: "snapshot", ...RARE });
  for (let length = 0; length < whole.byteLength; length += 1) {
    assert.equal(parseFrame(whole.slice(0, length)), null);
  }
  const longer = new Uint8Array(whole.byteLength + 1);
  longer.set(new Uint8Array(whole));
  assert.equal(parseFrame(longer.buffer), null);
});

test("a frame whose parts make no sense is no message", () => {
  const text = frame(2, { t: "tick", ...RARE });
  assert.equal(parseFrame(text), null);
  const odd = frame(2, { t: "snapshot", ...RARE });
  new DataView(odd).setUint8(1, 3);
  assert.equal(parseFrame(odd), null);
  const broken = frame(2, { t: "snapshot", ...RARE });
  new DataView(broken).setUint8(12, 0);
  assert.equal(parseFrame(broken), null);
});

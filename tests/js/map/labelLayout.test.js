import assert from "node:assert/strict";
import { test } from "node:test";
import { LabelLayout } from "../../../static/mapapp/js/map/labels/labelLayout.js";

const CANVAS = { width: 800, height: 600 };
const HEIGHT = 24;
const LATER = 1000;

const layout = (measured = [], covered = []) =>
  new LabelLayout({
    radius: 12,
    height: HEIGHT,
    covered: () => covered,
    widthOf: (text) => {
      measured.push(text);
      return 8 * text.length + 14;
    },
  });

/** The parts of a marker that a layout looks at. */
const marker = (px, py, text, more = {}) => ({
  ...{ px, py, text, visible: true, labelSide: 0 },
  ...{ own: false, chosen: false, holder: "", ...more },
});

/** The boxes of all labels that show. */
const boxes = (labels) =>
  labels.shown.map((drawn) => {
    const width = 8 * drawn.text.length + 14;
    const { x, y } = labels.corner(drawn, width);
    return { drawn, left: x, right: x + width, top: y, bottom: y + HEIGHT };
  });

const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const crowd = (count, more = {}) =>
  Array.from({ length: count }, (_, i) =>
    marker((i * 7919) % 800, (i * 104729) % 600, `Label ${i}`, more),
  );

test("no label is over another or over the middle of a marker, and some show", () => {
  const markers = crowd(150);
  const labels = layout();
  labels.update(markers, CANVAS, 0);
  const shown = boxes(labels);
  assert.ok(shown.length > 5);
  shown.forEach((box, i) => {
    for (const other of shown.slice(i + 1)) assert.ok(!overlap(box, other));
    for (const { px, py } of markers) {
      assert.ok(!overlap(box, { left: px, right: px, top: py, bottom: py }));
    }
  });
});

test("a label goes to the other side where there is no room, and nowhere if neither has any", () => {
  const atEdge = marker(780, 300, "At the edge");
  const between = marker(400, 100, "Between");
  const neighbours = [marker(430, 100, ""), marker(370, 100, "")];
  const labels = layout();
  labels.update([atEdge, between, ...neighbours], CANVAS, 0);
  assert.equal(atEdge.labelSide, -1);
  assert.equal(between.labelSide, 0);
});

test("one's own and the chosen label show in any case", () => {
  const markers = crowd(2000);
  const own = marker(400, 300, "Mine", { own: true });
  const chosen = marker(402, 302, "Chosen", { chosen: true });
  layout().update([...markers, own, chosen], CANVAS, 0);
  assert.notEqual(own.labelSide, 0);
  assert.notEqual(chosen.labelSide, 0);
});

const PHONE = { width: 360, height: 740 };
const ZOOM_BUTTONS = { left: 308, top: 326, right: 352, bottom: 414 };
const LONG = "A label of 22 letters.";

test("on a phone a long label of one's own is all on the map, wherever its marker is", () => {
  for (let px = 15; px < PHONE.width; px += 10) {
    for (const py of [60, 200, 680]) {
      const labels = layout();
      labels.update([marker(px, py, LONG, { own: true })], PHONE, 0);
      const [box] = boxes(labels);
      assert.ok(box.left >= 0 && box.right <= PHONE.width, `${px}: ${box.left} to ${box.right}`);
      assert.ok(box.top >= 0 && box.bottom <= PHONE.height, `${py}: ${box.top} to ${box.bottom}`);
    }
  }
});

test("no label is under the boxes over the map", () => {
  for (let px = 15; px < ZOOM_BUTTONS.left; px += 10) {
    const markers = [
      marker(px, 350, LONG, { own: true }),
      marker(px, 390, "Other"),
    ];
    const labels = layout([], [ZOOM_BUTTONS]);
    labels.update(markers, PHONE, 0);
    assert.notEqual(markers[0].labelSide, 0);
    for (const box of boxes(labels)) assert.ok(!overlap(box, ZOOM_BUTTONS), `${px}: ${box.left}`);
  }
});

test("a few names of people who move markers show over others' markers; many do not", () => {
  const wall = Array.from({ length: 100 }, (_, i) => marker(8 * i, 300, ""));
  const few = [marker(400, 300, "Ada", { holder: "Ada" })];
  layout().update([...wall, ...few], CANVAS, 0);
  assert.equal(few[0].labelSide, 1);

  const many = Array.from({ length: 41 }, (_, i) => marker(19 * i, 300, "Ada", { holder: "Ada" }));
  layout().update([...wall, ...many], CANVAS, 0);
  assert.ok(many.every((drawn) => drawn.labelSide === 0));
});

test("a label that shows stays when another marker comes near", () => {
  const settled = marker(400, 300, "Settled");
  const labels = layout();
  labels.update([settled], CANVAS, 0);
  const newcomer = marker(405, 322, "Newcomer");
  labels.update([newcomer, settled], CANVAS, LATER);
  assert.equal(settled.labelSide, 1);
});

test("a visible label goes when its marker has left", () => {
  const gone = marker(400, 300, "Gone");
  const labels = layout();
  labels.update([gone], CANVAS, 0);
  gone.visible = false;
  labels.update([], CANVAS, LATER);
  assert.deepEqual(labels.shown, []);
  assert.equal(gone.labelSide, 0);
});

test("a layout is done a few times a second, says when it is due, and is due at once on expiry", () => {
  const first = marker(100, 100, "First");
  const second = marker(400, 400, "Second");
  const labels = layout();
  assert.equal(labels.update([first], CANVAS, 0), 0);
  const wait = labels.update([first, second], CANVAS, 50);
  assert.ok(wait >= 100 && wait <= 250);
  assert.equal(second.labelSide, 0);
  assert.equal(labels.update([first, second], CANVAS, 50 + wait), 0);
  assert.equal(second.labelSide, 1);
  labels.expire();
  assert.equal(first.labelSide, 0);
  assert.equal(labels.update([first], CANVAS, 51 + wait), 0);
});

test("in a dense crowd hardly any text has to be measured", () => {
  const measured = [];
  layout(measured).update(crowd(10_000), CANVAS, 0);
  assert.ok(measured.length < 1000, `${measured.length}`);
});

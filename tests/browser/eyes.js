/**
 * What a person sees and hears of a page, for tests: where the picture of the
 * map has a marker of some colour, and what a screen reader was told.
 */
(() => {
  /** A copy that may be read often; reading the page's own canvas would slow it down. */
  const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** How far a channel may be off: markers are drawn with soft edges. */
  const TOLERANCE = 3;
  /** Fewer pixels than these are no marker. */
  const LEAST_PIXELS = 40;

  /** Where the marker of a colour is drawn, in CSS pixels of the page; null if none is. */
  function see([red, green, blue]) {
    const canvas = document.querySelector(".marker-canvas");
    if (!canvas || !canvas.width || !canvas.height) return null;
    copy.canvas.width = canvas.width;
    copy.canvas.height = canvas.height;
    copy.drawImage(canvas, 0, 0);
    const { data, width } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let pixels = 0;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 100) continue;
      if (Math.abs(data[i] - red) > TOLERANCE) continue;
      if (Math.abs(data[i + 1] - green) > TOLERANCE) continue;
      if (Math.abs(data[i + 2] - blue) > TOLERANCE) continue;
      pixels += 1;
      const x = (i / 4) % width;
      const y = Math.floor(i / 4 / width);
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    if (pixels < LEAST_PIXELS) return null;
    const box = canvas.getBoundingClientRect();
    const scale = box.width / canvas.width;
    return {
      x: box.x + ((left + right + 1) / 2) * scale,
      y: box.y + ((top + bottom + 1) / 2) * scale,
    };
  }

  /** Whether that marker is drawn within `within` CSS pixels of a point. */
  function seesAt([colour, x, y, within]) {
    const at = see(colour);
    return at !== null && Math.hypot(at.x - x, at.y - y) <= within;
  }

  /** Whether that marker is drawn farther than `by` CSS pixels from a point. */
  function seesAwayFrom([colour, x, y, by]) {
    const at = see(colour);
    return at !== null && Math.hypot(at.x - x, at.y - y) > by;
  }

  /** So many frames without motion are rest. */
  const RESTS_FOR = 4;

  /** Where that marker is drawn once it does not move any more. */
  async function seesStill(colour) {
    let last = null;
    for (let frames = 0; frames < RESTS_FOR; ) {
      await new Promise(requestAnimationFrame);
      const at = see(colour);
      const rests = at && last && at.x === last.x && at.y === last.y;
      frames = rests ? frames + 1 : 0;
      last = at;
    }
    return last;
  }

  /** Notes where that marker is drawn, frame by frame, until it is asked for. */
  const watching = new Map();
  function startWatching(colour) {
    const seen = [];
    watching.set(String(colour), seen);
    const look = () => {
      if (watching.get(String(colour)) !== seen) return;
      seen.push(see(colour));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }
  function stopWatching(colour) {
    const seen = watching.get(String(colour));
    watching.delete(String(colour));
    return seen;
  }

  /** Every sentence that the page's live regions have said. */
  const heard = [];
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const region = element?.closest("[role=status], [role=alert]");
      if (region?.textContent) heard.push(region.textContent.trim());
    }
  }).observe(document, { childList: true, characterData: true, subtree: true });

  globalThis.eyes = { see, seesAt, seesAwayFrom, seesStill, startWatching, stopWatching, heard };
})();

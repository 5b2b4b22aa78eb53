import { basemapData } from "../../map/ground/basemapData.js";
import { basemapColours, drawBasemap } from "../../map/ground/basemapDrawing.js";
import { worldX, worldY } from "../../map/ground/mercator.js";
import { Sprites } from "../../map/markers/sprites.js";
import { onColoursChange } from "../../ui/theme.js";

/** Where the front page's markers stand: latitude, longitude, colour, icon. */
const SAMPLES = /** @type {const} */ ([
  [64.1, -21.9, 5, 1],
  [51.5, -0.1, 1, 0],
  [41.9, 12.5, 6, 3],
  [6.5, 3.4, 3, 6],
  [-1.3, 36.8, 2, 2],
  [-33.9, 18.4, 7, 4],
  [30, 31.2, 4, 0],
  [28.6, 77.2, 6, 0],
  [35.7, 139.7, 1, 4],
  [1.4, 103.8, 5, 3],
  [-37.8, 145, 3, 0],
  [55.8, 37.6, 7, 1],
  [39.9, 116.4, 2, 6],
  [60.2, 24.9, 4, 2],
]);

/** From this width on (CSS pixels, as in home.css) the map stands beside the text. */
const WIDE = 960;

/**
 * The world behind the front page, in the same drawing as the rooms' base map.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {string} url the overview base map
 */
export async function drawBackdrop(canvas, url) {
  let data;
  try {
    data = await basemapData(url);
  } catch {
    return; // A plain background will do.
  }
  const world = data;

  function draw() {
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext("2d");
    if (!context) return; // As above.
    context.scale(ratio, ratio);
    const wide = width >= WIDE;
    const scale = wide ? Math.max(width * 1.3, height * 1.9) : height * 1.2;
    const rightToLeft = document.documentElement.dir === "rtl";
    const left = worldX(!wide ? -60 : rightToLeft ? -85 : -115);
    const y = 0.41 - height / scale / 2;
    const colours = basemapColours();
    drawBasemap(context, world, { x: left, y, scale, width, height }, colours);

    // A veil behind the page's text.
    const reach = wide ? width * 0.55 : width * 4;
    const veil = context.createLinearGradient(
      rightToLeft ? width : 0,
      0,
      rightToLeft ? width - reach : reach,
      0,
    );
    veil.addColorStop(0, colours.sea);
    veil.addColorStop(1, `${colours.sea}00`);
    context.globalAlpha = 0.85;
    context.fillStyle = veil;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
    if (!wide) return;
    const sprites = new Sprites({ radius: 11, ratio });
    for (const [lat, lng, colour, icon] of SAMPLES) {
      const x = (worldX(lng) - left) * scale;
      const besideText = rightToLeft ? x < width * 0.44 : x > width * 0.56;
      if (besideText) sprites.draw(context, icon, colour, x, (worldY(lat) - y) * scale);
    }
    sprites.discard();
  }

  draw();
  addEventListener("resize", draw);
  onColoursChange(draw);
}

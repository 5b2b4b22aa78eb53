/** A layer of pictures that the caller has the bytes of. */

import { ASK_AGAIN, NoCanvas, contextOf, discard } from "../../ui/canvas.js";

/**
 * On canvases: an address for each picture (`blob:`) would have to be allowed by the page's policy.
 *
 * @param {(z: number, x: number, y: number) => Promise<ArrayBuffer | undefined>} read undefined
 *   where there is none
 * @param {string} type of the pictures, such as "image/png"
 * @param {L.GridLayerOptions} options
 * @returns {L.GridLayer}
 */
export function createPictures(read, type, options) {
  /** The tiles in use. @type {Set<HTMLElement>} */
  const tiles = new Set();

  /**
   * @param {L.Coords} coords
   * @param {L.DoneCallback} done
   */
  function createTile(coords, done) {
    const tile = document.createElement("canvas");
    tiles.add(tile);
    paint(tile, coords).then(
      () => done(undefined, tile),
      (error) => done(error, tile),
    );
    return tile;
  }

  /**
   * @param {HTMLCanvasElement} tile
   * @param {L.Coords} coords
   */
  async function paint(tile, { z, x, y }) {
    const bytes = await read(z, x, y);
    if (!bytes || !tiles.has(tile)) return;
    const picture = await createImageBitmap(new Blob([bytes], { type }));
    while (tiles.has(tile)) {
      try {
        tile.width = picture.width;
        tile.height = picture.height;
        contextOf(tile).drawImage(picture, 0, 0);
        break;
      } catch (error) {
        if (!(error instanceof NoCanvas)) throw error;
        discard(tile);
        await new Promise((again) => setTimeout(again, ASK_AGAIN));
      }
    }
    picture.close();
  }

  const Pictures = /** @type {typeof L.GridLayer} */ (L.GridLayer.extend({ createTile }));
  const layer = new Pictures(options);
  layer.on("tileunload", ({ tile }) => {
    tiles.delete(tile);
    discard(/** @type {HTMLCanvasElement} */ (/** @type {unknown} */ (tile)));
  });
  return layer;
}

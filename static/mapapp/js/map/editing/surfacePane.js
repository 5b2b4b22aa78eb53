/**
 * Puts the canvas of a surface below what can be dragged: in the room it lies above the whole map,
 * because there nothing of Leaflet's own can be dragged.
 *
 * @param {L.Map} map with a `SurfaceView`
 */
export function belowHandles(map) {
  const canvas = map.getContainer().querySelector(".surface-canvas");
  if (!(canvas instanceof HTMLElement)) return;
  const pane = map.createPane("surface");
  pane.style.zIndex = "300"; // Tiles have 200, vectors 400.
  pane.style.pointerEvents = "none";
  pane.append(canvas);
  // The pane moves with the map, and the canvas is drawn for where the map is.
  const follow = () => {
    const { x, y } = map.getSize();
    canvas.style.width = `${x}px`;
    canvas.style.height = `${y}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
  };
  map.on("move zoom zoomend moveend viewreset resize", follow);
}

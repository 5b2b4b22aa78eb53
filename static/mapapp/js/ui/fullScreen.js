/** How long the refusal is shown, in milliseconds. */
const STAYS = 8000;

/**
 * @param {HTMLElement} button hidden where the browser has no full screen (iPhones)
 * @param {HTMLElement} refused a sentence, shown for a while if the browser refuses: a frame
 *     without the permission, a managed machine
 */
export function offerFullScreen(button, refused) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  // eslint-disable-next-line compat/compat -- undefined in Safari below 16.4, as on iPhones
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", async () => {
    clearTimeout(timer);
    refused.hidden = true;
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    } catch {
      refused.hidden = false;
      timer = setTimeout(() => {
        refused.hidden = true;
      }, STAYS);
    }
  });
}

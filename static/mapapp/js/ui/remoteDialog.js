import { byId } from "./dom.js";
import { hostLink, offerCopy } from "./hostLink.js";
import { drawQrCode } from "./qrCode.js";

/**
 * "Use my phone as the remote": the host link as a second QR code, where this
 * browser has the key.
 *
 * @param {string} code
 * @param {string | null} key
 * @param {string} library the QR library's address, or empty
 */
export function offerRemote(code, key, library) {
  if (key === null) return;
  const button = byId("remote-button");
  const dialog = byId("remote-dialog", HTMLDialogElement);
  const picture = byId("remote-qr");
  const link = hostLink(code, key);

  button.hidden = false;
  button.addEventListener("click", async () => {
    dialog.showModal();
    document.body.classList.add("has-remote-code");
    const drawn = await drawQrCode(picture, link, library);
    picture.hidden = !drawn;
    if (!drawn) showLink();
  });
  byId("remote-close").addEventListener("click", () => dialog.close());
  // Nobody needs to see it when it is not in use, and the screen is a public place.
  dialog.addEventListener("close", () => {
    document.body.classList.remove("has-remote-code");
    picture.replaceChildren();
    byId("remote-link").hidden = true;
  });
  offerCopy(byId("copy-remote"), () => link, showLink);

  function showLink() {
    const place = byId("remote-link");
    place.textContent = link;
    place.hidden = false;
  }
}

import { gettext } from "../../platform/i18n.js";
import { copyText } from "../../ui/copyText.js";
import { phoneSite } from "../join/phoneSites.js";

/**
 * The link that steers a room. The key is in the fragment, which no browser
 * sends anywhere (promise A1).
 *
 * @param {string} code
 * @param {string} key
 */
export function hostLink(code, key) {
  return `${phoneSite()}/${code}/host#key=${encodeURIComponent(key)}`;
}

/**
 * Makes a button copy a link, and confirm it in its own text.
 *
 * @param {HTMLElement} button with its text in a span
 * @param {() => string} link
 * @param {(link: string) => void} showInstead called if the link cannot be copied
 */
export function offerCopy(button, link, showInstead) {
  const text = /** @type {HTMLElement} */ (button.querySelector("span"));
  const usual = text.textContent;
  button.addEventListener("click", async () => {
    const copied = await copyText(link());
    if (!copied) showInstead(link());
    text.textContent = copied ? gettext("Copied ✓") : usual;
  });
}

import { gettext } from "../../platform/i18n.js";
import { byId } from "../../ui/dom.js";

/** Leads from six digits to their room; a code without a room gets a kind sentence. */
export function startJoinForm() {
  const form = byId("join-form", HTMLFormElement);
  const field = byId("code", HTMLInputElement);
  const error = byId("join-error");

  /** A code without a map: its sentence is on the page, and "Join" does not ask again. */
  let wrong = "";

  field.addEventListener("input", () => {
    show("");
    wrong = "";
    const digits = digitsOf(field.value);
    // Grouped only while typing at the end: elsewhere the caret would jump.
    if (field.selectionEnd === field.value.length) field.value = grouped(digits);
    if (digits.length === 6) submit();
  });

  let checking = "";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = digitsOf(field.value);
    if (code.length !== 6) {
      show(gettext("A code has six digits. You'll find it on the big screen, under the QR code."));
      return;
    }
    if (checking === code || wrong === code) return;
    checking = code;
    const status = await statusOf(code);
    checking = "";
    if (digitsOf(field.value) !== code) return;
    if (status === 404) wrong = code;
    const problem = problemOf(status);
    if (problem) show(problem);
    else location.assign(`/${code}`);
  });

  /** As if the button were pressed; Safari has requestSubmit from 16 on. */
  function submit() {
    // eslint-disable-next-line no-restricted-syntax -- only where it is there
    if (form.requestSubmit) form.requestSubmit();
    else form.dispatchEvent(new Event("submit", { cancelable: true }));
  }

  /** @param {string} message */
  function show(message) {
    error.textContent = message;
    field.setAttribute("aria-invalid", String(message !== ""));
  }
}

/** @param {string} text */
function digitsOf(text) {
  // Arabic keyboards type digits of their own; their last four bits are the digit.
  const western = text
    .normalize("NFKC")
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));
  return western.replace(/[^0-9]/g, "").slice(0, 6);
}

/** @param {string} digits */
function grouped(digits) {
  return digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits;
}

/**
 * @param {string} code
 * @returns {Promise<number>} the HTTP status of the answer; 0 without one
 */
async function statusOf(code) {
  try {
    return (await fetch(`/api/rooms/${code}`)).status;
  } catch {
    return 0;
  }
}

/**
 * @param {number} status of the answer; 0 without one
 * @returns {string} a sentence, or empty if the room exists
 */
function problemOf(status) {
  if (status === 0) {
    return gettext("Can't reach the server. Check your connection and try again.");
  }
  if (status >= 200 && status < 300) return "";
  if (status === 429) {
    return gettext("Too many attempts. Try again in a minute.");
  }
  return gettext(
    "There's no map with this code. Check it against the screen; codes of closed maps stop working.",
  );
}

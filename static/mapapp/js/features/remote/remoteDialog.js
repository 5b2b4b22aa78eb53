import { gettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { showDialog } from "../../ui/backCloses.js";
import { byId } from "../../ui/dom.js";
import { NotAHost } from "./hostApi.js";
import { offerCopy } from "./hostLink.js";
import { atPhoneSite } from "../join/phoneSites.js";
import { drawQrCode } from "../../ui/qrCode.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("./hostApi.js").HostApi} HostApi */

/** A code is replaced this long before it expires (s), so that one just scanned still works. */
const BEFORE_THE_END = 25;
/** How soon to try again if the server could not be reached (ms). */
const AGAIN = 3_000;

/**
 * "Use my phone as the remote": a one-time code as a second QR code, if this
 * browser has a host key. It is good for one phone and about a minute, and a new
 * one follows while the dialog is open: a photo of it is useless later.
 *
 * @param {Session} session
 * @param {HostApi} api
 * @param {string} library the QR library's address, or empty
 * @param {string} openedBy the id of its button
 */
export function offerRemote(session, api, library, openedBy) {
  const button = byId(openedBy);
  const dialog = byId("remote-dialog", HTMLDialogElement);
  const picture = byId("remote-qr");
  const place = byId("remote-link");
  const words = byId("remote-words");
  const state = byId("remote-state");
  let link = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Counts the openings: a code requested in an earlier one is not shown. */
  let opening = 0;

  button.hidden = false;
  button.addEventListener("click", open);
  byId("remote-again").addEventListener("click", () => {
    opening += 1;
    begin();
  });
  byId("remote-close").addEventListener("click", () => dialog.close());
  // A code that is not in use must not stay on the screen, which is a public place.
  dialog.addEventListener("close", () => {
    opening += 1;
    document.body.classList.remove("has-remote-code");
    hideCode();
  });
  session.on("state", ({ changes }) => {
    if (dialog.open && changes.some(({ kind, by }) => kind === "key" && !by)) connected();
  });
  offerCopy(byId("copy-remote"), () => link, showLink);

  function open() {
    showDialog(dialog);
    document.body.classList.add("has-remote-code");
    begin();
  }

  /** Shows the first code. */
  function begin() {
    state.textContent = "";
    words.hidden = false;
    byId("remote-again").hidden = true;
    renew();
  }

  async function renew() {
    const mine = opening;
    clearTimeout(timer);
    try {
      const { url, expires_in_seconds: seconds } = await api.newPairing();
      if (mine !== opening) return;
      link = atPhoneSite(url);
      const drawn = await drawQrCode(picture, link, library);
      if (mine !== opening) return;
      picture.hidden = !drawn;
      byId("copy-remote").hidden = false;
      if (drawn) place.hidden = true;
      else showLink();
      say("");
      timer = setTimeout(renew, (seconds - BEFORE_THE_END) * 1_000);
    } catch (error) {
      if (mine !== opening) return;
      hideCode();
      if (error instanceof NotAHost) {
        say(
          gettext(
            "This browser can't connect remotes any more. Use “Remotes” on one that is connected.",
          ),
        );
        return;
      }
      say(gettext("No code right now. We'll keep trying."));
      timer = setTimeout(renew, AGAIN);
    }
  }

  /** A phone has used a code: the one shown is no longer valid. */
  function connected() {
    opening += 1;
    hideCode();
    words.hidden = true;
    byId("remote-again").hidden = false;
    say(
      gettext(
        "A remote is connected. If it isn't yours, choose “Remotes” on yours and disconnect it.",
      ),
    );
    byId("remote-close").focus();
  }

  function hideCode() {
    clearTimeout(timer);
    link = "";
    picture.replaceChildren();
    picture.hidden = place.hidden = byId("copy-remote").hidden = true;
  }

  function showLink() {
    place.textContent = link;
    place.hidden = !link;
  }

  /** @param {string} sentence */
  function say(sentence) {
    if (sentence && sentence !== state.textContent) announce(sentence);
    state.textContent = sentence;
  }
}

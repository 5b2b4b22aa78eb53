/** The list of remotes, and ways to disconnect one, or all but this one. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { confirmed } from "../../ui/confirm.js";
import { showDialog } from "../../ui/backCloses.js";
import { byId, element } from "../../ui/dom.js";
import { newHostKey } from "./hostApi.js";
import { hostLink, offerCopy } from "./hostLink.js";
import { notice } from "../../ui/notices.js";
import { keepNextKey, rememberRoom } from "../rooms/hostedRooms.js";
import { Sheet } from "../../ui/sheet.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("./hostApi.js").HostApi} HostApi */
/** @typedef {import("./hostApi.js").HostKey} HostKey */

/** The number of the key that the room's creator received. */
const OPENER = 1;

/**
 * @param {Session} session
 * @param {HostApi} api
 * @param {string} code
 */
export function offerRemotes(session, api, code) {
  const button = byId("remotes-button");
  const others = byId("remotes-disconnect");
  /** @type {HostKey[]} */
  let keys = [];
  const sheet = new Sheet("remotes-sheet", {
    closeButton: "remotes-close",
    onClose: () => button.setAttribute("aria-expanded", "false"),
  });
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", "true");
    sheet.open(byId("remotes-title"));
    refresh();
  });
  session.on("state", ({ changes }) => {
    const concerned = changes.some(({ kind }) => kind === "key" || kind === "revoke");
    if (concerned && sheet.isOpen) refresh();
  });
  others.addEventListener("click", disconnectOthers);
  offerCopy(byId("copy-link"), () => hostLink(code, api.key), showLink);

  async function refresh() {
    try {
      keys = await api.keys();
      byId("remotes-unknown").hidden = true;
    } catch {
      byId("remotes-unknown").hidden = false;
    }
    byId("remotes-list").replaceChildren(...keys.map(row));
    others.hidden = keys.length < 2;
  }

  /** @param {HostKey} key */
  function row(key) {
    const name = nameOf(key);
    const detail = key.yours ? gettext("this remote") : whenUsed(key);
    const item = element(
      "li",
      { "data-key": String(key.key) },
      element("span", { class: "grow" }, element("bdi", {}, name), " ", soft(detail)),
    );
    if (!key.yours) {
      const disconnect = element(
        "button",
        { class: "button button-danger", type: "button" },
        gettext("Disconnect"),
      );
      disconnect.setAttribute("aria-label", interpolate(gettext("Disconnect %(name)s"), { name }));
      disconnect.addEventListener("click", () => disconnectOne(key));
      item.append(disconnect);
    }
    return item;
  }

  /** @param {HostKey} key */
  async function disconnectOne(key) {
    const name = nameOf(key);
    const sure = await confirmed({
      title: interpolate(gettext("Disconnect %(name)s?"), { name }),
      text:
        key.key === OPENER
          ? gettext(
              "The browser that opened this map, its big screen and every saved remote link can no longer control it. The screen keeps showing the map.",
            )
          : gettext("It can no longer control this map. To connect it again, scan a new code."),
      yes: gettext("Disconnect"),
    });
    if (!sure) return;
    const answer = await session.change("revoke", { key: key.key });
    notice(answer.ok ? interpolate(gettext("%(name)s is disconnected."), { name }) : answer.message);
    refresh();
  }

  /** Revokes all other keys and replaces this one, so that a copied link is useless, too. */
  async function disconnectOthers() {
    const rest = keys.filter(({ yours }) => !yours);
    const sure = await confirmed({
      title: gettext("Disconnect the other remotes?"),
      text: interpolate(
        ngettext(
          "%(count)s other remote and every saved remote link can no longer control this map, not even the browser that opened it. Only this remote can, and connect others.",
          "%(count)s other remotes and every saved remote link can no longer control this map, not even the browser that opened it. Only this remote can, and connect others.",
          rest.length,
        ),
        { count: rest.length },
      ),
      yes: gettext("Disconnect them"),
    });
    if (!sure) return;
    const key = newHostKey();
    // Before the request: if its answer is lost, this page still finds its new key.
    keepNextKey(code, key);
    const rotated = await session.rotateKey(key);
    if (!rotated.ok) {
      notice(rotated.message);
      return;
    }
    api.key = key;
    rememberRoom(code, session.state.activity.question, key);
    const answers = await Promise.all(
      rest.map((other) => session.change("revoke", { key: other.key })),
    );
    const failed = answers.find((answer) => !answer.ok && answer.code !== "no_key");
    if (failed && !failed.ok) notice(failed.message);
    else announce(gettext("The other remotes are disconnected."));
    refresh();
  }
}

/** @param {HostKey} key */
function nameOf({ key, label }) {
  if (label) return label;
  return key === OPENER
    ? gettext("Browser that opened this map")
    : interpolate(gettext("Remote %(number)s"), { number: key });
}

/** @param {HostKey} key */
function whenUsed({ used }) {
  if (!used) return gettext("not used as a remote yet");
  const time = new Date(used).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return interpolate(gettext("last connected at %(time)s"), { time });
}

/** @param {string} text */
function soft(text) {
  return element("span", { class: "soft" }, text);
}

/** @param {string} link */
function showLink(link) {
  byId("link-text").textContent = link;
  showDialog(byId("link-dialog", HTMLDialogElement));
}

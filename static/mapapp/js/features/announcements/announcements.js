/**
 * Announces changes to people who do not see the map (WCAG 4.1.3): their own
 * at once, others' as a summary now and then, and never others' drags.
 */

import { interpolate, ngettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";

/** How long others' additions and removals are gathered, in milliseconds. */
const SUMMARY_EVERY = 10_000;

/** @typedef {import("../../room/session.js").Session} Session */

let added = 0;
let removed = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Announces the result of one's own change. Its answer may arrive before the
 * change itself; the sentence must not describe the old state then.
 *
 * @param {Session} session
 * @param {number} rev of the change
 * @param {() => string} sentence built once the room's state shows the change
 */
export function announceShown(session, rev, sentence) {
  if (session.state.rev >= rev) {
    announce(sentence());
    return;
  }
  const stop = session.on("state", ({ snapshot }) => {
    if (!snapshot && session.state.rev < rev) return;
    stop();
    announce(sentence());
  });
}

/** @param {Session} session */
export function announceOthers(session) {
  session.on("state", ({ changes }) => {
    for (const { kind, by } of changes) {
      if (by === session.me.person) continue;
      if (kind === "add") added += 1;
      else if (kind === "remove") removed += 1;
    }
    if (added || removed) timer ??= setTimeout(summarise, SUMMARY_EVERY);
  });
}

function summarise() {
  const sentences = [];
  if (added)
    sentences.push(
      interpolate(ngettext("%(count)s marker added.", "%(count)s markers added.", added), {
        count: added,
      }),
    );
  if (removed)
    sentences.push(
      interpolate(ngettext("%(count)s marker removed.", "%(count)s markers removed.", removed), {
        count: removed,
      }),
    );
  announce(sentences.join(" "));
  added = removed = 0;
  timer = undefined;
}

/** Announces how a room's flow goes on, to people who do not see it (WCAG 4.1.3). */

import { flowNews, flowOf } from "../../room/flowNews.js";
import { announce } from "../../ui/announcer.js";
import { newsSentence } from "../flow/flowWords.js";

/** @typedef {import("../../room/session.js").Session} Session */

/**
 * @param {Session} session
 * @param {(news: import("../../room/flowNews.js").FlowNews) => void} [listener] is told, too
 */
export function announceFlow(session, listener = () => {}) {
  /** @type {import("../../room/flowNews.js").FlowState | null} */
  let before = null;
  session.on("state", () => {
    const now = flowOf(session.state);
    const news = before && flowNews(before, now);
    before = now;
    if (!news) return;
    announce(newsSentence(news, now, session.state.hidden));
    listener(news);
  });
}

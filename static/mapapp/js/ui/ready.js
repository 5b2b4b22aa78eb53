/** @typedef {import("../net/session.js").Session} Session */

/**
 * Waits until the session has received the room's state once.
 *
 * @param {Session} session
 * @returns {Promise<void>}
 */
export function whenReady(session) {
  return new Promise((resolve) => {
    function check() {
      if (!session.ready) return;
      session.removeEventListener("state", check);
      resolve();
    }
    session.addEventListener("state", check);
    check();
  });
}

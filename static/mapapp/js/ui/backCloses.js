/**
 * The browser's Back closes what is open on the page, the newest first, before
 * it leaves the page. Each open thing is one entry of the history, which goes
 * when it is closed in any other way.
 *
 * Entries are brought in line a moment later: one sheet often gives way to another.
 */

/** @typedef {{close: () => void}} Open */

/** What is open, the newest last.
 * @type {Open[]} */
const open = [];
let isDue = false;
/** Whether the browser is on its way through the history for us. */
let isTravelling = false;

addEventListener("popstate", () => {
  if (isTravelling) isTravelling = false;
  else while (open.length > depth()) open.pop()?.close();
  bringInLineSoon();
});
// A reload keeps the entries and opens nothing.
bringInLineSoon();

/**
 * Something has been opened.
 *
 * @param {() => void} close closes it, because its user has gone back
 * @returns {() => void} to be called when it is closed in any other way; harmless otherwise
 */
export function closesWithBack(close) {
  const one = { close };
  open.push(one);
  bringInLineSoon();
  return () => {
    const at = open.indexOf(one);
    if (at < 0) return;
    open.splice(at, 1);
    bringInLineSoon();
  };
}

/**
 * Opens a dialog that goes with Back, too.
 *
 * @param {HTMLDialogElement} dialog
 */
export function showDialog(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  const closed = closesWithBack(() => dialog.close());
  dialog.addEventListener("close", closed, { once: true });
}

/** How many open things the present entry of the history stands for. */
function depth() {
  const { state } = history;
  return typeof state?.open === "number" ? state.open : 0;
}

function bringInLineSoon() {
  if (isDue) return;
  isDue = true;
  setTimeout(bringInLine);
}

function bringInLine() {
  isDue = false;
  if (isTravelling) return;
  for (let deep = depth(); deep < open.length; deep += 1) {
    history.pushState({ open: deep + 1 }, "");
  }
  const surplus = depth() - open.length;
  if (surplus === 0) return;
  isTravelling = true;
  history.go(-surplus);
}

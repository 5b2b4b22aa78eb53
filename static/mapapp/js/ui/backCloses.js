/**
 * Makes the browser's Back close the sheets and dialogs of a page, the newest
 * first, before it leaves the page. Each open one is an entry in the history,
 * which is removed when it is closed in any other way.
 *
 * Entries are updated a moment later, because one sheet often replaces another.
 */

/** @typedef {{close: () => void}} Open */

/** The open sheets and dialogs, the newest last.
 * @type {Open[]} */
const open = [];
let isDue = false;
/** Whether a history.go() of ours is under way. */
let isTravelling = false;

addEventListener("popstate", () => {
  if (isTravelling) isTravelling = false;
  else while (open.length > depth()) open.pop()?.close();
  bringInLineSoon();
});
// A reload keeps the entries and opens nothing.
bringInLineSoon();

/**
 * Registers something that has been opened.
 *
 * @param {() => void} close closes it when the user goes back
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
 * Opens a dialog that Back closes, too.
 *
 * @param {HTMLDialogElement} dialog
 */
export function showDialog(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  const closed = closesWithBack(() => dialog.close());
  dialog.addEventListener("close", closed, { once: true });
}

/** The number of open things at the present entry of the history. */
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

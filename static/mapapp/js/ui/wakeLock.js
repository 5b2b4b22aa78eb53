/**
 * Keeps the screen of this device on while the page is shown: nobody touches a
 * projector's laptop for an hour, or the remote through a long answer. This needs
 * a secure context (https, or this machine itself); elsewhere the device's own
 * setting applies.
 */
export function keepAwake() {
  const { wakeLock } = navigator;
  if (!wakeLock) return;
  const ask = () => {
    // The browser releases it when the page is hidden, and may refuse it on a low battery.
    if (document.visibilityState === "visible") wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

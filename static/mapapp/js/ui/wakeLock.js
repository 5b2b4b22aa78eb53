/**
 * Keeps the screen of this device on while the page is shown: nobody touches a
 * projector's laptop for an hour, or the remote through a long answer. Only
 * browsers in a secure context can (https, or this machine itself); elsewhere
 * the device does what it is set to do.
 */
export function keepAwake() {
  const { wakeLock } = navigator;
  if (!wakeLock) return;
  const ask = () => {
    // The browser takes it back whenever the page is hidden. It may refuse: a low battery.
    if (document.visibilityState === "visible") wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/*
 * Explains the trouble when the page's own script does not arrive, or when the browser does not
 * understand it. Every browser must understand this file: nothing here is younger than ES5.
 * Its sentences are in templates/mapapp/features/trouble/trouble.html, the other half of its code
 * in js/features/trouble/trouble.js.
 */
(function () {
  "use strict";

  /* A page that is still loading after this long says so (ms). */
  var PATIENCE = 20000;
  /* Reloads wait a random time up to this (ms): a whole room may have lost the same file. */
  var SPREAD = 3000;
  /* Set in this tab once it has been reloaded without its user asking for it. */
  var RELOADED = "livemap:reloaded";

  var root = document.documentElement;
  /* README has the minimum; these features came last of those that a script can test for. */
  var isOld = !("noModule" in document.createElement("script")) || !window.HTMLDialogElement;

  function show(trouble) {
    if (root.getAttribute("data-page") !== "complete") root.setAttribute("data-trouble", isOld ? "old" : trouble);
  }

  function mayReload() {
    try {
      if (sessionStorage.getItem(RELOADED)) return false;
      sessionStorage.setItem(RELOADED, "1");
      return true;
    } catch (error) {
      return false; /* A second reload could not be told from the first. */
    }
  }

  var isReloading = false;

  function reload() {
    if (!root.hasAttribute("data-page")) location.reload();
  }

  /* The script was lost on the way, or this page belongs to an old version. */
  function didNotArrive() {
    isReloading = !isOld && mayReload();
    if (isReloading) setTimeout(reload, Math.random() * SPREAD);
    else show("lost");
    window.addEventListener("online", reload);
  }

  /* Such events do not bubble, but they can be captured. */
  window.addEventListener(
    "error",
    function (event) {
      var target = event.target;
      if (target && target.tagName === "SCRIPT") {
        if (target.type === "module") didNotArrive();
      } else if (target === window) {
        if (/SyntaxError/.test(event.message) && !root.hasAttribute("data-page")) isOld = true;
        show("lost");
      }
    },
    true
  );
  window.addEventListener("load", function () {
    if (!root.hasAttribute("data-page") && !isReloading) show("lost");
  });
  document.addEventListener("click", function (event) {
    if (event.target && event.target.id === "trouble-reload") location.reload();
  });
  setTimeout(function () {
    if (!root.hasAttribute("data-page") && !root.hasAttribute("data-trouble")) show("slow");
  }, PATIENCE);
  if (isOld) show("old");
})();

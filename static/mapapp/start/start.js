/*
 * Says what is wrong when the page's own script does not arrive, or when the browser does not
 * understand it. Every browser has to understand this file: nothing here is younger than ES5.
 * What it can say is in templates/mapapp/features/trouble/trouble.html; the other half is js/features/trouble/trouble.js.
 */
(function () {
  "use strict";

  /* So long after its beginning a page that is still loading says so (ms). */
  var PATIENCE = 20000;
  /* A whole room that lost the same file does not come back in the same instant (ms). */
  var SPREAD = 3000;
  /* Set in this tab when it has been reloaded once without its user having asked for it. */
  var RELOADED = "livemap:reloaded";

  var root = document.documentElement;
  /* The minimum is in README: what came last with it, as far as a script can ask for it. */
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
      return false; /* It could not be told from the first time. */
    }
  }

  var isReloading = false;

  function reload() {
    if (!root.hasAttribute("data-page")) location.reload();
  }

  /* It was lost on the way, or this page is of a version that is no longer there. */
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

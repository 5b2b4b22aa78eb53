/**
 * What is wrong with the layout of this page: controls that leave it, that are
 * covered, that overlap each other, or that are too small to hit. Takes the
 * least size of a target in CSS pixels, and returns sentences.
 */
(least) => {
  const CONTROLS = "button, a[href], input, textarea, select, [role=option]";
  // Text links in a line of their own rules; handles lie on the map where their markers are.
  const NO_CONTROLS = ".leaflet-control-attribution, .marker-handles, .visually-hidden";
  // What scrolls may have a control out of sight, behind what stands beside it.
  const SCROLLERS = ".sheet, .now, form, dialog";

  const problems = [];
  if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
  const scope = document.querySelector("dialog[open]") ?? document.body;
  const controls = [...scope.querySelectorAll(CONTROLS)].filter(
    (control) =>
      control.checkVisibility({ visibilityProperty: true }) && !control.closest(NO_CONTROLS),
  );
  for (const control of controls) check(control);
  controls.forEach((one, index) => {
    for (const other of controls.slice(index + 1)) checkPair(one, other);
  });
  return problems;

  /** A choice is hit by its label. */
  function targetOf(control) {
    return control.closest("label") ?? control;
  }

  function nameOf(element) {
    const text = element.ariaLabel || element.textContent.trim().slice(0, 30);
    return `${element.tagName.toLowerCase()}#${element.id} "${text}"`;
  }

  function check(control) {
    const target = targetOf(control);
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = target.getBoundingClientRect();
    const place = [box.left, box.top, box.right, box.bottom].map(Math.round).join(", ");
    if (box.left < -0.5 || box.right > innerWidth + 0.5 || box.top < -0.5 || box.bottom > innerHeight + 0.5) {
      problems.push(`${nameOf(control)} is not all in view: ${place}`);
    }
    if (box.width < least || box.height < least) problems.push(`${nameOf(control)} is small: ${place}`);
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!top || !(target.contains(top) || liesOver(top, target))) {
      problems.push(`${nameOf(control)} is covered by ${top && nameOf(top)}`);
    }
  }

  /** A sheet that somebody has opened lies over what is below it, and can be closed. */
  function liesOver(top, below) {
    const sheet = top.closest(".sheet");
    return sheet !== null && !sheet.contains(below);
  }

  function checkPair(one, other) {
    const a = targetOf(one);
    const b = targetOf(other);
    if (a.closest(SCROLLERS) !== b.closest(SCROLLERS)) return;
    a.scrollIntoView({ block: "nearest", inline: "nearest" });
    const [boxA, boxB] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const width = Math.min(boxA.right, boxB.right) - Math.max(boxA.left, boxB.left);
    const height = Math.min(boxA.bottom, boxB.bottom) - Math.max(boxA.top, boxB.top);
    if (width > 1 && height > 1) problems.push(`${nameOf(one)} overlaps ${nameOf(other)}`);
  }
}

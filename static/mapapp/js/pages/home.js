import { gettext } from "../platform/i18n.js";
import { drawBackdrop } from "../features/backdrop/backdrop.js";
import { byId, element } from "../ui/dom.js";
import { startJoinForm } from "../features/join/joinForm.js";
import { offerOpening } from "../features/places/opening.js";
import { forgetRoom, hostedRooms } from "../features/rooms/hostedRooms.js";
import { openRoom } from "../features/sessions/newRoom.js";
import { offerSessions } from "../features/sessions/sessions.js";
import { readSettings } from "../ui/settings.js";
import { pageComplete } from "../features/trouble/trouble.js";

startJoinForm();
startCreateForm();
offerSessions();
offerHostedRooms();
pageComplete();
drawBackdrop(byId("backdrop", HTMLCanvasElement), readSettings().basemap.overview);

/** The question and one button: a shared map. */
function startCreateForm() {
  const form = byId("open-form", HTMLFormElement);
  const prepare = byId("prepare", HTMLButtonElement);
  const start = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  const place = offerOpening(readSettings());

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open("screen");
  });
  prepare.addEventListener("click", () => {
    // Says what is missing, as the other button does.
    if (form.reportValidity()) open("edit");
  });
  prepare.hidden = false;

  /** @param {"screen" | "edit"} page that comes next */
  async function open(page) {
    busy(true);
    byId("open-error").textContent = "";
    const opening = await place.settle();
    if (opening.problem) {
      busy(false);
      return;
    }
    const fields = new FormData(form);
    const opened = await openRoom({
      question: String(fields.get("question")),
      rules: String(fields.get("rules")),
      markers_each: Number(fields.get("markers_each")),
      anyone_adds: fields.has("anyone_adds"),
      ...(opening.view && { view: opening.view }),
    });
    if ("problem" in opened) {
      byId("open-error").textContent = opened.problem;
      busy(false);
      return;
    }
    location.assign(`/${opened.code}/${page}`);
  }

  /** @param {boolean} isBusy */
  function busy(isBusy) {
    start.disabled = prepare.disabled = isBusy;
  }

  const showMore = () => {
    const rules = String(new FormData(form).get("rules"));
    for (const more of form.querySelectorAll("[data-more-of]")) {
      if (more instanceof HTMLElement) more.hidden = more.dataset.moreOf !== rules;
    }
  };
  form.addEventListener("change", showMore);
  showMore();

  // Back from the next page through the browser's cache: the buttons work again.
  addEventListener("pageshow", () => busy(false));
}

/** Offers this browser's maps until they have ended, so that none is lost with its tab. */
async function offerHostedRooms() {
  const list = byId("rooms-list");
  for (const room of hostedRooms()) {
    if (await hasEnded(room.code)) {
      forgetRoom(room.code);
      continue;
    }
    const code = `${room.code.slice(0, 3)} ${room.code.slice(3)}`;
    list.append(
      element(
        "li",
        {},
        element(
          "span",
          { class: "room-question" },
          room.question,
          " ",
          element("bdi", { class: "room-code" }, code),
        ),
        element("a", { class: "button", href: `/${room.code}/screen` }, gettext("Screen")),
        element("a", { class: "button", href: `/${room.code}/host` }, gettext("Remote")),
        element("a", { class: "button", href: `/${room.code}/edit` }, gettext("Questions")),
      ),
    );
    byId("rooms").hidden = false;
  }
}

/** @param {string} code */
async function hasEnded(code) {
  try {
    const answer = await fetch(`/api/rooms/${code}`);
    if (answer.ok) return (await answer.json()).phase === "closed";
    return answer.status === 404;
  } catch {
    return false;
  }
}

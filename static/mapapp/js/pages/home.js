import { gettext } from "../platform/i18n.js";
import { drawBackdrop } from "../features/backdrop/backdrop.js";
import { byId, element } from "../ui/dom.js";
import { startJoinForm } from "../features/join/joinForm.js";
import { forgetRoom, hostedRooms, rememberRoom } from "../features/rooms/hostedRooms.js";
import { readSettings } from "../ui/settings.js";
import { pageComplete } from "../features/trouble/trouble.js";

startJoinForm();
startCreateForm();
offerHostedRooms();
pageComplete();
drawBackdrop(byId("backdrop", HTMLCanvasElement), readSettings().basemap.overview);

/** The question and one button: a shared map. */
function startCreateForm() {
  const form = byId("open-form", HTMLFormElement);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  const error = byId("open-error");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    error.textContent = "";
    const fields = new FormData(form);
    const question = String(fields.get("question"));
    const created = await createRoom({
      question,
      rules: String(fields.get("rules")),
      markers_each: Number(fields.get("markers_each")),
      anyone_adds: fields.has("anyone_adds"),
    });
    if ("problem" in created) {
      error.textContent = created.problem;
      button.disabled = false;
      return;
    }
    rememberRoom(created.code, question, created.host_key);
    location.assign(`/${created.code}/screen`);
  });

  const showMore = () => {
    const rules = String(new FormData(form).get("rules"));
    for (const more of form.querySelectorAll("[data-more-of]")) {
      if (more instanceof HTMLElement) more.hidden = more.dataset.moreOf !== rules;
    }
  };
  form.addEventListener("change", showMore);
  showMore();

  // Back from the screen page through the browser's cache: the button works again.
  addEventListener("pageshow", () => {
    button.disabled = false;
  });
}

/**
 * @param {{question: string, rules: string, markers_each: number, anyone_adds: boolean}} wanted
 * @returns {Promise<{code: string, host_key: string} | {problem: string}>}
 */
async function createRoom(wanted) {
  try {
    const answer = await fetch("/api/rooms", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wanted),
    });
    const body = await answer.json();
    if (answer.ok) return body;
    return { problem: body.error.message };
  } catch {
    return { problem: gettext("Can't reach the server. Check your connection and try again.") };
  }
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

/** Who has done something in the room, and the way to remove one of them. */

import { gettext, interpolate } from "../i18n.js";
import { confirmed } from "./confirm.js";
import { byId, element } from "./dom.js";
import { notice } from "./notices.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("../net/session.js").Session} Session */

/** @param {Session} session */
export function offerPeople(session) {
  const button = byId("people-button");
  const sheet = new Sheet("people-sheet", {
    closeButton: "people-close",
    onClose: () => button.setAttribute("aria-expanded", "false"),
  });
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", "true");
    fill();
    sheet.open(byId("people-title"));
  });
  session.addEventListener("state", () => {
    if (sheet.isOpen) fill();
  });

  /** Rows stay where they are: who is new comes last. */
  function fill() {
    const list = byId("people-list");
    const known = new Set();
    for (const row of list.querySelectorAll("li")) {
      const person = Number(row.dataset.person);
      if (takesPart(session, person)) known.add(person);
      else row.remove();
    }
    for (const [person, name] of session.state.people) {
      if (!known.has(person) && takesPart(session, person)) list.append(row(session, person, name));
    }
    byId("people-none").hidden = list.childElementCount > 0;
  }
}

/**
 * Whether somebody is one of those who have taken part. Who only steers is not: the presenter
 * is, once a marker is theirs.
 *
 * @param {Session} session
 * @param {number} person
 */
function takesPart({ state, me }, person) {
  if (person !== me.person) return state.people.has(person);
  return [...state.markers.values()].some(({ owner }) => owner === person);
}

/**
 * Asks, and then removes a person with all their markers.
 *
 * @param {Session} session
 * @param {number} person
 */
export async function removePerson(session, person) {
  const name = session.state.people.get(person) ?? "";
  const sure = await confirmed({
    title: interpolate(gettext("Remove %(name)s?"), { name }),
    text: gettext("This removes their markers and blocks the browser they used. They could still join again from another one."),
    yes: gettext("Remove"),
  });
  if (!sure) return;
  const answer = await session.change("ban", { person });
  notice(answer.ok ? interpolate(gettext("%(name)s has been removed."), { name }) : answer.message);
}

/**
 * @param {Session} session
 * @param {number} person
 * @param {string} name
 */
function row(session, person, name) {
  const isMe = person === session.me.person;
  const item = element("li", { "data-person": String(person) }, element("bdi", {}, name));
  if (isMe) {
    item.append(element("span", { class: "soft" }, gettext("you")));
  } else {
    const remove = element(
      "button",
      { class: "button button-danger", type: "button" },
      gettext("Remove"),
    );
    remove.setAttribute("aria-label", interpolate(gettext("Remove %(name)s"), { name }));
    remove.addEventListener("click", () => removePerson(session, person));
    item.append(remove);
  }
  return item;
}

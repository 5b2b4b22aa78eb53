/** The people who have done something in the room, and ways to remove them. */

import { gettext, interpolate, ngettext } from "../../platform/i18n.js";
import { announce } from "../../ui/announcer.js";
import { confirmed, decided } from "../../ui/confirm.js";
import { byId, element } from "../../ui/dom.js";
import { notice } from "../../ui/notices.js";
import { kindOf } from "../../room/kinds/kinds.js";
import { offerView } from "../deck/tabs.js";
import { answeredText } from "../flow/flowWords.js";
import { offerLateAnswers } from "./lateAnswers.js";

/** @typedef {import("../../room/session.js").Session} Session */
/** @typedef {import("../remote/hostApi.js").HostApi} HostApi */

/** `expel` removes 500 people at a time; this is the most often it is repeated. */
const ROUNDS = 40;

/**
 * @param {Session} session
 * @param {HostApi} api
 */
export function offerPeople(session, api) {
  const sheet = offerView("people", fill);
  session.on(["state", "presence"], () => {
    if (sheet.isOpen) fill();
  });
  offerLateAnswers(session);
  offerDoor(session);
  byId("expel-recent").addEventListener("click", () => {
    const minutes = Number(byId("expel-minutes", HTMLSelectElement).value);
    removeRecent(session, api, minutes);
  });

  /** Rows stay where they are: new people come last. */
  function fill() {
    const list = byId("people-list");
    const known = new Set();
    for (const row of list.querySelectorAll("li")) {
      const person = Number(row.dataset.person);
      if (takesPart(session, person)) known.add(person);
      else row.remove();
    }
    for (const [person, name] of session.state.people) {
      if (!known.has(person) && takesPart(session, person)) list.append(row(session, api, person, name));
    }
    byId("people-none").hidden = list.childElementCount > 0;
    showWhoIsMissing(session, list);
  }
}

/**
 * Marks who has no marker in the present activity. Where markers are everybody's, nobody is missing.
 *
 * @param {Session} session
 * @param {HTMLElement} list
 */
function showWhoIsMissing({ state, presence, me }, list) {
  const isAsked = !kindOf(state.activity).isEverybodys && state.activity.stage !== "prepare";
  const answered = new Set([...state.markers.values()].map(({ owner }) => owner));
  for (const item of list.querySelectorAll("li")) {
    const person = Number(item.dataset.person);
    const isMissing = isAsked && person !== me.person && !answered.has(person);
    item.classList.toggle("is-missing", isMissing);
    const badge = item.querySelector(".badge");
    if (badge) badge.textContent = isMissing ? gettext("no answer yet") : "";
  }
  byId("people-answered").textContent = isAsked
    ? answeredText(presence.answered, presence.people)
    : gettext("People who have taken part");
}

/**
 * Whether a person has taken part. Steering alone does not count: the presenter takes part
 * once a marker is theirs.
 *
 * @param {Session} session
 * @param {number} person
 */
function takesPart({ state, me }, person) {
  if (person !== me.person) return state.people.has(person);
  return [...state.markers.values()].some(({ owner }) => owner === person);
}

/** @param {Session} session */
function offerDoor(session) {
  const button = byId("door");
  session.on("state", () => {
    button.setAttribute("aria-pressed", String(!session.state.doorOpen));
  });
  button.addEventListener("click", async () => {
    const open = !session.state.doorOpen;
    const answer = await session.change("door", { open });
    if (!answer.ok) notice(answer.message);
    else if (open) announce(gettext("Anyone can join again."));
    else notice(gettext("Nobody new can join. People who have been here can come back."));
  });
}

/**
 * Removes, after asking, the people who made their first change recently.
 *
 * @param {Session} session
 * @param {HostApi} api
 * @param {number} minutes
 */
async function removeRecent(session, api, minutes) {
  const whom = { seconds: minutes * 60 };
  const counts = await count(api, whom);
  if (!counts) return;
  const since = interpolate(
    ngettext("in the last minute", "in the last %(count)s minutes", minutes),
    { count: minutes },
  );
  const sure = await confirmed({
    title: interpolate(
      ngettext("Remove %(count)s person?", "Remove %(count)s people?", counts.people),
      { count: counts.people },
    ),
    text: interpolate(
      gettext(
        "Everyone who first took part %(since)s: %(people)s with %(markers)s. This can't be undone. They could join again as someone new unless you let nobody new in.",
      ),
      { since, ...inWords(counts) },
    ),
    yes: gettext("Remove them"),
  });
  if (sure) await expel(session, api, whom);
}

/**
 * Removes, after asking, a person with all their markers, or all from the same address.
 *
 * @param {Session} session
 * @param {number} person
 * @param {HostApi} api
 */
export async function removePerson(session, person, api) {
  const name = session.state.people.get(person) ?? "";
  const whom = { like: person };
  const there = await api.concerned(whom).catch(() => ({ people: 0, markers: 0 }));
  const decision = await decided({
    title: interpolate(gettext("Remove %(name)s?"), { name }),
    text: gettext(
      "This removes their markers and blocks the browser they used. They could still join again from a private tab or another browser. To stop that, choose “Nobody new”.",
    ),
    yes: gettext("Remove"),
    also:
      there.people > 1
        ? interpolate(
            gettext("Remove all %(people)s from the same address…"),
            inWords(there),
          )
        : undefined,
  });
  if (decision === "also") await removeAlike(session, api, person, there);
  if (decision !== "yes") return;
  const answer = await session.change("ban", { person });
  notice(answer.ok ? interpolate(gettext("%(name)s has been removed."), { name }) : answer.message);
}

/**
 * Removes all people from the same address as one of them, after asking once more, because
 * that may be everybody in the room.
 *
 * @param {Session} session
 * @param {HostApi} api
 * @param {number} person
 * @param {{ people: number, markers: number }} counts
 */
async function removeAlike(session, api, person, counts) {
  const sure = await confirmed({
    title: interpolate(
      ngettext("Remove %(count)s person?", "Remove %(count)s people?", counts.people),
      { count: counts.people },
    ),
    text: interpolate(
      gettext(
        "Everyone who came from the same address: %(people)s with %(markers)s. People on the same Wi-Fi often share one. This can't be undone.",
      ),
      inWords(counts),
    ),
    yes: gettext("Remove them"),
  });
  if (sure) await expel(session, api, { like: person });
}

/**
 * @param {HostApi} api
 * @param {{ seconds: number } | { like: number }} whom
 * @returns {Promise<{ people: number, markers: number } | null>} null if there is nobody
 */
async function count(api, whom) {
  try {
    const counts = await api.concerned(whom);
    if (counts.people > 0) return counts;
    notice(gettext("Nobody has joined in that time."));
  } catch {
    notice(gettext("The server can't be asked right now. Try again in a moment."));
  }
  return null;
}

/**
 * @param {Session} session
 * @param {HostApi} api
 * @param {{ seconds: number } | { like: number }} whom
 */
async function expel(session, api, whom) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await session.change("expel", whom);
    if (!answer.ok) {
      // Another host may have been quicker, or a repeat finds nobody left.
      if (answer.code !== "no_person") notice(answer.message);
      break;
    }
    const left = await api.concerned(whom).catch(() => ({ people: 0 }));
    if (left.people === 0) break;
  }
  notice(gettext("They have been removed."));
}

/** @param {{ people: number, markers: number }} counts */
function inWords({ people, markers }) {
  return {
    people: interpolate(ngettext("%(count)s person", "%(count)s people", people), {
      count: people,
    }),
    markers: interpolate(ngettext("%(count)s marker", "%(count)s markers", markers), {
      count: markers,
    }),
  };
}

/**
 * @param {Session} session
 * @param {HostApi} api
 * @param {number} person
 * @param {string} name
 */
function row(session, api, person, name) {
  const isMe = person === session.me.person;
  const item = element(
    "li",
    { "data-person": String(person) },
    element("span", { class: "grow" }, element("bdi", {}, name), " ", element("span", { class: "badge" })),
  );
  if (isMe) {
    item.append(element("span", { class: "soft" }, gettext("you")));
  } else {
    const remove = element(
      "button",
      { class: "button button-danger", type: "button" },
      gettext("Remove"),
    );
    remove.setAttribute("aria-label", interpolate(gettext("Remove %(name)s"), { name }));
    remove.addEventListener("click", () => removePerson(session, person, api));
    item.append(remove);
  }
  return item;
}

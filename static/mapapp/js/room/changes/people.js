/** The effects of changes to people on a room. */

/**
 * @import { Change } from "../../protocol/messages.js"
 * @import { RoomState } from "../state.js"
 */

/** @type {Record<string, (room: RoomState, change: Change) => void>} by kind */
export const peopleChanges = {
  person({ people }, { person, name = "", listed }) {
    // Until people do more than choose a name, only they themselves need it.
    if (person !== undefined && listed !== false) people.set(person, name);
  },
  ban({ people }, { person }) {
    // Separate changes remove their markers.
    if (person !== undefined) people.delete(person);
  },
};

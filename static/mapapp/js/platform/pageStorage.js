/** What this browser keeps for its pages, whichever room they are in. */

import { localStorageIfAllowed, SafeStorage } from "./safeStorage.js";

export const pageStorage = new SafeStorage(localStorageIfAllowed());

/** This browser's storage for its pages, whichever room they are in. */

import { localStorageIfAllowed, SafeStorage } from "./safeStorage.js";

export const pageStorage = new SafeStorage(localStorageIfAllowed());

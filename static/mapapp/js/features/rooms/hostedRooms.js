/**
 * The rooms that this browser has opened, and their host keys.
 *
 * A host key is kept only here and in the host link: a presenter who closes the
 * tab finds the room again on the home page of the same browser.
 */

import { pageStorage } from "../../platform/pageStorage.js";

const LIST_KEY = "livemap:opened";
const KEPT_ROOMS = 20;

/** @typedef {{code: string, question: string}} HostedRoom */

/** @returns {HostedRoom[]} newest first */
export function hostedRooms() {
  try {
    const list = JSON.parse(pageStorage.get(LIST_KEY) ?? "[]");
    return Array.isArray(list) ? list.filter((room) => /^\d{6}$/.test(room?.code)) : [];
  } catch {
    return [];
  }
}

/**
 * @param {string} code
 * @param {string} question
 * @param {string} key
 */
export function rememberRoom(code, question, key) {
  pageStorage.set(hostKeyName(code), key);
  pageStorage.remove(nextKeyName(code));
  const others = hostedRooms().filter((room) => room.code !== code);
  for (const { code: oldest } of others.slice(KEPT_ROOMS - 1)) pageStorage.remove(hostKeyName(oldest));
  const list = [{ code, question }, ...others.slice(0, KEPT_ROOMS - 1)];
  pageStorage.set(LIST_KEY, JSON.stringify(list));
}

/** @param {string} code */
export function forgetRoom(code) {
  pageStorage.remove(hostKeyName(code));
  pageStorage.remove(nextKeyName(code));
  pageStorage.set(LIST_KEY, JSON.stringify(hostedRooms().filter((room) => room.code !== code)));
}

/**
 * @param {string} code
 * @returns {string | null}
 */
export function hostKey(code) {
  return pageStorage.get(hostKeyName(code));
}

/**
 * Keeps the key that is about to replace this browser's present one, until it is
 * clear which of them the server has: the answer may get lost.
 *
 * @param {string} code
 * @param {string} key
 */
export function keepNextKey(code, key) {
  pageStorage.set(nextKeyName(code), key);
}

/**
 * @param {string} code
 * @returns {string | null} the key kept by `keepNextKey`, which is then forgotten
 */
export function takeNextKey(code) {
  const key = pageStorage.get(nextKeyName(code));
  pageStorage.remove(nextKeyName(code));
  return key;
}

/** @param {string} code */
function nextKeyName(code) {
  return `livemap:host:${code}:next`;
}

/** @param {string} code */
function hostKeyName(code) {
  return `livemap:host:${code}`;
}

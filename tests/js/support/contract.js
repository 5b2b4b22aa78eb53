/** docs/PROTOCOL.md as data, so that tests can hold the code to the contract. */

import { readFileSync } from "node:fs";

const TEXT = readFileSync(new URL("../../../docs/PROTOCOL.md", import.meta.url), "utf8");

/** @returns {any[]} every example frame that the server sends, in the document's order */
export function serverExamples() {
  return [...TEXT.matchAll(/^S (\{.*\})$/gm)].map(([, json]) => JSON.parse(json));
}

/** @returns {{ code: number, name: string, action: string }[]} the table of close codes */
export function closeCodeTable() {
  return [...TEXT.matchAll(/^\| (\d{4}) \| (\w+) \| (\w+) \|/gm)].map(([, code, name, action]) => {
    return { code: Number(code), name, action };
  });
}

/** @returns {string[]} the codes of `refused` and `error` */
export function refusalCodes() {
  const section = TEXT.slice(TEXT.indexOf("## 6. Codes"), TEXT.indexOf("Close codes."));
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
}

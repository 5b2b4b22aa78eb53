/** How long a browser may take to begin saving (ms); then the file's copy in memory goes. */
const SAVING = 60_000;

/**
 * Hands a file to the browser, which saves it or asks where.
 *
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVING);
}

import { existsSync } from "node:fs";
import { filesOf } from "./files.mjs";

/** What the files in docs/administrator/files say, and what stands for a package of one's own. */
const IN_DOCUMENTS = { id: "bbigagkogdejecdakmpaoaiannnjkpgg", base: "https://updates.example.org/mailseal", xpi: "mailseal.xpi" };

/**
 * The policy files of the documents for this package: its id, where its files lie, and the name of the add-on's file.
 * @param {string} folder
 * @param {{id: string, base: string, xpi: string}} own
 */
export function policyFiles(folder, { id, base, xpi }) {
  if (!existsSync(folder)) return [];
  const own = (words) => words.replaceAll(IN_DOCUMENTS.id, id).replaceAll(`${IN_DOCUMENTS.base}/${IN_DOCUMENTS.xpi}`, `${base}/${xpi}`).replaceAll(IN_DOCUMENTS.base, base);
  return filesOf(folder).map(({ path, bytes }) => ({ path: `policies/${path}`, bytes: new Uint8Array(Buffer.from(own(Buffer.from(bytes).toString("utf8")), "utf8")) }));
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "./files.mjs";
import { groupPolicy } from "./group-policy.mjs";
import { macProfile } from "./profile.mjs";
import { chromiumRegistry, firefoxRegistry } from "./registry.mjs";

/** What the files in docs/administrator/files say, and what stands for a package of one's own. */
const IN_DOCUMENTS = { id: "bbigagkogdejecdakmpaoaiannnjkpgg", base: "https://updates.example.org/mailseal", xpi: "mailseal.xpi" };

/**
 * Every policy file: two are written by hand, and the others say the same for other systems.
 * @param {string} linux what Chrome, Edge and Chromium read on Linux
 * @param {string} firefox `policies.json`
 * @param {object} schema of managed settings
 * @returns {{path: string, bytes: Uint8Array}[]}
 */
export function policyFiles(linux, firefox, schema) {
  const [chromiumPolicy, firefoxPolicy] = [JSON.parse(linux), JSON.parse(firefox)];
  const { admx, adml } = groupPolicy(schema, Object.keys(chromiumPolicy.ExtensionSettings)[0]);
  const words = {
    "linux/mailseal.json": linux,
    "firefox/policies.json": firefox,
    "windows/chrome.reg": chromiumRegistry("chrome", chromiumPolicy),
    "windows/edge.reg": chromiumRegistry("edge", chromiumPolicy),
    "windows/firefox.reg": firefoxRegistry(firefoxPolicy),
    "windows/mailseal.admx": admx,
    "windows/en-US/mailseal.adml": adml,
    "macos/mailseal.mobileconfig": macProfile(chromiumPolicy, firefoxPolicy),
  };
  return Object.entries(words).map(([path, content]) => ({ path, bytes: text(content) }));
}

/**
 * The policy files for a package of one's own: its id, where its files lie, and the name of the add-on's file.
 * @param {string} folder docs/administrator/files
 * @param {{id: string, base: string, xpi: string, schema: object}} own
 */
export function ownPolicyFiles(folder, { id, base, xpi, schema }) {
  const own = (path) => readFileSync(join(folder, path), "utf8").replaceAll(IN_DOCUMENTS.id, id).replaceAll(`${IN_DOCUMENTS.base}/${IN_DOCUMENTS.xpi}`, `${base}/${xpi}`).replaceAll(IN_DOCUMENTS.base, base);
  return policyFiles(own("linux/mailseal.json"), own("firefox/policies.json"), schema).map(({ path, bytes }) => ({ path: `policies/${path}`, bytes }));
}

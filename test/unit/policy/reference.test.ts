import { describe, expect, it } from "vitest";
import { scopingMeanings } from "../../../src/policy/managed-schema.ts";
import type { Setting } from "../../../src/policy/setting-kinds.ts";
import { settingGroups, settings } from "../../../src/policy/settings.ts";

const TITLES = {
  organisation: "Webmails and help",
  sending: "Sending",
  trust: "Trust",
  revocation: "Revocation",
  directories: "Directories, people and lists",
  keys: "Keys",
} as const;

const value = (one: unknown): string => (Array.isArray(one) ? (one.length === 0 ? "none" : one.map((each) => JSON.stringify(each)).join(", ")) : one === "" ? "none" : JSON.stringify(one));

function section(name: string, setting: Setting<unknown>): string {
  return [
    `### ${name}`,
    "",
    setting.meaning,
    "",
    `- **Value:** ${setting.kind}`,
    `- **Unless set:** ${value(setting.default)}`,
    `- **If it cannot be read:** ${value(setting.failClosed)}`,
    `- **What people see:** ${setting.shows}`,
    `- **Example:** \`${JSON.stringify({ [name]: setting.example }).slice(1, -1)}\``,
    "",
  ].join("\n");
}

/** The administrator's reference, made from the table of settings. */
function page(): string {
  const head = [
    "# Settings",
    "",
    "Every setting that an organisation can manage. This page is made from the table that the browsers' schema and the options page are made from too. How settings reach a browser stands in [install.md](install.md).",
    "",
    "A value of the wrong kind or out of its range is replaced by the one that protects most, that setting alone, and the options page says so: `\"AlwaysEncrypt\": \"yes\"` forces encryption in Firefox. Chrome, Edge and Chromium themselves leave out what does not fit the schema, before Mailseal sees anything of it: a value of another JSON type than the example's, a whole list with one such entry, a name that is not in this page. Such a setting counts there as not set, so look at the options page after a change: what is not listed does not hold. An entry of a list that gives something (authorities, hosts) is left out if it cannot be read, and the others hold; a list that forbids with one such entry forbids everything. A change is in force within a minute; Firefox reads its policy file at its start alone.",
    "",
    "## For whom",
    "",
    ...Object.entries(scopingMeanings).map(([name, meaning]) => `- \`${name}\`: ${meaning}`),
    "",
    "```json",
    JSON.stringify({ AccountDomains: ["example.org", ".example.org"], AlwaysEncrypt: true, Scopes: [{ domains: ["board.example.org"], settings: { TripleWrap: true } }] }, null, 2),
    "```",
    "",
    "What is written goes by the domain of its From, everything else by that of the account; what is forced for either is forced. Where a webmail does not tell the account's address, it counts as the organisation's. Where a scope cannot be read, what it forces holds for all and what it allows for none. `DistrustedCertificates`, `AuthorityDomains` and `DomainAuthorities` hold in every account of the browser. What concerns no account in particular, for example which webmails there are, is decided by the settings outside `Scopes`.",
    "",
  ].join("\n");
  const groups = Object.entries(settingGroups).map(([group, table]) => `## ${TITLES[group as keyof typeof TITLES]}\n\n${Object.entries(table).map(([name, setting]) => section(name, setting as Setting<unknown>)).join("\n")}`);
  return `${head}\n${groups.join("\n")}`;
}

describe("the administrator's reference", () => {
  it("is made from the table of settings", async () => {
    await expect(page()).toMatchFileSnapshot("../../../docs/administrator/settings.md");
  });

  it("says of every setting what it means and shows, with an example that can be read", () => {
    expect(Object.values(settingGroups).flatMap((group) => Object.keys(group))).toEqual(Object.keys(settings));
    for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
      expect(setting.meaning, name).toMatch(/\.$/);
      expect(setting.shows, name).toMatch(/\.$/);
      // Fingerprints are shortened in examples.
      if (!JSON.stringify(setting.example).includes("AB:CD")) expect(setting.parse(setting.example), name).toBeDefined();
      expect(setting.parse("\u0000unreadable") === undefined || setting.schema.type === "string", name).toBe(true);
    }
  });
});

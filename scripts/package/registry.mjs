const CHROMIUM = { chrome: "SOFTWARE\\Policies\\Google\\Chrome", edge: "SOFTWARE\\Policies\\Microsoft\\Edge" };
const FIREFOX = "SOFTWARE\\Policies\\Mozilla\\Firefox";

/** Entries of this list are numbered, and whoever imports the file may have some: one that nobody else takes. */
const FORCED = "8551";

const quoted = (words) => `"${words.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const dword = (value) => `dword:${(Number(value) >>> 0).toString(16).padStart(8, "0")}`;

/** REG_MULTI_SZ: lines in UTF-16, each ended, and an empty one. */
const lines = (words) => `hex(7):${[...Buffer.from(`${words.replaceAll("\n", "\0")}\0\0`, "utf16le")].map((octet) => octet.toString(16).padStart(2, "0")).join(",")}`;

const registry = (keys) => ["Windows Registry Editor Version 5.00", "", ...keys.flatMap(([key, values]) => [`[HKEY_LOCAL_MACHINE\\${key}]`, ...values.map(([name, value]) => `${quoted(name)}=${value}`), ""])].join("\r\n");

/** Lists of texts are keys with numbered values; what else is not plain is JSON (Chromium, components/policy/core/common/registry_dict.cc). */
function settingKeys(key, settings) {
  const isTexts = (value) => Array.isArray(value) && value.every((each) => typeof each === "string");
  const plain = Object.entries(settings).filter(([, value]) => !isTexts(value));
  const written = (value) => (typeof value === "boolean" || typeof value === "number" ? dword(value) : quoted(typeof value === "string" ? value : JSON.stringify(value)));
  const lists = Object.entries(settings).filter(([, value]) => isTexts(value)).map(([name, value]) => [`${key}\\${name}`, value.map((each, index) => [String(index + 1), quoted(each)])]);
  return [[key, plain.map(([name, value]) => [name, written(value)])], ...lists];
}

/**
 * What a policy file for Chromium says, for the registry of Windows.
 * @param {"chrome" | "edge"} browser
 * @param {object} policy with `ExtensionSettings` and `3rdparty`, as on Linux
 */
export function chromiumRegistry(browser, policy) {
  const root = CHROMIUM[browser];
  const forced = Object.entries(policy.ExtensionSettings).map(([id, { update_url: url }], index) => [String(Number(FORCED) + index), quoted(`${id};${url}`)]);
  const settings = Object.entries(policy["3rdparty"].extensions).flatMap(([id, values]) => settingKeys(`${root}\\3rdparty\\extensions\\${id}\\policy`, values));
  return registry([[`${root}\\ExtensionInstallForcelist`, forced], ...settings]);
}

/** What `policies.json` says, for the registry of Windows, where Firefox takes JSON on several lines. @param {object} file */
export function firefoxRegistry({ policies }) {
  const json = (value) => lines(JSON.stringify(value, null, 1));
  const settings = Object.entries(policies["3rdparty"].Extensions).map(([id, values]) => [id, json(values)]);
  return registry([[FIREFOX, [["ExtensionSettings", json(policies.ExtensionSettings)], ["Preferences", json(policies.Preferences)]]], [`${FIREFOX}\\3rdparty\\Extensions`, settings]]);
}

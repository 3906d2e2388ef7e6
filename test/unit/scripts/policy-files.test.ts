import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ownPolicyFiles, policyFiles } from "../../../scripts/package/policies.mjs";
import { managedSchema } from "../../../src/policy/managed-schema.ts";
import { settings } from "../../../src/policy/settings.ts";
import { OUR_EXTENSIONS } from "../../../src/protocol/host-messages.ts";

const folder = new URL("../../../docs/administrator/files/", import.meta.url);
const written = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const files = new Map(policyFiles(written("linux/mailseal.json"), written("firefox/policies.json"), managedSchema()).map(({ path, bytes }) => [path, Buffer.from(bytes).toString("utf8")]));
const file = (path: string): string => files.get(path) ?? "";
const id = OUR_EXTENSIONS.chromium.slice("chrome-extension://".length, -1);

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** Reads XML as strictly as these files need; throws for what is not well-formed. */
function parseXml(source: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const piece = /<\?[^>]*\?>|<!DOCTYPE[^>]*>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const plain = (words: string): string => {
    if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(words)) throw new Error(`a bare ampersand in ${words}`);
    return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  };
  while (piece.lastIndex < source.length) {
    const at = piece.lastIndex;
    const found = piece.exec(source);
    if (!found) throw new Error(`not XML: ${source.slice(at, at + 60)}`);
    const [, closing, name, attributes, empty, text] = found;
    const top = open.at(-1) as Element;
    if (text !== undefined) top.text += plain(text);
    if (name === undefined) continue;
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`${name} ends what it did not begin`);
      continue;
    }
    const element: Element = { name, attributes: Object.fromEntries([...(attributes ?? "").matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key, value]) => [key, plain(value ?? "")])) as Record<string, string>, children: [], text: "" };
    top.children.push(element);
    if (!empty) open.push(element);
  }
  const [only] = root.children;
  if (open.length !== 1 || !only || root.children.length !== 1) throw new Error("not one element");
  return only;
}

const all = (element: Element, name: string): Element[] => [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => all(child, name))];

function readPlist({ name, text, children }: Element): unknown {
  switch (name) {
    case "true":
    case "false":
      return name === "true";
    case "integer":
      return Number(text);
    case "string":
      return text;
    case "array":
      return children.map(readPlist);
    case "dict":
      return Object.fromEntries(children.flatMap((child, index) => (child.name === "key" ? [[child.text, readPlist(children[index + 1] as Element)]] : [])));
    default:
      throw new Error(`no property list: ${name}`);
  }
}

/** Keys of a .reg file with their values. */
function readRegistry(source: string): Map<string, Record<string, unknown>> {
  const [head, ...lines] = source.split("\r\n");
  expect(head).toBe("Windows Registry Editor Version 5.00");
  const keys = new Map<string, Record<string, unknown>>();
  let values: Record<string, unknown> = {};
  for (const line of lines.filter((each) => each !== "")) {
    const key = /^\[(HKEY_LOCAL_MACHINE\\[^\]]+)\]$/.exec(line)?.[1];
    if (key !== undefined) {
      keys.set(key, (values = {}));
      continue;
    }
    const [, name, words, number, octets] = /^"([^"\\]+)"=(?:"((?:[^"\\]|\\["\\])*)"|dword:([0-9a-f]{8})|hex\(7\):((?:[0-9a-f]{2},)*[0-9a-f]{2}))$/.exec(line) ?? expect.unreachable(line);
    if (words !== undefined) values[name as string] = words.replace(/\\(.)/g, "$1");
    else if (number !== undefined) values[name as string] = parseInt(number, 16);
    else values[name as string] = JSON.parse(Buffer.from((octets as string).split(",").map((octet) => parseInt(octet, 16))).toString("utf16le").replaceAll("\0", "\n"));
  }
  return keys;
}

describe("the policy files of the documents", () => {
  const linux = JSON.parse(file("linux/mailseal.json")) as { ExtensionSettings: Record<string, { update_url: string }>; "3rdparty": { extensions: Record<string, Record<string, unknown>> } };
  const firefox = JSON.parse(file("firefox/policies.json")) as { policies: { ExtensionSettings: object; Preferences: object; "3rdparty": { Extensions: Record<string, Record<string, unknown>> } } };

  it("are what the two written by hand say, for every system", async () => {
    for (const [path, content] of files) await expect(content).toMatchFileSnapshot(new URL(path, folder).pathname);
  });

  it("name our extension, and settings that there are with values that can be read", () => {
    expect(Object.keys(linux.ExtensionSettings)).toEqual([id]);
    expect(Object.keys(linux["3rdparty"].extensions)).toEqual([id]);
    expect(Object.keys(firefox.policies.ExtensionSettings)).toEqual([OUR_EXTENSIONS.firefox]);
    for (const values of [linux["3rdparty"].extensions[id], firefox.policies["3rdparty"].Extensions[OUR_EXTENSIONS.firefox]]) {
      for (const [name, value] of Object.entries(values ?? {})) expect(settings[name as keyof typeof settings].parse(value), name).toEqual(value);
    }
  });

  it.each(["chrome", "edge"])("in the registry for %s force the extension and carry its settings", (browser) => {
    const root = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${browser === "chrome" ? "Google\\Chrome" : "Microsoft\\Edge"}`;
    const keys = readRegistry(file(`windows/${browser}.reg`));
    expect(Object.values(keys.get(`${root}\\ExtensionInstallForcelist`) ?? {})).toEqual([`${id};${linux.ExtensionSettings[id]?.update_url}`]);
    expect(keys.get(`${root}\\3rdparty\\extensions\\${id}\\policy`)).toEqual({ AlwaysSign: 1, AlwaysEncrypt: 1 });
    expect(keys.get(`${root}\\3rdparty\\extensions\\${id}\\policy\\WebmailOrigins`)).toEqual({ 1: "https://mail.example.org" });
  });

  it("in the registry for Firefox say what policies.json says", () => {
    const keys = readRegistry(file("windows/firefox.reg"));
    const root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Mozilla\\Firefox";
    expect(keys.get(root)).toEqual({ ExtensionSettings: firefox.policies.ExtensionSettings, Preferences: firefox.policies.Preferences });
    expect(keys.get(`${root}\\3rdparty\\Extensions`)).toEqual(firefox.policies["3rdparty"].Extensions);
  });

  it("for macOS are one profile with what the two files say", () => {
    const [whole] = parseXml(file("macos/mailseal.mobileconfig")).children;
    const profile = readPlist(whole as Element) as { PayloadType: string; PayloadContent: Record<string, unknown>[] };
    expect(profile.PayloadType).toBe("Configuration");
    const of = (type: string): Record<string, unknown> | undefined => profile.PayloadContent.find(({ PayloadType }) => PayloadType === type);
    for (const domain of ["com.google.Chrome", "com.microsoft.Edge"]) {
      expect(of(domain)).toMatchObject({ ExtensionSettings: linux.ExtensionSettings });
      expect(of(`${domain}.extensions.${id}`)).toMatchObject(linux["3rdparty"].extensions[id] ?? {});
    }
    expect(of("org.mozilla.firefox")).toMatchObject({ EnterprisePoliciesEnabled: true, ...firefox.policies });
    expect(new Set(profile.PayloadContent.map(({ PayloadUUID }) => PayloadUUID)).size).toBe(profile.PayloadContent.length);
  });

  it("for Group Policy have every setting in both browsers, and words for each", () => {
    const admx = parseXml(file("windows/mailseal.admx"));
    const adml = parseXml(file("windows/en-US/mailseal.adml"));
    const names = Object.keys((managedSchema() as { properties: object }).properties);
    expect(all(admx, "policy").map(({ attributes }) => attributes["name"])).toEqual(["Chrome", "Edge"].flatMap((place) => names.map((name) => `${place}_${name}`)));
    const said = new Set([...all(adml, "string").map(({ attributes }) => `string.${attributes["id"]}`), ...all(adml, "presentation").map(({ attributes }) => `presentation.${attributes["id"]}`)]);
    const asked = [...file("windows/mailseal.admx").matchAll(/\$\(([\w.]+)\)/g)].map(([, name]) => name as string);
    expect(asked.filter((name) => !said.has(name))).toEqual([]);
    const ids = new Set(["decimal", "text", "list"].flatMap((kind) => all(admx, kind)).map(({ attributes }) => attributes["id"]));
    for (const box of ["textBox", "decimalTextBox", "listBox"].flatMap((kind) => all(adml, kind))) expect(ids.has(box.attributes["refId"])).toBe(true);
  });

  it("name a package of one's own by its id and place everywhere", () => {
    const own = ownPolicyFiles(folder.pathname, { id: "a".repeat(32), base: "https://soft.example.net", xpi: "mailseal-9.9.xpi", schema: managedSchema() });
    for (const { path, bytes } of own) {
      const words = Buffer.from(bytes).toString("utf8");
      expect(words, path).not.toMatch(/bbigagk|updates\.example/);
      if (!path.includes("firefox") && !path.endsWith(".adml")) expect(words, path).toContain("a".repeat(32));
    }
  });
});

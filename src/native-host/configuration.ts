import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SmimeError } from "../base/errors.ts";
import { cardLimits, isModulePath } from "../protocol/card-messages.ts";
import { list, nullable, record, text } from "../protocol/shape.ts";
import type { Network } from "../retrieve/network.ts";

/** What decides where the configuration lies. */
export interface Machine {
  platform: NodeJS.Platform;
  home: string;
  environment: Record<string, string | undefined>;
}

/** The files that may configure the host, the machine's own before the user's: what the first one says holds. */
export function configurationFiles({ platform, home, environment }: Machine): string[] {
  switch (platform) {
    case "win32":
      return [`${environment["ProgramData"] ?? "C:\\ProgramData"}\\Mailseal\\host.json`, `${environment["APPDATA"] ?? `${home}\\AppData\\Roaming`}\\Mailseal\\host.json`];
    case "darwin":
      return ["/Library/Application Support/Mailseal/host.json", join(home, "Library/Application Support/Mailseal/host.json")];
    default:
      return ["/etc/mailseal/host.json", join(environment["XDG_CONFIG_HOME"] ?? join(home, ".config"), "mailseal/host.json")];
  }
}

const configuration = record({ proxy: nullable(text(300)), caFile: nullable(text(4096)), cardModules: nullable(list(text(1000), cardLimits.modules)) });
const KNOWN = ["proxy", "caFile", "cardModules"];

/** Which libraries of card software are loaded: `only` where the machine's own file names them, for a person's file adds to those of an administrator. */
export interface CardModules {
  listed: string[];
  only: boolean;
}

/**
 * Reads the configuration: `{ "proxy": "http://proxy.example:3128", "caFile": "/etc/ssl/inside.pem", "cardModules": ["/usr/lib/opensc-pkcs11.so"] }`,
 * each of them optional.
 * A file that cannot be understood is no reason to go past a proxy: throws `host.configuration`.
 * @param read answers null for a file that is not there
 */
export function readConfiguration(files: readonly string[], read: (path: string) => string | null = readOrNull): Network & { cards: CardModules } {
  const network: Network & { cards: CardModules } = { proxy: null, authorities: null, cards: { listed: [], only: false } };
  try {
    for (const path of [...files].reverse()) {
      const written = read(path);
      if (written === null) continue;
      const parsed: unknown = JSON.parse(written);
      const { proxy, caFile, cardModules } = configuration(parsed);
      if (Object.keys(parsed as object).some((name) => !KNOWN.includes(name))) throw new SmimeError("host.configuration");
      if (proxy !== null && !isProxy(proxy)) throw new SmimeError("host.configuration");
      if (proxy !== null) network.proxy = proxy;
      if (caFile !== null) network.authorities = authoritiesIn(read(caFile));
      if (cardModules !== null) network.cards = { listed: cardModules.every(isModulePath) ? cardModules : refuse(), only: path === files[0] };
    }
    return network;
  } catch (error) {
    throw new SmimeError("host.configuration", { cause: error });
  }
}

function refuse(): never {
  throw new SmimeError("host.configuration");
}

function isProxy(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && url.protocol === "http:" && url.hostname !== "" && url.username === "" && url.password === "" && url.pathname === "/" && url.search === "";
}

function authoritiesIn(pem: string | null): string {
  if (pem === null || !pem.includes("-----BEGIN CERTIFICATE-----")) throw new SmimeError("host.configuration");
  return pem;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

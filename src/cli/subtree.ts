import { SmimeError } from "../base/errors.ts";
import type { GeneralName } from "../pki/general-name.ts";
import { nameOfString } from "../pki/name-string.ts";
import { UsageError } from "./usage-error.ts";

/** Kinds by the names that OpenSSL's configuration has for them. */
const PREFIX = /^(email|dns|uri|ip|dirname):(.*)$/is;

/**
 * Reads a subtree of names: `email:example.org`, `email:.example.org`, `dns:…`, `uri:…`, `ip:10.0.0.0/8`, `dirName:O=Org,C=DE`.
 * Without a kind it is a distinguished name if it has an `=`, and else an address or a domain of addresses. Throws `UsageError`.
 */
export function readSubtree(text: string): GeneralName {
  const [, kind = text.includes("=") ? "dirname" : "email", base = text] = PREFIX.exec(text) ?? [];
  switch (kind.toLowerCase()) {
    case "dns":
      return { kind: "dns", text: base };
    case "uri":
      return { kind: "uri", text: base };
    case "ip":
      return { kind: "ip", octets: readRange(base) };
    case "dirname":
      try {
        return { kind: "directory", name: nameOfString(base) };
      } catch (error) {
        if (error instanceof SmimeError) throw new UsageError(`"${base}" is no distinguished name`);
        throw error;
      }
    default:
      return { kind: "rfc822", text: base };
  }
}

/** An address and, behind a slash, the length of its prefix; address and mask, as a certificate has them. */
function readRange(text: string): Uint8Array<ArrayBuffer> {
  const [address = "", prefix] = text.split("/");
  const octets = address.includes(":") ? readVersion6(address) : readVersion4(address);
  const bits = octets === null ? -1 : prefix === undefined ? octets.length * 8 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (octets === null || bits < 0 || bits > octets.length * 8) throw new UsageError(`"${text}" is no range of addresses`);
  const mask = octets.map((_, i) => 0xff & ~(0xff >> Math.min(Math.max(bits - i * 8, 0), 8)));
  return Uint8Array.from([...octets, ...mask]);
}

function readVersion4(text: string): number[] | null {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256) ? parts.map(Number) : null;
}

function readVersion6(text: string): number[] | null {
  const halves = text.split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = groups.flat();
  if (halves.length > 2 || !given.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) || (halves.length === 1 ? given.length !== 8 : given.length > 7)) return null;
  const whole = [...(groups[0] ?? []), ...Array<string>(8 - given.length).fill("0"), ...(groups[1] ?? [])];
  return whole.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}

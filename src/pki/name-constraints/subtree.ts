import type { Bytes } from "../../base/bytes.ts";
import type { GeneralName } from "../general-name.ts";
import { isWithin } from "../name.ts";
import { OID } from "../oids.ts";
import { addressPosition, readAddress, readAddressBase } from "./address.ts";
import { dnsPosition, readHost, readHostBase, readUriHost, uriPosition } from "./host.ts";
import type { Position, SubtreeUse } from "./position.ts";

/** A reader of names that reads each once: in hostile certificates thousands of names meet thousands of bases. */
function once<N extends object, V>(read: (name: N) => V): (name: N) => V {
  const known = new WeakMap<N, V>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const value = read(name);
    known.set(name, value);
    return value;
  };
}

type Named<K extends GeneralName["kind"]> = Extract<GeneralName, { kind: K }>;

const address = once((name: Named<"rfc822" | "smtp-utf8">) => readAddress(name.text, name.kind === "smtp-utf8"));
const addressBase = once((base: Named<"rfc822">) => readAddressBase(base.text));
const host = once((name: Named<"dns" | "uri">) => (name.kind === "dns" ? readHost(name.text) : readUriHost(name.text)));
const hostBase = once((base: Named<"dns" | "uri">) => readHostBase(base.text));

/** The type of an otherName, whether it is read here or not; null for names of other forms. */
function otherType(name: GeneralName): string | null {
  return name.kind === "other-name" ? name.type : name.kind === "smtp-utf8" ? OID.smtpUtf8Mailbox : null;
}

/** Tells whether a constraint speaks of a name's form at all; rfc822Name speaks of both kinds of addresses (RFC 9598 §6). */
export function sameForm(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "other") return base.kind === "other" && name.tag === base.tag;
  const type = otherType(name);
  if (type === null) return name.kind === base.kind;
  return otherType(base) !== null || (type === OID.smtpUtf8Mailbox && base.kind === "rfc822");
}

/** Tells where a name lies to a subtree's base of the same form. */
export function positionOf(name: GeneralName, base: GeneralName, use: SubtreeUse): Position {
  switch (name.kind) {
    case "rfc822":
      return base.kind === "rfc822" ? addressPosition(address(name), addressBase(base), use) : "doubt";
    case "smtp-utf8":
    case "other-name":
      if (base.kind === "rfc822") return name.kind === "smtp-utf8" ? addressPosition(address(name), addressBase(base), use) : "doubt";
      // Another type is another kind of name; of the same type nothing more can be said here.
      return otherType(base) === otherType(name) ? "doubt" : "outside";
    case "dns":
      return base.kind === "dns" ? dnsPosition(host(name), hostBase(base), use) : "doubt";
    case "uri":
      return base.kind === "uri" ? uriPosition(host(name), hostBase(base)) : "doubt";
    case "ip":
      return base.kind === "ip" ? ipPosition(name.octets, base.octets) : "doubt";
    case "directory":
      return base.kind === "directory" && isWithin(name.name, base.name) ? "inside" : "outside";
    case "registered-id":
    case "other":
      return "doubt";
  }
}

/** The two families are never compared, mapped addresses neither. */
function ipPosition(address: Bytes, base: Bytes): Position {
  const length = base.length / 2;
  if (address.length !== length) return "outside";
  return address.every((octet, i) => (octet & (base[length + i] as number)) === ((base[i] as number) & (base[length + i] as number))) ? "inside" : "outside";
}

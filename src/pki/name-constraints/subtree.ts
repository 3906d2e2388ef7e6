import type { Bytes } from "../../base/bytes.ts";
import type { GeneralName } from "../general-name.ts";
import { isWithin } from "../name.ts";
import { addressPosition } from "./address.ts";
import { dnsPosition, uriPosition } from "./host.ts";
import type { Position, SubtreeUse } from "./position.ts";

/** Tells whether a constraint speaks of a name's form at all; rfc822Name speaks of both kinds of addresses (RFC 9598 §6). */
export function sameForm(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "other") return base.kind === "other" && name.tag === base.tag;
  if (name.kind === "smtp-utf8") return base.kind === "rfc822" || base.kind === "smtp-utf8" || base.kind === "other-name";
  return name.kind === base.kind || (name.kind === "other-name" && base.kind === "smtp-utf8");
}

/** Tells where a name lies to a subtree's base of the same form. */
export function positionOf(name: GeneralName, base: GeneralName, use: SubtreeUse): Position {
  switch (name.kind) {
    case "rfc822":
    case "smtp-utf8":
      if (base.kind === "other-name") return "outside";
      return base.kind === "rfc822" ? addressPosition(name.text, base.text, name.kind === "smtp-utf8", use) : "doubt";
    case "dns":
      return base.kind === "dns" ? dnsPosition(name.text, base.text, use) : "doubt";
    case "uri":
      return base.kind === "uri" ? uriPosition(name.text, base.text) : "doubt";
    case "ip":
      return base.kind === "ip" ? ipPosition(name.octets, base.octets) : "doubt";
    case "directory":
      return base.kind === "directory" && isWithin(name.name, base.name) ? "inside" : "outside";
    case "other-name":
      // Another type is another kind of name; of the same type nothing more can be said here.
      return base.kind === "other-name" && base.type === name.type ? "doubt" : "outside";
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

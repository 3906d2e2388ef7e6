import { type Bytes, randomBytes } from "../../src/base/bytes.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import { type Engine, toAlice } from "./engine.ts";
import type { Work } from "./rounds.ts";
import { draftWith } from "./sample.ts";

/** Recipients of the one message. */
export const RECIPIENTS = 5000;

export const KEY_WRAP = "key wraps alone";

const TRANSPORT = { name: "RSA-OAEP", hash: "SHA-256" };

/** Octets of the attachment. */
const ATTACHED = 10_000;

/** The certificates that were joined. */
function separate(joined: Bytes, length: number): Bytes[] {
  return Array.from({ length: joined.length / length }, (_, i) => joined.slice(i * length, (i + 1) * length));
}

/** Ours: a small message, signed, and encrypted to everybody. */
export function sealToMany(engine: Engine, template: Bytes, joined: Bytes): Work {
  return () => {
    const recipients = separate(joined, template.length).map(toAlice);
    const draft = draftWith(randomBytes(ATTACHED));
    return () => engine.seal(draft, recipients);
  };
}

/** What cannot be done without: each public key imported, and the content key encrypted to it, one after the other. */
export function wrapToMany(template: Bytes, joined: Bytes): Work {
  return () => {
    const keys = separate(joined, template.length).map((der) => parseCertificate(der).spki);
    const contentKey = randomBytes(32);
    return async () => {
      for (const spki of keys) {
        const key = await crypto.subtle.importKey("spki", spki, TRANSPORT, false, ["encrypt"]);
        await crypto.subtle.encrypt(TRANSPORT, key, contentKey);
      }
    };
  };
}

import { encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { isProtected } from "../keys/protected-key.ts";
import type { WaitingFacts } from "../protocol/own-keys.ts";
import type { KeyUse } from "../protocol/page-requests.ts";
import type { Protection } from "../protocol/unlock.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";
import { readable } from "./certificate-reader.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { WaitingKey } from "./kept-waiting.ts";
import type { UnderProtection } from "./under-protection.ts";

/** What of a key's uses no identity of it can do yet, whether one certificate would allow all of them or each its own. */
export async function missingUses({ spki, use }: Pick<WaitingKey, "spki" | "use">, rules: (certificate: Bytes) => Promise<KeyRules>): Promise<KeyUse[]> {
  const wanted: readonly KeyUse[] = use === "both" ? ["sign", "encrypt"] : [use];
  const can = new Set<KeyUse>();
  for (const kept of await allIdentities()) {
    const [own] = readable([kept.certificate]);
    if (!own || !samePublicKey(own.spki, spki) || !(await isUsable(kept, rules))) continue;
    const { canSign, canDecrypt } = keyFacts(kept.key as KeptKey);
    if (canSign) can.add("sign");
    if (canDecrypt) can.add("encrypt");
  }
  return wanted.filter((each) => !can.has(each));
}

/** One that the organisation wants protected better opens and signs nothing as it is kept: its octets, which a protection could seal, wait. */
const isUsable = async ({ key, certificate }: Readonly<KeptIdentity>, rules: (certificate: Bytes) => Promise<KeyRules>): Promise<boolean> => isProtected(key) || isEnough("none", await rules(certificate));

/** What is told of a key that waits. */
export async function waitingFacts(key: WaitingKey, around: { kindOf: UnderProtection["kindOf"]; required: Protection; missing: KeyUse[] }): Promise<WaitingFacts> {
  const { id, group, kind, use, name, address, madeAt, spki, request, material } = key;
  const pem = request === null ? pemOf("PUBLIC KEY", spki) : pemOf("CERTIFICATE REQUEST", request);
  const protection = material.kind === "protected" ? await around.kindOf(material.key.vault) : "none";
  return { id, group, kind, use, name, address, madeAt, pem, missing: around.missing, protection, code: codeFor(material.kind, protection, around.required) };
}

/** Whether the organisation lets the key be used once its certificate is there, and what can be done if not. */
function codeFor(material: WaitingKey["material"]["kind"], protection: Protection, required: Protection): WaitingFacts["code"] {
  if (isEnough(protection, { required })) return "ok";
  if (required === "card") return "keys.card-only";
  return material === "octets" ? "keys.protect-first" : "keys.born-unprotected";
}

/** RFC 7468 §7 and §13. */
function pemOf(label: string, der: Bytes): string {
  return [`-----BEGIN ${label}-----`, ...(encodeBase64(der).match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ""].join("\n");
}

import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { chainOf } from "../keys/identity.ts";
import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { isProtected } from "../keys/protected-key.ts";
import { type Certificate, certificatesOf, parseCertificate } from "../pki/certificate.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";
import { allIntermediates } from "../store/intermediates.ts";
import { readable } from "./certificate-reader.ts";
import { type ComingKey, keepKey } from "./keep-key.ts";
import type { KeyBackups } from "./key-backups.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { PeopleService } from "./people-service.ts";
import type { WaitingKey, WaitingKeys } from "./waiting-keys.ts";

/** What of a file of certificates belonged to own keys. */
export interface Taken {
  kept: KeptIdentity[];
  /** Certificates for an address that a key waits for, with another public key than any that is here. */
  unfitting: Certificate[];
}

export interface IssuedCertificates {
  /** Joins the certificates of a file (one, PEM, DER, .p7b) with own keys: those that wait, and those that are here, which is a renewal. Throws `pki.malformed`. */
  takeIn(file: Bytes, origins: string[]): Promise<Taken>;
}

export function issuedCertificates(waiting: WaitingKeys, backups: KeyBackups, people: Pick<PeopleService, "keep">, rules: (certificate: Bytes) => Promise<KeyRules>, clock: Clock): IssuedCertificates {
  /** Whether a key opens and signs as it is kept. One that the organisation wants protected better is good for nothing: its octets, which a protection could seal, wait. */
  const isUsable = async ({ key, certificate }: KeptIdentity): Promise<boolean> => isProtected(key) || isEnough("none", await rules(certificate));

  async function join(certificate: Certificate, others: readonly Certificate[], origins: string[]): Promise<KeptIdentity | null> {
    const key = await waiting.fitting(certificate);
    const coming: ComingKey | null = key ? key.material : await renewed(certificate);
    if (!coming) return null;
    const kept = await keepKey({ key: coming, certificate: certificate.der, chain: chainOf(certificate, others), origins }, people, clock);
    if (!key) return kept;
    // A lost key that decrypts is lost mail. One that only signs is made anew, and nobody needs a copy of it.
    if (key.material.kind === "octets" && keyUsageAllows(certificate, "encrypt") && !isProtected(kept.key)) await backups.offer(kept.id, certificate.addresses, key.material.sealed);
    // What a certificate forbids is not in the identity that it makes: a later one, which allows it, finds it here alone.
    if (allowsAll(certificate, key) && (await isUsable(kept))) await waiting.remove(key.id);
    return kept;
  }

  return {
    async takeIn(file, origins) {
      const certificates = certificatesOf(file);
      const authorities = certificates.filter(({ basicConstraints }) => basicConstraints?.ca === true);
      const above = [...authorities, ...readable([...(await allIdentities()).flatMap(({ chain }) => chain), ...(await allIntermediates()).map(({ certificate }) => certificate)])];
      const taken: Taken = { kept: [], unfitting: [] };
      for (const certificate of certificates) {
        if (authorities.includes(certificate)) continue;
        const kept = await join(certificate, above, origins);
        if (kept) taken.kept.push(kept);
        else if (await waiting.expects(certificate.addresses)) taken.unfitting.push(certificate);
      }
      return taken;
    },
  };
}

/** Whether a key may do all that it was made for. */
export function allowsAll(certificate: Certificate, { use }: Pick<WaitingKey, "use">): boolean {
  const uses = use === "both" ? (["sign", "encrypt"] as const) : [use];
  return uses.every((each) => keyUsageAllows(certificate, each));
}

/**
 * The key of an identity that a certificate was issued for once more, without what it may not do any longer; null if none is here.
 * Of several forms it is the one that can do most of what the certificate allows: another may lack what its own one forbade.
 */
async function renewed(certificate: Certificate): Promise<ComingKey | null> {
  const own = (await allIdentities()).filter((each) => samePublicKey(parseCertificate(each.certificate).spki, certificate.spki));
  const forms = own.map((each) => within(each, certificate)).sort((a, b) => usesOf(b) - usesOf(a));
  return forms[0] ? { kind: "kept", key: forms[0] } : null;
}

function usesOf(key: KeptKey): number {
  const { canSign, canDecrypt } = keyFacts(key);
  return Number(canSign) + Number(canDecrypt);
}

/** What the new certificate's key usage forbids goes, as it is not imported from a file either. */
function within(own: Readonly<KeptIdentity>, certificate: Certificate): KeptKey {
  const key = own.key as KeptKey;
  const signs = keyUsageAllows(certificate, "sign");
  const decrypts = keyUsageAllows(certificate, "encrypt");
  switch (key.kind) {
    case "protected":
      return { ...key, sealedFor: key.sealedFor ?? own.id, facts: { ...key.facts, canSign: key.facts.canSign && signs, canDecrypt: key.facts.canDecrypt && decrypts } };
    case "rsa":
      return { ...key, ...(!signs && { signing: null, pss: null }), ...(!decrypts && { decryption: null }) };
    case "ec":
      return { ...key, ...(!signs && { signing: null }), ...(!decrypts && { agreement: null }) };
    case "ed25519":
      return signs ? key : { ...key, signing: null };
    case "x25519":
      return decrypts ? key : { ...key, agreement: null };
  }
}

import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { chainOf } from "../keys/identity.ts";
import type { KeptKey } from "../keys/kept-key.ts";
import { isProtected } from "../keys/protected-key.ts";
import type { KeyMaterial } from "../keys/generate-key.ts";
import { storeMaterial } from "../keys/store-material.ts";
import { type Certificate, certificatesOf } from "../pki/certificate.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { WantedProtection } from "../protocol/unlock.ts";
import { allIdentities, type KeptIdentity, replaceKeys } from "../store/identities.ts";
import { allIntermediates } from "../store/intermediates.ts";
import { readable } from "./certificate-reader.ts";
import { type ComingKey, keepKey } from "./keep-key.ts";
import { IN_VAULT, type KeyBackups, moved } from "./key-backups.ts";
import type { WaitingKey } from "./kept-waiting.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { PeopleService } from "./people-service.ts";
import { mergedForms } from "./merged-forms.ts";
import type { UnderProtection } from "./under-protection.ts";
import type { WaitingKeys } from "./waiting-keys.ts";

/** What of a file of certificates belonged to own keys. */
export interface Taken {
  kept: KeptIdentity[];
  /** Certificates for an address that a key waits for, with another public key than any that is here. */
  unfitting: Certificate[];
  /** Certificates of waiting keys that can never have the protection that the organisation asks for: nothing was made of them. */
  unprotectable: Certificate[];
}

export interface IssuedCertificates {
  /** Joins the certificates of a file (one, PEM, DER, .p7b) with own keys: those that wait, and those that are here, which is a renewal. Throws `pki.malformed`. */
  takeIn(file: Bytes, origins: string[]): Promise<Taken>;
  /** Puts keys that were made together without protection under one, with the identities that they have already. Throws as `WaitingKeys.protect`. */
  protect(group: string, protection: WantedProtection): Promise<void>;
}

export interface IssuedParts {
  waiting: WaitingKeys;
  backups: KeyBackups;
  protecting: Pick<UnderProtection, "undisturbed">;
  people: Pick<PeopleService, "keep">;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  clock: Clock;
}

export function issuedCertificates({ waiting, backups, protecting, people, rules, clock }: IssuedParts): IssuedCertificates {
  async function join(certificate: Certificate, others: readonly Certificate[], origins: string[]): Promise<KeptIdentity | "unprotectable" | null> {
    const refused = !isEnough("none", await rules(certificate.der));
    // A vault that got a new key between the reading of a sealed form and its writing would never open it again.
    const joined = await protecting.undisturbed(async () => {
      const key = await waiting.fitting(certificate);
      if (key?.material.kind === "born" && refused) return "unprotectable";
      const coming: ComingKey | null = key ? key.material : await renewed(certificate);
      return coming && { key, kept: await keepKey({ key: coming, certificate: certificate.der, chain: chainOf(certificate, others), origins }, people, clock) };
    });
    if (joined === null || joined === "unprotectable") return joined;
    const { key, kept } = joined;
    if (!key) return kept;
    // A lost key that decrypts is lost mail. One that only signs is made anew, and nobody needs a copy of it.
    if (keyUsageAllows(certificate, "encrypt")) await offer(kept, certificate, key.material);
    await waiting.settle(certificate);
    return kept;
  }

  /** What is under a vault needs no octets besides. */
  async function offer(kept: KeptIdentity, { addresses }: Certificate, material: KeyMaterial): Promise<void> {
    if (isProtected(kept.key)) await backups.offer(kept.id, addresses, IN_VAULT);
    else if (material.kind === "octets") await backups.offer(kept.id, addresses, material.sealed);
  }

  /** Gives identities of a key that came before it was protected the form that it has now. */
  async function adopt({ spki, material }: WaitingKey): Promise<void> {
    const forms = new Map<string, KeptKey>();
    for (const { id, key, certificate } of await allIdentities()) {
      const [parsed] = readable([certificate]);
      if (!isProtected(key) && parsed && samePublicKey(parsed.spki, spki)) forms.set(id, await storeMaterial(material, certificate));
    }
    await replaceKeys(forms, { "key-backups": (before) => moved(before, new Map([...forms.keys()].map((id) => [id, IN_VAULT]))) });
  }

  return {
    async protect(group, protection) {
      const adopted: WaitingKey[] = [];
      await waiting.protect(group, protection, async (key) => {
        await adopt(key);
        adopted.push(key);
      });
      for (const key of adopted) await waiting.settle(key);
    },

    async takeIn(file, origins) {
      const certificates = certificatesOf(file);
      const authorities = certificates.filter(({ basicConstraints }) => basicConstraints?.ca === true);
      const above = [...authorities, ...readable([...(await allIdentities()).flatMap(({ chain }) => chain), ...(await allIntermediates()).map(({ certificate }) => certificate)])];
      const taken: Taken = { kept: [], unfitting: [], unprotectable: [] };
      for (const certificate of certificates) {
        if (authorities.includes(certificate)) continue;
        const kept = await join(certificate, above, origins);
        if (kept === "unprotectable") taken.unprotectable.push(certificate);
        else if (kept) taken.kept.push(kept);
        else if (await waiting.expects(certificate.addresses)) taken.unfitting.push(certificate);
      }
      return taken;
    },
  };
}

/**
 * The key of an identity that a certificate was issued for once more, without what it may not do any longer; null if none is here.
 * What one of several forms lacks, because its own certificate forbade it, another may have.
 */
async function renewed(certificate: Certificate): Promise<ComingKey | null> {
  const own = (await allIdentities()).filter((each) => readable([each.certificate]).some(({ spki }) => samePublicKey(spki, certificate.spki)));
  const key = mergedForms(own.map((each) => within(each, certificate)));
  return key && { kind: "kept", key };
}

/** What the new certificate's key usage forbids goes, as it is not imported from a file either. */
function within(own: Readonly<KeptIdentity>, certificate: Certificate): KeptKey {
  const key = own.key as KeptKey;
  const signs = keyUsageAllows(certificate, "sign");
  const decrypts = keyUsageAllows(certificate, "encrypt");
  switch (key.kind) {
    case "protected":
      return { ...key, sealedFor: key.sealedFor ?? own.id, facts: { ...key.facts, canSign: key.facts.canSign && signs, canDecrypt: key.facts.canDecrypt && decrypts, canPss: key.facts.canPss && signs } };
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

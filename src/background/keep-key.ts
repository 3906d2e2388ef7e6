import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { KeyMaterial } from "../keys/generate-key.ts";
import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { isProtected } from "../keys/protected-key.ts";
import { storeMaterial } from "../keys/store-material.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import { allIdentities, allowIdentity, type KeptIdentity, putIdentity } from "../store/identities.ts";
import type { PeopleService } from "./people-service.ts";

/** A private key on its way to be kept: made here, or one that is kept already and has got another certificate. */
export type ComingKey = KeyMaterial | { kind: "kept"; key: KeptKey };

export interface NewIdentity {
  key: ComingKey;
  certificate: Bytes;
  /** Certificates above, DER. */
  chain: Bytes[];
  /** Webmails in which it may open and sign by itself. */
  origins: string[];
}

/**
 * The one place where a key becomes an identity that is kept. One that is here already stays as it is: how it is protected, and since
 * when it is here, was decided before. Throws `keys.algorithm`, `keys.weak`, `keys.wrong-use`, `pki.malformed`.
 */
export async function keepKey({ key, certificate, chain, origins }: NewIdentity, people: Pick<PeopleService, "keep">, clock: Clock): Promise<KeptIdentity> {
  const parsed = parseCertificate(certificate);
  // The certificate's fingerprint: the same file again makes no second identity.
  const id = await parsed.sha256();
  const before = (await allIdentities()).find((each) => each.id === id);
  const kept: KeptIdentity = before
    ? { ...before, origins: [...new Set([...before.origins, ...origins])] }
    : { id, certificate, chain, key: await formOf(key, certificate), origins, addedAt: clock().toISOString() };
  // What is here may have got a protection since it was read: it is not written back.
  if (before) await allowIdentity(id, origins);
  else await putIdentity(kept);
  // One's own copy in Sent is encrypted to oneself, found as everybody's certificates are: never to a key that could not open it.
  if (usableFor(parsed, "encrypt") && keyFacts(kept.key as KeptKey).canDecrypt) await people.keep(parsed, chain, "own");
  return kept;
}

function formOf(key: ComingKey, certificate: Bytes): Promise<KeptKey> {
  switch (key.kind) {
    case "kept":
      return Promise.resolve(isProtected(key.key) ? key.key : { ...key.key, certificate });
    default:
      return storeMaterial(key, certificate);
  }
}

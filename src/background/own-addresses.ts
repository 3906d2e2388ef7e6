import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { canonicalAddress, sameAddress } from "../mime/addresses.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { AddressUse, KeyUse, OwnAddress } from "../protocol/page-requests.ts";
import type { KeptIdentity } from "../store/identities.ts";
import { eachIdentity } from "./each-identity.ts";
import type { KeyChoice, KeyChoices } from "./key-choices.ts";
import { chosenFor, inOrder, isFor, keysFor, type Usable } from "./own-keys.ts";

const USES: Record<KeyUse, "canSign" | "canDecrypt"> = { sign: "canSign", encrypt: "canDecrypt" };

/** The addresses that own certificates name, each with the keys that can do something for it, and which one does: what `signingFor` would say. */
export async function ownAddresses(identities: readonly Readonly<KeptIdentity>[], choices: Pick<KeyChoices, "all" | "mayChoose">, now: Date): Promise<OwnAddress[]> {
  const chosen = await choices.all();
  const keys = inOrder(eachIdentity(identities, (kept) => opened(kept, chosen, now)));
  const addresses = new Map(keys.flatMap(({ addresses: named }) => named.map((address) => [canonicalAddress(address), address] as const)));
  return Promise.all([...addresses.values()].map(async (address) => ({ address, uses: usesOf(keys, address, await choices.mayChoose(address)) })));
}

function opened({ id, certificate, key }: KeptIdentity, chosen: readonly KeyChoice[], now: Date): Usable & { addresses: string[]; notAfter: Date } {
  const { addresses, notAfter } = parseCertificate(certificate);
  return { id, key: { certificate, ...keyFacts(key as KeptKey) }, addresses, notAfter, ended: notAfter < now, chosenFor: chosenFor({ id, notAfter }, chosen, now) };
}

function usesOf(keys: readonly Usable[], address: string, mayChoose: boolean): OwnAddress["uses"] {
  const used = keysFor(keys, address);
  const use = (name: KeyUse): AddressUse => {
    const able = keys.filter((key) => key.key[USES[name]] && isFor(key, address));
    const chosen = able.find((key) => key.chosenFor?.some((choice) => choice.use === name && sameAddress(choice.address, address)));
    return { able: able.map(({ id }) => id), used: used[name]?.id ?? null, chosen: chosen?.id ?? null, locked: name === "sign" && !mayChoose };
  };
  return { sign: use("sign"), encrypt: use("encrypt") };
}

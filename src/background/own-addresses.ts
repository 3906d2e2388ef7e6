import type { Bytes } from "../base/bytes.ts";
import type { KeyFacts } from "../keys/protected-key.ts";
import { canonicalAddress, sameAddress } from "../mime/addresses.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Refused } from "../protocol/identities.ts";
import type { AddressUse, KeyUse, OwnAddress } from "../protocol/page-requests.ts";
import type { KeyChoice, KeyChoices } from "./key-choices.ts";
import { chosenFor, inOrder, isFor, keysFor, type Usable } from "./own-keys.ts";

const USES: Record<KeyUse, "canSign" | "canDecrypt"> = { sign: "canSign", encrypt: "canDecrypt" };

/** What is told of an own key, in the browser or on a card, without opening it. */
export interface OwnKeyFacts {
  id: string;
  certificate: Bytes;
  facts: Pick<KeyFacts, "canSign" | "canDecrypt">;
  hardware: boolean;
  /** Why it may not be used; null if it may. */
  refused: Refused | null;
}

/** The addresses that own certificates name, each with the keys that can do something for it, and which one does: what `signingFor` would say. */
export async function ownAddresses(own: readonly OwnKeyFacts[], choices: Pick<KeyChoices, "all" | "mayChoose">, now: Date): Promise<OwnAddress[]> {
  const chosen = await choices.all();
  const keys = inOrder(own.map((each) => described(each, chosen, now)));
  const addresses = new Map(keys.flatMap(({ addresses: named }) => named.map((address) => [canonicalAddress(address), address] as const)));
  return Promise.all([...addresses.values()].map(async (address) => ({ address, uses: usesOf(keys, address, await choices.mayChoose(address)) })));
}

function described({ id, certificate, facts, hardware, refused }: OwnKeyFacts, chosen: readonly KeyChoice[], now: Date): Usable & { addresses: string[]; notAfter: Date; hardware: boolean } {
  const { addresses, notAfter } = parseCertificate(certificate);
  return { id, key: { certificate, ...facts }, addresses, notAfter, hardware, refused, ended: notAfter < now, chosenFor: chosenFor({ id, notAfter }, chosen, now) };
}

function usesOf(keys: readonly Usable[], address: string, mayChoose: boolean): OwnAddress["uses"] {
  const used = keysFor(keys, address);
  const use = (name: KeyUse): AddressUse => {
    const able = keys.filter((key) => key.key[USES[name]] && isFor(key, address));
    const chosen = able.find((key) => key.chosenFor?.some((choice) => choice.use === name && sameAddress(choice.address, address)));
    // One that may not be used is used for nothing, even where there is no other.
    const now = used[name]?.refused ? null : used[name];
    return { able: able.map(({ id }) => id), used: now?.id ?? null, chosen: chosen?.id ?? null, locked: name === "sign" && !mayChoose };
  };
  return { sign: use("sign"), encrypt: use("encrypt") };
}

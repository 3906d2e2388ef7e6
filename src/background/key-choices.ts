import { canonicalAddress, sameAddress } from "../mime/addresses.ts";
import type { KeyUse } from "../protocol/page-requests.ts";
import type { PolicyService } from "./policy-service.ts";

/** Which key the user wants for an address and a use, by the name of its identity. */
export interface KeyChoice {
  /** As `canonicalAddress` writes it. */
  address: string;
  use: KeyUse;
  id: string;
}

/**
 * The user's choices among several own keys of one address. A choice is a wish: it removes no key, and where it names none that
 * is here and can be used, what holds without it holds (`keysFor`).
 */
export interface KeyChoices {
  /** Those that count now: where the organisation does not let people choose what signs, such choices are kept and do not. */
  all(): Promise<KeyChoice[]>;
  /** Whether the user may choose what signs for an address (`AllowUserChoiceOfSigningCertificate`). */
  mayChoose(address: string): Promise<boolean>;
  /** @param id null takes the choice back */
  set(address: string, use: KeyUse, id: string | null): Promise<void>;
  /** A key is gone: whoever imports it again begins anew. */
  forget(id: string): Promise<void>;
}

export interface KeyChoicesParts {
  read: () => Promise<unknown>;
  write: (choices: KeyChoice[]) => Promise<void>;
  policy: Pick<PolicyService, "current">;
}

/** Choices that are kept; an address has two at most, and whoever has more addresses than this chooses no further. */
export const MOST_CHOICES = 400;

export function keyChoices({ read, write, policy }: KeyChoicesParts): KeyChoices {
  const kept = async (): Promise<KeyChoice[]> => {
    const value = await read();
    return Array.isArray(value) ? value.filter(isChoice).slice(0, MOST_CHOICES) : [];
  };
  // The address decides whose rules hold: its owner vouches for it in whatever webmail it is used.
  const mayChoose = async (address: string): Promise<boolean> => (await policy.current({ address, from: address })).values.AllowUserChoiceOfSigningCertificate;
  return {
    mayChoose,
    async all() {
      const choices = await kept();
      const allowed = await Promise.all(choices.map(async ({ address, use }) => use === "encrypt" || (await mayChoose(address))));
      return choices.filter((_, index) => allowed[index]);
    },
    async set(address, use, id) {
      const others = (await kept()).filter((choice) => choice.use !== use || !sameAddress(choice.address, address));
      await write(id === null ? others : [{ address: canonicalAddress(address), use, id }, ...others].slice(0, MOST_CHOICES));
    },
    async forget(id) {
      await write((await kept()).filter((choice) => choice.id !== id));
    },
  };
}

function isChoice(value: unknown): value is KeyChoice {
  if (typeof value !== "object" || value === null) return false;
  const { address, use, id } = value as Record<string, unknown>;
  return typeof address === "string" && (use === "sign" || use === "encrypt") && typeof id === "string";
}

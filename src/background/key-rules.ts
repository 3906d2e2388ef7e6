import type { Bytes } from "../base/bytes.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Policy } from "../policy/effective.ts";
import type { Protection } from "../protocol/unlock.ts";
import type { PolicyService } from "./policy-service.ts";

/** The least first. */
const PROTECTIONS: readonly Protection[] = ["none", "passphrase", "security-key", "card"];

/** What the organisation asks of a key. */
export interface KeyRules {
  /** The least protection that it must have (`RequireKeyProtection`, `SmartCardOnly`). */
  required: Protection;
  /** The most minutes that it stays unlocked (`KeyUnlockMinutes`), 0 for one message each time; null where the organisation says nothing. */
  longest: number | null;
}

/** Where nobody asks for anything. */
export const NO_RULES: KeyRules = { required: "none", longest: null };

/** Where nobody says how long, minutes. */
export const USUAL_MINUTES = 480;

/** Whether a protection is enough. */
export const isEnough = (protection: Protection, { required }: Pick<KeyRules, "required">): boolean => PROTECTIONS.indexOf(protection) >= PROTECTIONS.indexOf(required);

/** Minutes that the unlock window offers; null is for as long as the browser runs. */
const OFFERED = [15, 60, 240, USUAL_MINUTES];

/** What a person may choose from; nothing where each message asks. */
export function lifetimes({ longest }: Pick<KeyRules, "longest">): (number | null)[] {
  if (longest === null) return [...OFFERED, null];
  if (longest === 0) return [];
  return [...OFFERED.filter((minutes) => minutes < longest), longest];
}

/** The strictest of what is asked for each address of a certificate: its owner answers for them in whatever webmail it is used. */
export function keyRules(policy: Pick<PolicyService, "current">): (certificate: Bytes) => Promise<KeyRules> {
  return async (certificate) => {
    const { addresses } = parseCertificate(certificate);
    const all = await Promise.all(addresses.length === 0 ? [policy.current()] : addresses.map((address) => policy.current({ address, from: address })));
    return strictest(all.map(rulesOf));
  };
}

/** What a policy says of keys. */
export function rulesOf({ values, locked }: Pick<Policy, "values" | "locked">): KeyRules {
  return { required: values.SmartCardOnly ? "card" : values.RequireKeyProtection, longest: locked.includes("KeyUnlockMinutes") ? values.KeyUnlockMinutes : null };
}

/** The strictest rules of several. */

export function strictest(rules: readonly KeyRules[]): KeyRules {
  return rules.reduce((a, b) => ({
    required: isEnough(a.required, b) ? a.required : b.required,
    longest: a.longest === null ? b.longest : b.longest === null ? a.longest : Math.min(a.longest, b.longest),
  }));
}

import { parseCertificate } from "../pki/certificate.ts";
import type { Bytes } from "../base/bytes.ts";
import type { PolicyService } from "./policy-service.ts";

/** What a key in the browser can be protected by, the least first. */
export const PROTECTIONS = ["none", "passphrase", "security-key", "card"] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** What the organisation asks of a key. */
export interface KeyRules {
  /** The least protection that it must have (`RequireKeyProtection`). */
  required: Protection;
  /** The most minutes that it stays unlocked (`KeyUnlockMinutes`), 0 for one message each time; null where the organisation says nothing. */
  longest: number | null;
}

/** Where nobody says how long, minutes. */
export const USUAL_MINUTES = 480;

/** Whether a protection is enough. */
export const isEnough = (protection: Protection, { required }: Pick<KeyRules, "required">): boolean => PROTECTIONS.indexOf(protection) >= PROTECTIONS.indexOf(required);

/** The strictest of what is asked for each address of a certificate: its owner answers for them in whatever webmail it is used. */
export function keyRules(policy: Pick<PolicyService, "current">): (certificate: Bytes) => Promise<KeyRules> {
  return async (certificate) => {
    const { addresses } = parseCertificate(certificate);
    const all = await Promise.all(addresses.length === 0 ? [policy.current()] : addresses.map((address) => policy.current({ address, from: address })));
    return strictest(all.map(({ values, locked }) => ({ required: values.RequireKeyProtection, longest: locked.includes("KeyUnlockMinutes") ? values.KeyUnlockMinutes : null })));
  };
}

function strictest(rules: readonly KeyRules[]): KeyRules {
  return rules.reduce((a, b) => ({
    required: isEnough(a.required, b) ? a.required : b.required,
    longest: a.longest === null ? b.longest : b.longest === null ? a.longest : Math.min(a.longest, b.longest),
  }));
}

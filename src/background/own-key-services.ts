import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { allIdentities } from "../store/identities.ts";
import { putVaults } from "../store/key-vaults.ts";
import { passedOverNames } from "../store/reading.ts";
import { changeSetting, putSetting, setting } from "../store/settings.ts";
import type { CardService } from "./card-service.ts";
import { endings } from "./endings.ts";
import { identityService } from "./identity-service.ts";
import { issuedCertificates } from "./issued-certificates.ts";
import { keyBackups } from "./key-backups.ts";
import type { KeyChoices } from "./key-choices.ts";
import type { KeyLocks } from "./key-locks.ts";
import type { KeyRules } from "./key-rules.ts";
import type { KeyVaults, KeyVaultsParts } from "./key-vaults.ts";
import { unreadWaiting, vaultsOfWaiting, waitingInVaults, withForms } from "./kept-waiting.ts";
import type { PeopleService } from "./people-service.ts";
import type { PolicyService } from "./policy-service.ts";
import type { SecurityKeys } from "./security-keys.ts";
import type { TrustService } from "./trust-service.ts";
import { underProtection } from "./under-protection.ts";
import { waitingKeys } from "./waiting-keys.ts";

export interface OwnKeyParts {
  trust: TrustService;
  people: PeopleService;
  choices: KeyChoices;
  policy: PolicyService;
  vaults: KeyVaults;
  locks: KeyLocks;
  authenticators: SecurityKeys;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  onCards: CardService["identities"];
  clock: Clock;
}

/** Names of the vaults in which keys lie that wait for their certificates. */
export const waitingIn = async (): Promise<string[]> => vaultsOfWaiting(await setting("waiting-keys"));

/** Whether keys are kept that could not be read. */
const keysUnread = async (): Promise<boolean> => {
  await allIdentities();
  return passedOverNames("identities").length > 0 || unreadWaiting(await setting("waiting-keys")).length > 0;
};

/** Where all that lies in vaults is kept, and how it changes with them. */
export const vaultContents: Pick<KeyVaultsParts, "keys" | "unreadable" | "write"> = {
  unreadable: keysUnread,
  keys: async () => [...(await allIdentities()), ...waitingInVaults(await setting("waiting-keys"))],
  write: (vaults, keys) => putVaults(vaults, keys, (before) => withForms(before, keys ?? new Map())),
};

/** Puts together what makes, imports, joins, protects and backs up own keys. */
export function ownKeyServices({ trust, people, choices, policy, vaults, locks, authenticators, rules, onCards, clock }: OwnKeyParts) {
  const protecting = underProtection({ vaults, authenticators, waitingIn, unreadable: keysUnread });
  const backups = keyBackups({ read: () => setting("key-backups"), change: (change) => changeSetting("key-backups", change), policy, protecting });
  const waiting = waitingKeys({ read: () => setting("waiting-keys"), change: (change) => changeSetting("waiting-keys", change), policy, rules, protecting, clock });
  return {
    backups,
    waiting,
    identities: identityService(trust, people, choices, { locks, vaults, protecting, backups, waiting, rules, cards: onCards }, clock),
    issued: issuedCertificates({ waiting, backups, protecting, people, rules, clock }),
    endings: endings({ read: () => setting("endings-put-off"), write: (all) => putSetting("endings-put-off", all), onCards, clock }),
  };
}

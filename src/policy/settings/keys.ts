import { choice, flag, number } from "../setting-kinds.ts";

/** How keys are kept and used. */
export const keySettings = {
  SmartCardOnly: flag(
    { meaning: "Only keys on smart cards sign and decrypt.", shows: "Keys in the browser are not used.", example: true, awaits: "keys" },
    { otherwise: false, failClosed: true },
  ),
  RequireKeyProtection: choice(
    {
      meaning: "The least protection that a key must have: `none`, `passphrase`, `security-key` or `card`, each satisfied by those after it. The addresses in a key's certificate say whose rule it is.",
      shows: "Set-up allows nothing less; a key that has less signs and opens nothing, and the options page says how to mend it.",
      example: "passphrase",
    },
    ["none", "passphrase", "security-key", "card"],
    { otherwise: "none", failClosed: "card" },
  ),
  AllowKeyExport: flag(
    { meaning: "People may save their encryption keys in a file with a password.", shows: "False: \"Back up…\" is locked on the page of own keys, and no copy for it is kept.", example: false },
    { otherwise: true, failClosed: false },
  ),
  KeyUnlockMinutes: number(
    {
      meaning: "The most minutes that a key stays unlocked; 0 asks for each message. Where it is not set, people choose, and may leave keys unlocked until they close the browser. The addresses in a key's certificate say whose rule it is.",
      shows: "The unlock window offers nothing longer.",
      example: 60,
    },
    { least: 0, most: 1440, otherwise: 480, failClosed: 0 },
  ),
  EncryptTemporaryBuffers: flag(
    { meaning: "What must touch the disk for a while is encrypted with a key that lives in memory only.", shows: "Nothing.", example: true, awaits: "keys" },
    { otherwise: true, failClosed: true },
  ),
} as const;

import { choice, flag, number } from "../setting-kinds.ts";

/** How keys are kept and used. */
export const keySettings = {
  SmartCardOnly: flag(
    { meaning: "Only keys on smart cards sign and decrypt.", shows: "Keys in the browser are not used.", example: true, awaits: "keys" },
    { otherwise: false, failClosed: true },
  ),
  RequireKeyProtection: choice(
    { meaning: "The least protection that a key in the browser must have.", shows: "Set-up asks for it, and a key without it is not used.", example: "passphrase", awaits: "keys" },
    ["none", "passphrase", "security-key", "card"],
    { otherwise: "none", failClosed: "card" },
  ),
  AllowKeyExport: flag(
    { meaning: "People may save their encryption keys in a file with a password.", shows: "False: the button is locked.", example: false, awaits: "keys" },
    { otherwise: true, failClosed: false },
  ),
  KeyUnlockMinutes: number(
    { meaning: "Minutes after which an unlocked key is locked again; 0 asks each time.", shows: "The unlock window says how long.", example: 60, awaits: "keys" },
    { least: 0, most: 1440, otherwise: 480, failClosed: 0 },
  ),
  EncryptTemporaryBuffers: flag(
    { meaning: "What must touch the disk for a while is encrypted with a key that lives in memory only.", shows: "Nothing.", example: true, awaits: "keys" },
    { otherwise: true, failClosed: true },
  ),
} as const;

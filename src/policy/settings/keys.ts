import { isModulePath } from "../../protocol/card-messages.ts";
import { choice, flag, number, text, textList } from "../setting-kinds.ts";
import { isRelyingParty } from "../setting-values.ts";

/** How keys are kept and used. */
export const keySettings = {
  SmartCardOnly: flag(
    { meaning: "Only keys on smart cards sign and decrypt.", shows: "Keys in the browser are not used, for reading either.", example: true },
    { otherwise: false, failClosed: true },
  ),
  CardModules: textList(
    {
      meaning: "The PKCS#11 libraries of smart cards, by their absolute paths on the machines. Mailseal's host loads those that only an administrator can have put there, or that its own configuration names.",
      shows: "The options list them; people cannot take them away.",
      example: ["/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"],
    },
    isModulePath,
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
  WebAuthnRelyingParty: text(
    {
      meaning: "The domain in whose name Firefox asks security keys to protect keys: one of yours that hosts nothing, for example `keys.example.org`. Never a webmail's domain, nor one above or below it, because its pages could ask the same security keys: such a domain is not used. Chromium needs none and ignores it.",
      shows: "Firefox offers protection by a security key, and each person allows the domain once.",
      example: "keys.example.org",
    },
    isRelyingParty,
  ),
  PurgeAnswersAtLogout: flag(
    {
      meaning: "When somebody signs out of a webmail, and when the browser starts, what others told goes too: their certificates, revocation answers, what directories said, certificates of authorities that were fetched. Imported revocation lists and everything that a person decided stay.",
      shows: "The options page says what goes when one signs out.",
      example: true,
    },
    { otherwise: false, failClosed: true },
  ),
  EncryptTemporaryBuffers: flag(
    {
      meaning: "Drafts on this computer are encrypted to their author, whose key opens them, which under a protection lies in memory only while it is unlocked. False: this computer's own key seals them, which lies in the browser's profile; that is quicker with large attachments.",
      shows: "True: a draft that is offered opens when the key is unlocked.",
      example: true,
    },
    { otherwise: true, failClosed: true },
  ),
} as const;

import { algorithmRemarks, DEFAULT_ALGORITHMS, FAIL_CLOSED_ALGORITHMS, readAlgorithms, type WrittenCipher } from "../encryption-algorithms.ts";
import { flag, number, type Setting } from "../setting-kinds.ts";
import { flagRemarks, KNOWN_BITS, MOST_FLAGS } from "../security-flags.ts";
import { DEFAULT_DIGEST, digestRemarks, readDigest, type SigningDigest } from "../signing-algorithm.ts";

/** What is made of a message that is sent. */
export const sendingSettings = {
  AlwaysSign: flag(
    { meaning: "Every message must be signed.", shows: "The composer's signature is on and locked, and so is the default on the options page; the webmail's own Send is stopped.", example: true },
    { otherwise: false, failClosed: true },
  ),
  AlwaysEncrypt: flag(
    {
      meaning:
        "Every message must be encrypted. The one message that goes in the clear is the signed note that asks somebody for a certificate: its words are fixed, and nothing of the message that waits is in it.",
      shows: "Encryption is on and locked; people without a certificate are left out, asked for one, or the message is not sent.",
      example: true,
    },
    { otherwise: false, failClosed: true },
  ),
  ComposeInOwnWindow: flag(
    {
      meaning:
        "Mailseal's composer opens in a window of its own and never inside the webmail's page, which could imitate it and collect what is typed there. What the webmail's own composer may still be used for is decided by `AlwaysEncrypt` and `AlwaysSign`.",
      shows: "New, Reply, Forward and addresses that lead to Mailseal's composer open the window; the option for it is on and locked.",
      example: true,
    },
    { otherwise: false, failClosed: true },
  ),
  ClearSign: flag(
    { meaning: "Signed messages stay readable for programs without S/MIME; false makes them opaque, which gateways cannot alter unnoticed by accident.", shows: "Nothing.", example: false },
    { otherwise: true, failClosed: true },
  ),
  TripleWrap: flag({ meaning: "Messages that are signed and encrypted are signed once more outside.", shows: "Nothing.", example: true }, { otherwise: false, failClosed: false }),
  SecurityFlags: {
    ...number(
      {
        meaning: `Choices as one number, the sum of: ${KNOWN_BITS.map(({ bit, says }) => `${bit} ${says}`).join("; ")}. A setting that is named by itself goes before its bit.`,
        shows: "As the settings that it stands for.",
        example: 0x042,
      },
      { least: 0, most: MOST_FLAGS, otherwise: 0, failClosed: 0 },
    ),
    remarks: flagRemarks,
  } satisfies Setting<number>,
  IncludeCertificateChainWithoutRootCertificate: flag(
    { meaning: "The certificates of the authorities between the signer and the root go along with a signature.", shows: "Nothing; without them some programs cannot verify.", example: true },
    { otherwise: true, failClosed: true },
  ),
  IncludeCertificateChainAndRootCertificate: flag(
    { meaning: "The root goes along as well; it goes before the setting without the root.", shows: "Nothing.", example: true },
    { otherwise: false, failClosed: false },
  ),
  SignedEmailCertificateInclusion: flag(
    { meaning: "A signer's certificate for encryption goes along, where it is another than that which signs. False: the signing one alone.", shows: "Nothing; false means that others cannot answer encrypted from the signature alone.", example: false },
    { otherwise: true, failClosed: true },
  ),
  BCCEncryptedEmailForking: number(
    {
      meaning:
        "Encrypted messages to Bcc recipients: 0 one message for each of them, 1 one for all of them together, 2 one message for everybody. An encrypted message names those it is encrypted to: with 1 Bcc recipients can find out about each other, with 2 everybody about them.",
      shows: "With 1 and 2 the composer warns as soon as there is somebody to be found out about.",
      example: 0,
    },
    { least: 0, most: 2, otherwise: 0, failClosed: 0 },
  ),
  ProtectHeaders: flag(
    {
      meaning: "Subject, people and date are protected inside the signature and the encryption (RFC 9788). False leaves them outside alone, where anybody on the way reads and changes them.",
      shows: "False: the composer says that the subject is not encrypted.",
      example: true,
    },
    { otherwise: true, failClosed: true },
  ),
  HideNamesAndTimeZone: flag(
    { meaning: "Encrypted messages hide people's names and the author's time zone outside as well as the subject (hcp_shy of RFC 9788).", shows: "Nothing.", example: true },
    { otherwise: false, failClosed: true },
  ),
  EncryptionAlgorithms: {
    meaning:
      "Ciphers for messages, the preferred one first, with semicolons between: `AES256-GCM`, `AES192-GCM`, `AES128-GCM`, `6610` or `AES256-CBC`, `660F` or `AES192-CBC`, `660E` or `AES128-CBC`. AES-192 is slower than the others in Chromium, which has none of its own, and stands in no list unless it is named. GCM is used where every recipient has announced it. A recipient who can read none of them counts as one without a certificate. DES, RC2 and 3DES may stand in the list and are not used for sending. A provider behind a comma is ignored.",
    shows: "The options page names what was refused, and why.",
    example: "AES256-GCM;6610",
    kind: "text",
    schema: { type: "string" },
    default: DEFAULT_ALGORITHMS,
    failClosed: FAIL_CLOSED_ALGORITHMS,
    parse: readAlgorithms,
    remarks: algorithmRemarks,
  } satisfies Setting<WrittenCipher[]>,
  DefaultSigningAlgorithm: {
    meaning: "Digest of signatures: `800C` SHA-256, `800D` SHA-384, `800E` SHA-512, or these names. A key that wants a certain one (Ed25519: SHA-512) keeps it. MD5 (`8003`) and SHA-1 (`8004`) are refused, SHA-256 takes their place.",
    shows: "The options page names what was refused.",
    example: "800D",
    kind: "text",
    schema: { type: "string" },
    default: DEFAULT_DIGEST,
    failClosed: DEFAULT_DIGEST,
    parse: readDigest,
    remarks: digestRemarks,
  } satisfies Setting<SigningDigest>,
  UseKeyIdentifier: flag(
    {
      meaning: "Recipients and signers are named by the subject key identifier of their certificates instead of by issuer and serial number; certificates without one are named as before. GnuPG's `gpgsm` reads neither.",
      shows: "Nothing.",
      example: true,
    },
    { otherwise: false, failClosed: false },
  ),
  SignWithRsaPss: flag(
    {
      meaning: "RSA keys sign with RSASSA-PSS instead of PKCS#1 v1.5, which older programs cannot verify. A key that was imported before this setting existed signs as before until it is imported again.",
      shows: "Nothing.",
      example: true,
    },
    { otherwise: false, failClosed: false },
  ),
  NoSignOnReply: flag(
    { meaning: "A reply to a signed message is not signed for that reason alone; false: it is signed where there is a key.", shows: "The composer's signature, on or off.", example: false },
    { otherwise: true, failClosed: false },
  ),
  AllowUserChoiceOfSigningCertificate: flag(
    { meaning: "Whoever has several certificates for an address chooses which one signs; false: the newest does.", shows: "The choice on the options page, or its reason to be locked.", example: false },
    { otherwise: true, failClosed: false },
  ),
} as const;

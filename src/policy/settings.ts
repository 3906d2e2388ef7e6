/**
 * Every setting that an organisation can manage: one table, from which the types, the defaults and the schema that
 * Chromium asks for all derive. Names are those of the system that Mailseal succeeds, where it had the setting.
 */
export interface Setting<T> {
  description: string;
  /** JSON Schema of the value as the browser's policy files carry it. */
  schema: { type: "boolean" } | { type: "array"; items: { type: "string" } };
  default: T;
  /** What holds when the organisation set something that cannot be read: never less protection than any readable value. */
  failClosed: T;
  parse(value: unknown): T | undefined;
}

const flag = (description: string, defaultValue: boolean, failClosed: boolean): Setting<boolean> => ({
  description,
  schema: { type: "boolean" },
  default: defaultValue,
  failClosed,
  parse: (value) => (typeof value === "boolean" ? value : undefined),
});

const MAX_LIST = 1000;

const textList = (description: string, valid: (text: string) => boolean): Setting<string[]> => ({
  description,
  schema: { type: "array", items: { type: "string" } },
  default: [],
  failClosed: [],
  // One unreadable entry does not take the others away: an administrator's list of anchors grows by hand.
  parse: (value) =>
    Array.isArray(value) ? value.slice(0, MAX_LIST).filter((item): item is string => typeof item === "string" && valid(item)) : undefined,
});

/** Tells whether text is a web origin and nothing more, for example `https://mail.example.org`. */
export function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    // A star is a host name to the URL parser and every host to a match pattern.
    return (url.protocol === "https:" || url.protocol === "http:") && url.origin === text && !url.hostname.includes("*");
  } catch {
    return false;
  }
}

export const settings = {
  TrustAnchors: textList(
    "Certificates of authorities to trust for mail, each as PEM text.",
    (text) => text.includes("-----BEGIN CERTIFICATE-----"),
  ),
  WebmailOrigins: textList("Origins of webmails where Mailseal works, for example https://mail.example.org.", isOrigin),
  AlwaysSign: flag("Every message must be signed.", false, true),
  AlwaysEncrypt: flag("Every message must be encrypted.", false, true),
  ClearSign: flag("Signed messages stay readable for programs without S/MIME; false makes them opaque.", true, true),
  HideNamesAndTimeZone: flag(
    "Encrypted messages hide people's names and the author's time zone outside as well as the subject (hcp_shy of RFC 9788).",
    false,
    true,
  ),
  UseKeyIdentifier: flag(
    "Recipients and signers are named by the subject key identifier of their certificates instead of by issuer and serial number.",
    false,
    false,
  ),
  SignWithRsaPss: flag("RSA keys sign with RSASSA-PSS instead of PKCS#1 v1.5, which older programs cannot verify.", false, false),
  TripleWrap: flag("Messages that are signed and encrypted are signed once more outside.", false, false),
} as const;

export type SettingName = keyof typeof settings;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The values of all settings. */
export type Settings = { -readonly [N in SettingName]: ValueOf<(typeof settings)[N]> };

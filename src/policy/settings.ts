import { readDirectoryPlace } from "./directory-place.ts";
import { flag, forbiddingList, number, objectList, type Setting, text, textList } from "./setting-kinds.ts";
import { isAuthorityLimit, isDomainLimit, isFingerprint, isHost, isHttpsAddress, isOrigin, isPem } from "./setting-values.ts";

/** Where an unreadable list forbids: everything. */
export const EVERYTHING = "*";

/**
 * Every setting that an organisation can manage: one table, from which the types, the defaults and the schema that
 * Chromium asks for all derive. Names are those of the system that Mailseal succeeds, where it had the setting.
 */
export const settings = {
  TrustAnchors: textList("Certificates of authorities to trust for mail, each as PEM text.", isPem("CERTIFICATE")),
  UseShippedAnchors: flag("The authorities that Mozilla trusts for mail are trusted too.", true, false),
  Intermediates: textList("Certificates of authorities that complete paths and are trusted for nothing, each as PEM text.", isPem("CERTIFICATE")),
  DistrustedCertificates: forbiddingList("SHA-256 fingerprints of certificates that no path may contain.", isFingerprint, [EVERYTHING]),
  AuthorityDomains: forbiddingList("Limits a trusted authority to mail domains: its SHA-256 fingerprint, then the domains, with spaces between.", isAuthorityLimit, [EVERYTHING]),
  DomainAuthorities: forbiddingList("Limits a mail domain to certificates under named authorities: the domain, then their SHA-256 fingerprints, with spaces between.", isDomainLimit, [EVERYTHING]),
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
  CheckCRL: flag("A message is not sent while the revocation of a certificate that it needs could not be checked; false warns and sends.", false, true),
  DisableCRLCheck: flag("Revocation is not checked at all.", false, false),
  RevocationURLRetrievalTimeout: number("Milliseconds for one retrieval of a revocation list or answer.", { least: 5000, most: 600_000, otherwise: 60_000, failClosed: 60_000 }),
  CertURLRetrievalTimeout: number("Milliseconds for all retrievals that checking one certificate needs; 0 uses only what is kept already.", { least: 0, most: 600_000, otherwise: 60_000, failClosed: 60_000 }),
  RevocationHosts: textList("Hosts inside the own network that may be asked for revocation lists, answers and certificates of authorities.", isHost),
  RevocationRelay: text("An HTTPS service of the organisation that fetches revocation lists, answers and certificates of authorities for the browser.", isHttpsAddress),
  RevocationLists: textList("Revocation lists that are at hand without fetching, each as PEM text.", isPem("X509 CRL")),
  FetchIssuers: flag("Missing certificates of authorities are fetched from where a certificate says they are.", true, false),
  IssuerHosts: textList("Hosts that may be asked for a missing certificate of an authority without the user's click.", isHost),
  Directories: objectList(
    "Directories where people's certificates and the members of lists are looked for: an LDAP address with the place where the search begins, for example ldaps://ldap.example.org/dc=example,dc=org, or an HTTPS store (RFC 4387).",
    {
      url: { type: "string" },
      startTls: { type: "boolean" },
      loginName: { type: "string" },
      password: { type: "string" },
      memberAttributes: { type: "array", items: { type: "string" } },
    },
    readDirectoryPlace,
  ),
  DirectoryCopy: flag("A copy of what the LDAP directories say is kept, renewed daily, and used while one cannot be reached.", false, false),
  DLExpansionTimeout: number("Milliseconds for finding the members of one list; 0 sends no encrypted mail to lists, 2147483647 sets no limit.", { least: 0, most: 2_147_483_647, otherwise: 60_000, failClosed: 0 }),
  CertMatchingDoNotUseProxies: flag("A person's other addresses in the directory are not tried when a certificate is looked for.", false, true),
  RecipientLimit: number("The most people that certificates are looked for in one message.", { least: 1, most: 5000, otherwise: 5000, failClosed: 5000 }),
} as const;

export type SettingName = keyof typeof settings;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The values of all settings. */
export type Settings = { -readonly [N in SettingName]: ValueOf<(typeof settings)[N]> };

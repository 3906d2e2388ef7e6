import { flag, forbiddingList, number, textList } from "../setting-kinds.ts";
import { EVERYTHING, isAuthorityLimit, isDomainLimit, isFingerprint, isPem } from "../setting-values.ts";

/** Whose certificates count, and for whom. */
export const trustSettings = {
  TrustAnchors: textList(
    {
      meaning: "Certificates of authorities to trust for mail, each as PEM text.",
      shows: "They stand among the authorities of the Certificates page, marked as set by the organisation.",
      example: ["-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----"],
    },
    isPem("CERTIFICATE"),
  ),
  UseShippedAnchors: flag(
    { meaning: "The authorities that Mozilla trusts for mail are trusted too.", shows: "False: mail under public authorities is from an unknown authority.", example: false },
    { otherwise: true, failClosed: false },
  ),
  Intermediates: textList(
    {
      meaning: "Certificates of authorities that complete paths and are trusted for nothing, each as PEM text.",
      shows: "Nothing; mail whose sender left his authority's certificate out is verified all the same.",
      example: ["-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----"],
    },
    isPem("CERTIFICATE"),
  ),
  DistrustedCertificates: forbiddingList(
    {
      meaning: "SHA-256 fingerprints of certificates that no path may contain.",
      shows: "Such a certificate is distrusted by the organisation, and the details say so.",
      example: ["AB:CD:…"],
    },
    isFingerprint,
    [EVERYTHING],
  ),
  AuthorityDomains: forbiddingList(
    {
      meaning:
        "Limits a trusted authority to mail domains: its SHA-256 fingerprint, then the domains, with spaces between. A leading dot is everything below the domain, without it the domain alone counts.",
      shows: "A certificate of the authority for another domain is not verified; the details give this reason.",
      example: ["AB:CD:… partner.example .partner.example"],
    },
    isAuthorityLimit,
    [EVERYTHING],
  ),
  DomainAuthorities: forbiddingList(
    {
      meaning: "Limits a mail domain to certificates under named authorities: the domain, then their SHA-256 fingerprints, with spaces between.",
      shows: "Other certificates for the domain are neither verified nor encrypted to; the details give this reason.",
      example: ["example.org AB:CD:…"],
    },
    isDomainLimit,
    [EVERYTHING],
  ),
  MinimumRsaBits: number(
    {
      meaning: "RSA keys of fewer bits are refused, in certificates of people and of authorities. Nothing is encrypted to one of fewer than 2048 bits, whatever is set.",
      shows: "Such a certificate is too weak; a recipient with no other has none.",
      example: 3072,
    },
    { least: 1024, most: 16_384, otherwise: 2048, failClosed: 4096 },
  ),
  MinimumEcBits: number(
    {
      meaning: "Elliptic curves of fewer bits are refused, in certificates of people and of authorities. Ed25519 and X25519 count as 256.",
      shows: "As for MinimumRsaBits.",
      example: 384,
    },
    { least: 256, most: 521, otherwise: 256, failClosed: 521 },
  ),
} as const;

import { flag, number, text, textList } from "../setting-kinds.ts";
import { isHost, isHttpsAddress, isPem } from "../setting-values.ts";

/** How revocation is asked, and what follows where nobody answers. */
export const revocationSettings = {
  CheckCRL: flag(
    {
      meaning: "A message is not sent while the revocation of a certificate that it needs could not be checked; false warns and sends.",
      shows: "True: Send is refused and names the people; false: a question names them.",
      example: true,
    },
    { otherwise: false, failClosed: true },
  ),
  DisableCRLCheck: flag(
    { meaning: "Revocation is not checked at all. The last resort where nothing can be reached.", shows: "Details say that revocation is switched off.", example: false },
    { otherwise: false, failClosed: false },
  ),
  RevocationURLRetrievalTimeout: number(
    { meaning: "Milliseconds for one retrieval of a revocation list or answer.", shows: "After that time it could not be checked.", example: 10_000 },
    { least: 5000, most: 600_000, otherwise: 60_000, failClosed: 60_000 },
  ),
  CertURLRetrievalTimeout: number(
    { meaning: "Milliseconds for all retrievals that checking one certificate needs; 0 uses only what is kept already.", shows: "After that time it could not be checked.", example: 20_000 },
    { least: 0, most: 600_000, otherwise: 60_000, failClosed: 60_000 },
  ),
  RevocationHosts: textList(
    {
      meaning: "Hosts inside the own network that may be asked for revocation lists, answers and certificates of authorities, without a port.",
      shows: "Nothing; without it such addresses could not be checked.",
      example: ["crl.example.org"],
    },
    isHost,
  ),
  RevocationRelay: text(
    {
      meaning: "An HTTPS service of the organisation that fetches revocation lists, answers and certificates of authorities for the browser.",
      shows: "Options and details say that the organisation's service fetches.",
      example: "https://relay.example.org/mailseal",
    },
    isHttpsAddress,
  ),
  RevocationLists: textList(
    { meaning: "Revocation lists that are at hand without fetching, each as PEM text.", shows: "Nothing.", example: ["-----BEGIN X509 CRL-----\nMIIB…\n-----END X509 CRL-----"] },
    isPem("X509 CRL"),
  ),
  FetchIssuers: flag(
    { meaning: "Missing certificates of authorities are fetched from where a certificate says they are.", shows: "False: the reader offers no button to fetch them.", example: false },
    { otherwise: true, failClosed: false },
  ),
  IssuerHosts: textList(
    { meaning: "Hosts that may be asked for a missing certificate of an authority without the user's click.", shows: "Nothing; without it a button names the host.", example: ["ca.example.org"] },
    isHost,
  ),
} as const;

import type { Case } from "./case.ts";
import { boringsslBuilderCases } from "./boringssl-builder.ts";
import { boringsslChainCases } from "./boringssl-chains.ts";
import { boringsslConstraintCases, boringsslNameCases } from "./boringssl-names.ts";
import { boringsslParseCases, boringsslSignatureCases } from "./boringssl-parts.ts";
import { limboCases } from "./limbo.ts";
import { opensslCases } from "./openssl.ts";
import { pkitsCases } from "./pkits.ts";
import { pycaCases } from "./pyca.ts";
import { boringsslRevocationCases, opensslOcspCases, pycaRevocationCases } from "./revocation.ts";

/** Somebody else's collection of certificates with the results that it expects. */
export interface Collection {
  title: string;
  /** How its cases are put to us. */
  how: string;
  cases: () => Case[];
}

export const collections: Collection[] = [
  {
    title: "NIST PKITS 1.0.1",
    how: "Each path with its settings, for any purpose. The policies of a valid path are compared too. Every certificate needs an answer of its CRLs.",
    cases: pkitsCases,
  },
  {
    title: "BoringSSL and Chromium, pki/testdata",
    how: "Trust settings are given as the terms of an anchor, TLS purposes as the extended key usage; RSA of 1024 bits is let through where the collection does. Expectations are the collection's own, for names and constraints those of its unit tests.",
    cases: () => [
      ...boringsslChainCases(),
      ...boringsslBuilderCases(),
      ...boringsslConstraintCases(),
      ...boringsslNameCases(),
      ...boringsslParseCases(),
      ...boringsslSignatureCases(),
      ...boringsslRevocationCases(),
    ],
  },
  {
    title: "C2SP x509-limbo",
    how: "The name of the TLS server is not put to us. Cases under `rfc5280` are validated with the strict input (`--strict`), which holds issuers to what RFC 5280 asks of them.",
    cases: limboCases,
  },
  {
    title: "OpenSSL, 25-test_verify.t and 80-test_ocsp.t",
    how: "Options become inputs; the security levels become sizes of RSA keys and refused digests. SHA-1 under OCSP answers is let through.",
    cases: () => [...opensslCases(), ...opensslOcspCases()],
  },
  {
    title: "pyca/cryptography, x509 vectors",
    how: "Each certificate, list and answer is read. The library's own tests say which must be refused.",
    cases: () => [...pycaCases(), ...pycaRevocationCases()],
  },
];

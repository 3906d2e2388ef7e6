import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../../src/base/errors.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { corpora } from "../support/corpora.ts";
import { type Case, type Decisions, decided } from "./case.ts";
import { pemBlocks } from "./pem.ts";

/** Certificates that the library's tests refuse, or refuse a part of that we read too. */
const REFUSED = new Set([
  "badasn1time.pem",
  "empty-eku.pem",
  "inhibit_any_policy_negative.pem",
  "invalid_version.pem",
  "long-form-name-attribute.pem",
  "malformed-san.pem",
  "mismatch_inner_outer_sig_algorithm.der",
  "nc_invalid_ip4_netmask.der",
  "nc_invalid_ip_netmask.pem",
  "nc_ip_invalid_length.pem",
  "rsa_pss_cert_invalid_mgf.der",
  "rsa_pss_cert_no_sig_params.der",
  "rsa_pss_cert_unsupported_mgf_hash.der",
  "two_basic_constraints.pem",
  "utf8-dnsname.pem",
]);

const DECISIONS: Decisions = [
  [/^v1_cert/, "pki.malformed", "its two fields for the algorithm differ; the library reads it, x509-limbo asks to refuse such"],
];

const PRECERTIFICATE = "cryptography-scts-tbs-precert.der";

/** Certificates of the pyca/cryptography tests. */
export function pycaCases(): Case[] {
  return ["custom", "misc"].flatMap((folder) =>
    readdirSync(join(corpora, "pyca-x509", folder))
      .filter((file) => /\.(pem|der)$/.test(file) && !/^crl_|_crl\./.test(file))
      .map((file): Case => {
        const raw = new Uint8Array(readFileSync(join(corpora, "pyca-x509", folder, file)));
        const ders = file.endsWith(".der") ? [raw] : pemBlocks(Buffer.from(raw).toString("latin1").replaceAll("\r", ""), "CERTIFICATE", "X509 CERTIFICATE");
        return {
          group: folder,
          name: file,
          expected: REFUSED.has(file) ? "invalid" : "valid",
          notApplicable: file === PRECERTIFICATE ? "no certificate, but the part of one that a log signs" : undefined,
          otherwise: decided(DECISIONS, file),
          run: () => {
            try {
              return { code: ders.map(parseCertificate).length > 0 ? "ok" : "pki.malformed" };
            } catch (error) {
              return { code: codeOf(error) };
            }
          },
        };
      }),
  );
}

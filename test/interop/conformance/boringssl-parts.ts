import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../../../src/base/bytes.ts";
import { SmimeError, codeOf } from "../../../src/base/errors.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { DerReader, TAG, readSingle } from "../../../src/pki/der-reader.ts";
import { derBitString, derElement, derOctetString, derOid, derSequence } from "../../../src/pki/der.ts";
import { readExtensions } from "../../../src/pki/extensions.ts";
import { OID } from "../../../src/pki/oids.ts";
import { breaksProfile } from "../../../src/pki/profile.ts";
import { verifyWithKey } from "../../../src/pki/verify-signature.ts";
import { corpora } from "../support/corpora.ts";
import { type Case, type Decisions, type Said, decided } from "./case.ts";
import { pemBlocks } from "./pem.ts";

const folder = join(corpora, "boringssl-pki");

/** Extensions that a file holds alone, by the label of its block. */
const VALUES: Record<string, string> = {
  "BASIC CONSTRAINTS": OID.basicConstraints,
  "KEY USAGE": OID.keyUsage,
  "EKU": OID.extendedKeyUsage,
  "POLICIES": OID.certificatePolicies,
  "CERTIFICATE POLICIES": OID.certificatePolicies,
  "POLICY CONSTRAINTS": OID.policyConstraints,
  "INHIBIT ANY POLICY": OID.inhibitAnyPolicy,
  "NAME CONSTRAINTS": OID.nameConstraints,
  "SUBJECT ALTERNATIVE NAME": OID.subjectAltName,
  "AUTHORITY_KEY_IDENTIFIER": OID.authorityKeyIdentifier,
};

/** Tells what the reader makes of something: `ok` or its code. */
function saying(read: () => unknown): Said {
  try {
    read();
    return { code: "ok" };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** Reads an extension's value as a certificate's one extension. */
export function readValue(oid: string, value: Bytes, critical = false) {
  const parts = critical ? [derElement(TAG.boolean, Uint8Array.of(0xff))] : [];
  return readExtensions(new DerReader(derSequence(derOid(oid), ...parts, derOctetString(value))));
}

/** A certificate around a TBSCertificate; the signature is none. */
function certificateAround(tbs: Bytes): Bytes {
  const fields = new DerReader(readSingle(tbs, TAG.sequence).content);
  fields.optional(0xa0);
  fields.next(TAG.integer);
  return derSequence(tbs, fields.next(TAG.sequence).raw, derBitString(new Uint8Array(8)));
}

function readBlocks(text: string): () => unknown {
  const [certificate] = pemBlocks(text, "CERTIFICATE");
  if (certificate) return () => {
    if (breaksProfile(parseCertificate(certificate))) throw new SmimeError("pki.profile");
  };
  const [tbs] = pemBlocks(text, "TBS CERTIFICATE");
  if (tbs) return () => parseCertificate(certificateAround(tbs));
  const [extension] = pemBlocks(text, "EXTENSION");
  if (extension) return () => readExtensions(new DerReader(extension));
  for (const [label, oid] of Object.entries(VALUES)) {
    const [value] = pemBlocks(text, label);
    if (value) return () => readValue(oid, value);
  }
  return () => {
    throw new Error(`no block that is known: ${/-----BEGIN ([^-]+)/.exec(text)?.[1] ?? "none"}`);
  };
}

/** Files of fields that are no certificate's, for a reader of one layer alone. */
const SKELETONS = /^cert_skeleton|^tbs_v[123]_?(extensions|issuer|no_opt|all_opt)|^tbs_v1\.|^tbs_validity_(both|generalized|utc)/;

const PARSE_DECISIONS: Decisions = [
  [/^(failed_signature_algorithm|signature_algorithm_null)/, "pki.malformed", "BoringSSL reads it and refuses it later; we refuse it at once"],
  [/^basic_constraints_pathlen_256/, "ok", "a limit of BoringSSL's; RFC 5280 has none"],
  [/^extension_critical_0/, "ok", "an explicit FALSE is read, as real authorities wrote it"],
  [/^(issuer_bad_printable_string|subject_not_printable_string|subject_not_ascii)/, "ok", "read, as real authorities wrote such names; characters outside ASCII compare by octet alone"],
  [/^subjectaltname_general_names_empty/, "ok", "an empty list of names is read as none, as one of OpenSSL's cases has it"],
  [/^serial_not_minimal/, "ok", "read as the number it is, as real authorities padded serials"],
];

/** Certificates and extensions that must be read or refused. */
export function boringsslParseCases(): Case[] {
  const files = (sub: string) => readdirSync(join(folder, sub)).filter((file) => file.endsWith(".pem")).map((file) => [sub, file] as const);
  return [...files("parse-certificate"), ...files("parse-certificate/authority_key_identifier"), ...files("certificate-policies")].map(([sub, file]) => {
    const text = readFileSync(join(folder, sub, file), "latin1");
    const invalid = /^ERROR:/m.test(text) || INVALID_BY_NAME.has(file) || file.startsWith("invalid-");
    return {
      group: sub,
      name: file.replace(".pem", ""),
      expected: invalid ? "invalid" : "valid",
      notApplicable: SKELETONS.test(file) ? "a skeleton: names, key or times in it are none, and we read all at once" : undefined,
      otherwise: decided(PARSE_DECISIONS, file),
      run: () => saying(readBlocks(text)),
    };
  });
}

/** Files of authority_key_identifier that say what is wrong in their names. */
const INVALID_BY_NAME = new Set([
  "extra_contents_after_extension_sequence.pem",
  "extra_contents_after_issuer_and_serial.pem",
  "invalid_contents.pem",
  "invalid_issuer.pem",
  "invalid_key_identifier.pem",
  "invalid_serial.pem",
  "issuer_only.pem",
  "serial_only.pem",
]);

/** Signatures that hold; all others of the folder must not. */
const GOOD_SIGNATURES = new Set([
  "ecdsa-prime256v1-sha512",
  "ecdsa-secp384r1-sha256",
  "mldsa-44",
  "mldsa-65",
  "mldsa-87",
  "rsa-pkcs1-sha1",
  "rsa-pkcs1-sha256",
  "rsa-pss-sha256",
  "rsa-pss-sha256-using-pss-key-with-params",
  "rsa2048-pkcs1-sha512",
]);

const SIGNATURE_DECISIONS: Decisions = [
  [/^mldsa-\d\d$/, "pki.algorithm", "ML-DSA is not supported"],
  [/^rsa-pkcs1-sha1-key-params-absent$/, "ok", "read as if NULL stood there; the key is the same"],
];

/** Keys, algorithms, signatures and data one by one. */
export function boringsslSignatureCases(): Case[] {
  return readdirSync(join(folder, "verify-signed-data")).filter((file) => file.endsWith(".pem")).map((file): Case => {
    const text = readFileSync(join(folder, "verify-signed-data", file), "latin1");
    const name = file.replace(".pem", "");
    const block = (label: string): Bytes => pemBlocks(text, label)[0] ?? new Uint8Array();
    return {
      group: "verify-signed-data",
      name,
      expected: GOOD_SIGNATURES.has(name) ? "valid" : "invalid",
      otherwise: decided(SIGNATURE_DECISIONS, name),
      run: async () => {
        try {
          const signature = readSingle(block("SIGNATURE"), TAG.bitString).content;
          if (signature[0] !== 0) return { code: "pki.malformed" };
          const verdict = await verifyWithKey(block("PUBLIC KEY"), parseAlgorithm(block("ALGORITHM")), block("DATA"), signature.subarray(1));
          return { code: verdict === "valid" ? "ok" : verdict === "broken" ? "pki.signature" : "pki.algorithm" };
        } catch (error) {
          return { code: codeOf(error) };
        }
      },
    };
  });
}

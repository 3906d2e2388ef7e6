import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PathInputs } from "../../../src/pki/path-inputs.ts";
import { corpora } from "../support/corpora.ts";
import type { Case, Decision } from "./case.ts";
import { judge, pemBlocks, readable } from "./pem.ts";

interface OpensslTest {
  cert: string;
  purpose: string;
  trusted: string[];
  untrusted: string[];
  options: string[];
  expected: "ok" | "fail";
  description: string;
}

const KEY_PURPOSES: Record<string, string | undefined> = { sslserver: "1.3.6.1.5.5.7.3.1", sslclient: "1.3.6.1.5.5.7.3.2", codesign: "1.3.6.1.5.5.7.3.3", timestampsign: "1.3.6.1.5.5.7.3.8" };

/** Certificates with settings of OpenSSL's own "trusted certificate" format around them. */
const TRUST_SETTINGS = /[+-](serverAuth|clientAuth|anyEKU)$|-md5-any$/;

const DECISIONS: [(test: OpensslTest) => boolean, Decision][] = [
  [({ purpose, description }) => /^(codesign|timestampsign)$/.test(purpose) && /not critical|without critical|with (additional )?(serverAuth|anyExtendedKeyUsage|cRLSign|keyCertSign)/.test(description), { code: "ok", why: "the extended key usage alone is asked for; the rest of what OpenSSL asks of the signers of programs and times is none of mail" }],
  [({ options, expected }) => options.includes("-allow_proxy_certs") && expected === "ok", { code: "pki.not-a-ca", why: "proxy certificates (RFC 3820) are none of mail: an end entity issues nothing" }],
  [({ cert, untrusted, expected }) => expected === "ok" && [cert, ...untrusted].some((name) => name.endsWith("-md5")), { code: "pki.algorithm", why: "MD5 is not computed here at all" }],
  [({ cert }) => cert.includes("-sha3-"), { code: "pki.algorithm", why: "the SHA-3 family is not in WebCrypto" }],
  [({ cert }) => ["badcn1-cert", "badalt6-cert", "badalt7-cert"].includes(cert), { code: "ok", why: "a common name is no DNS name to a mail program" }],
  [({ cert }) => cert === "root-cert-rsa2", { code: "pki.algorithm", why: "the key algorithm id-ea-rsa of 1988 is not supported, as BoringSSL's tests demand" }],
  [({ trusted }) => trusted.includes("bad-othername-namec-inter"), { code: "pki.untrusted", why: "its excludedSubtrees is empty, which RFC 5280 forbids and BoringSSL's tests refuse: the authority's certificate cannot be read" }],
  [({ trusted, expected }) => expected === "fail" && trusted.includes("cca-cert") && trusted.includes("root-cert"), { code: "ok", why: "OpenSSL does not look past a trusted intermediate; we find the path that holds" }],
  [({ cert, trusted, options }) => cert === "ee-ed25519" && trusted.includes(cert) && options.length === 0, { code: "ok", why: "a trusted end entity is trusted itself here; OpenSSL asks for -partial_chain" }],
];

function option(options: readonly string[], name: string): string | undefined {
  const at = options.indexOf(name);
  return at < 0 ? undefined : options[at + 1];
}

function inputsOf({ options, purpose }: OpensslTest): PathInputs {
  const level = option(options, "-auth_level");
  const time = option(options, "-attime");
  const depth = option(options, "-verify_depth");
  const policy = option(options, "-policy");
  return {
    at: time === undefined ? new Date("2026-08-01T00:00:00Z") : new Date(Number(time) * 1000),
    purpose: "any",
    keyPurpose: KEY_PURPOSES[purpose],
    maxDepth: depth === undefined ? undefined : Number(depth),
    strict: options.includes("-x509_strict"),
    policies: policy === undefined ? undefined : [policy],
    requireExplicitPolicy: options.includes("-explicit_policy"),
    // OpenSSL's security levels are bits of strength.
    algorithms: { minRsaBits: { "0": 0, "2": 2048, "3": 3072 }[level ?? "1"] ?? 1024, minEcBits: 160, refusedDigests: level === "0" ? [] : ["md5", "sha1"] },
  };
}

/** OpenSSL's `verify` tests over test/certs. */
export function opensslCases(): Case[] {
  const folder = join(corpora, "openssl/certs");
  const facts = JSON.parse(readFileSync(join(folder, "expected-verify.json"), "utf8")) as { tests: OpensslTest[] };
  const ders = (name: string) => {
    const path = join(folder, `${name}.pem`);
    return existsSync(path) ? pemBlocks(readFileSync(path, "latin1"), "CERTIFICATE", "TRUSTED CERTIFICATE").map(withoutTrust) : [];
  };
  return facts.tests.map((test, number) => {
    const trusted = test.trusted.flatMap((name) => readable(ders(name)));
    // Without -partial_chain only self-signed certificates end a path; what else is trusted merely helps to build one.
    const anchors = test.options.includes("-partial_chain") ? trusted : trusted.filter((certificate) => certificate.subject.rfc4514 === certificate.issuer.rfc4514);
    return {
      group: "verify",
      name: `${number + 1} ${test.description}`,
      expected: test.expected === "ok" ? "valid" : "invalid",
      notApplicable: [...test.trusted, ...test.untrusted].some((name) => TRUST_SETTINGS.test(name)) ? "settings of OpenSSL's own \"trusted certificate\" format" : undefined,
      otherwise: DECISIONS.find(([asks]) => asks(test))?.[1],
      run: () => judge(ders(test.cert)[0], { ...inputsOf(test), anchors, others: [...trusted, ...test.untrusted.flatMap((name) => readable(ders(name)))] }),
    };
  });
}

/** OpenSSL's own "trusted certificate" has its settings behind the certificate. */
function withoutTrust(der: Uint8Array): Uint8Array {
  if (der[0] !== 0x30 || der[1] !== 0x82) return der;
  return der.subarray(0, 4 + (((der[2] as number) << 8) | (der[3] as number)));
}

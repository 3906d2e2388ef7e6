import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corpora } from "../support/corpora.ts";
import type { Case } from "./case.ts";
import { judge, readable } from "./pem.ts";

interface PkitsTest {
  number: string;
  subpart: number | null;
  name: string;
  certs: string[];
  crls: string[];
  settings: { initialPolicySet: string[]; initialExplicitPolicy: boolean; initialPolicyMappingInhibit: boolean; initialInhibitAnyPolicy: boolean };
  expected: "valid" | "invalid";
  expectedUserConstrainedPolicySet: string[];
}

const SECTIONS: Record<string, string> = {
  "4.1": "Signature verification",
  "4.2": "Validity periods",
  "4.3": "Name chaining",
  "4.4": "Basic revocation",
  "4.5": "Self-issued certificates",
  "4.6": "Basic constraints",
  "4.7": "Key usage",
  "4.8": "Certificate policies",
  "4.9": "Require explicit policy",
  "4.10": "Policy mappings",
  "4.11": "Inhibit policy mapping",
  "4.12": "Inhibit any policy",
  "4.13": "Name constraints",
  "4.14": "Distribution points",
  "4.15": "Delta CRLs",
  "4.16": "Private certificate extensions",
};

/** Paths whose signatures are DSA's. */
const DSA = new Set(["4.1.4", "4.1.5"]);

/** NIST's Public Key Interoperability Test Suite. */
export function pkitsCases(): Case[] {
  const read = (...path: string[]) => readFileSync(join(corpora, "pkits", ...path));
  const facts = JSON.parse(read("expected.json").toString("utf8")) as { validationTime: string; policyOids: Record<string, string>; tests: PkitsTest[] };
  const oids = (names: readonly string[]): string[] => names.map((name) => facts.policyOids[name] ?? name);
  const at = new Date(facts.validationTime);
  return facts.tests.map((test) => {
    const section = test.number.split(".").slice(0, 2).join(".");
    const files = test.certs.map((name) => read("certs", `${name}.crt`));
    const { settings } = test;
    return {
      group: `${section} ${SECTIONS[section] ?? ""}`,
      name: `${test.number}${test.subpart === null ? "" : ` (${test.subpart})`} ${test.name}`,
      expected: test.expected,
      otherwise: DSA.has(test.number) ? { code: "pki.algorithm", why: "DSA is not supported: no mail program signs with it any more, and WebCrypto does not have it" } : undefined,
      run: () =>
        judge(
          files.at(-1),
          {
            anchors: readable(files.slice(0, 1)),
            others: readable(files.slice(1, -1)),
            at,
            purpose: "any",
            policies: oids(settings.initialPolicySet),
            requireExplicitPolicy: settings.initialExplicitPolicy,
            inhibitPolicyMapping: settings.initialPolicyMappingInhibit,
            inhibitAnyPolicy: settings.initialInhibitAnyPolicy,
          },
          oids(test.expectedUserConstrainedPolicySet),
          test.crls.map((name) => new Uint8Array(read("crls", `${name}.crl`))),
        ),
    };
  });
}

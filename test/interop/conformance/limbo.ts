import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corpora } from "../support/corpora.ts";
import type { Case } from "./case.ts";
import { judge, pemBlocks, readable } from "./pem.ts";

interface LimboCase {
  id: string;
  trusted_certs: string[];
  untrusted_intermediates: string[];
  peer_certificate: string;
  validation_kind: "SERVER" | "CLIENT";
  validation_time: string | null;
  extended_key_usage: string[];
  expected_result: "SUCCESS" | "FAILURE";
  max_chain_depth: number | null;
  crls: string[];
  features: string[] | null;
}

const KEY_PURPOSES: Record<string, string> = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" };

const HOST = "turns on the name of a TLS server";
const WEB = "a rule of the Web PKI for TLS servers beyond RFC 5280";

const REASONS: [RegExp, string][] = [
  [/^crl::crlnumber-missing$/, "lists without a number are taken, as RV-01 asks for lists of version 1, which have none"],
  [/^webpki::(cn|san)::|^rfc5280::san::(underscore-dns|ip-in-dns)$/, HOST],
  [/^webpki::(aki|eku)::|^webpki::(malformed-aia|forbidden-rsa-(key-)?not-divisible|v1-cert|ee-basicconstraints-ca|ca-as-leaf)/, WEB],
];

function reason(id: string): string | undefined {
  return REASONS.find(([pattern]) => pattern.test(id))?.[1];
}

/** C2SP's x509-limbo. */
export function limboCases(): Case[] {
  const facts = JSON.parse(readFileSync(join(corpora, "x509-limbo/limbo.json"), "utf8")) as { testcases: LimboCase[] };
  const ders = (pems: readonly string[]) => pems.flatMap((pem) => pemBlocks(pem, "CERTIFICATE"));
  return facts.testcases.map((test) => {
    const [wanted] = test.extended_key_usage;
    return {
      group: test.id.split("::").slice(0, -1).join("::"),
      name: test.id,
      expected: test.expected_result === "SUCCESS" ? "valid" : "invalid",
      notApplicable: reason(test.id),
      run: () =>
        judge(
          ders([test.peer_certificate])[0],
          {
          anchors: readable(ders(test.trusted_certs)),
          others: readable(ders(test.untrusted_intermediates)),
          at: new Date(test.validation_time ?? "2026-06-29T00:00:00Z"),
          ...(wanted === undefined ? { purpose: "any" as const } : { purpose: "sign" as const, keyPurpose: KEY_PURPOSES[wanted] ?? wanted }),
          maxDepth: test.max_chain_depth ?? undefined,
          // The collection asks validators to hold issuers to RFC 5280, where §6 does not.
          strict: test.id.startsWith("rfc5280::"),
          },
          undefined,
          test.crls.length > 0 ? test.crls.map((pem) => new Uint8Array(Buffer.from(pem))) : undefined,
        ),
    };
  });
}

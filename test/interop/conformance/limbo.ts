import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corpora } from "../support/corpora.ts";
import { type Case, type Decisions, decided } from "./case.ts";
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

const WEB = "a rule of the Web PKI for TLS servers beyond RFC 5280";

const DECISIONS: Decisions = [
  [/^crl::crlnumber-missing$/, "ok", "lists without a number are taken, as RV-01 asks for lists of version 1, which have none"],
  [/^rfc5280::san::underscore-dns$/, "ok", "a dNSName's spelling (RFC 1034's preferred syntax) is not looked at: no DNS name says anything to a mail program"],
  [/^rfc5280::san::ip-in-dns$/, "ok", "a dNSName that spells an IP address is not looked at: no DNS name says anything to a mail program"],
  [/^webpki::san::no-san$/, "ok", "the Baseline Requirements for TLS servers ask for an alternative name; a mail certificate without one is judged where addresses are compared (AD-01)"],
  [/^webpki::san::san-critical-with-nonempty-subject$/, "ok", "the Baseline Requirements for TLS servers forbid it; RFC 5280 §4.2.1.6 says SHOULD NOT"],
  [/^webpki::aki::root-with-aki-missing-keyidentifier$/, "ok", WEB],
  [/^webpki::(eku::|malformed-aia|forbidden-rsa-(key-)?not-divisible|v1-cert|ee-basicconstraints-ca|ca-as-leaf)/, "ok", WEB],
];

/** Cases about the name that the client asked the server for: nothing here asks for one. */
const HOST = /^webpki::(cn|san)::/;

/** C2SP's x509-limbo. */
export function limboCases(): Case[] {
  const facts = JSON.parse(readFileSync(join(corpora, "x509-limbo/limbo.json"), "utf8")) as { testcases: LimboCase[] };
  const ders = (pems: readonly string[]) => pems.flatMap((pem) => pemBlocks(pem, "CERTIFICATE"));
  return facts.testcases.map((test) => {
    const [wanted] = test.extended_key_usage;
    const otherwise = decided(DECISIONS, test.id);
    return {
      group: test.id.split("::").slice(0, -1).join("::"),
      name: test.id,
      expected: test.expected_result === "SUCCESS" ? "valid" : "invalid",
      notApplicable: HOST.test(test.id) && otherwise === undefined ? "turns on the name of a TLS server" : undefined,
      otherwise,
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

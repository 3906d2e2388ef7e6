import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../../../src/base/bytes.ts";
import { certificatesOf } from "../../../src/pki/certificate.ts";
import { checkRevocation, type RevocationRequest } from "../../../src/pki/revocation/check-revocation.ts";
import { crlsOf, ocspResponsesOf } from "../../../src/pki/revocation/revocation-file.ts";
import { corpora } from "../support/corpora.ts";
import type { Case, Said } from "./case.ts";
import { pemBlocks, readable } from "./pem.ts";

const WEEK = 7 * 24 * 3_600_000;

function read<T>(files: readonly Bytes[], reader: (file: Bytes) => T[]): T[] {
  return files.flatMap((file) => {
    try {
      return reader(file);
    } catch {
      // An unreadable list or answer speaks for nobody.
      return [];
    }
  });
}

/** What is known of the first certificate; `unknown` is what others call a list or answer that must not be relied on. */
async function stateOf(request: Partial<RevocationRequest> & Pick<RevocationRequest, "path" | "at">, expected: string): Promise<Said> {
  const { certificates } = await checkRevocation({ certificates: [], crls: [], ocsp: [], demand: "every", ...request });
  const [first] = certificates;
  const state = first?.state === "unreachable" ? "unknown" : (first?.state ?? "unknown");
  const code = state === "good" ? "ok" : (first?.code ?? "pki.malformed");
  return state === expected ? { code } : { code, difference: `${state} instead of ${expected}` };
}

/** BoringSSL's lists and answers about one certificate. */
export function boringsslRevocationCases(): Case[] {
  return (["crl", "ocsp"] as const).flatMap((kind) => {
    const folder = join(corpora, "boringssl-pki", kind);
    const { tests } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { tests: { file: string; status: string }[] };
    return tests.map(({ file, status }): Case => {
      const text = readFileSync(join(folder, file), "latin1");
      return {
        group: kind,
        name: file.replace(".pem", ""),
        expected: status === "good" ? "valid" : "invalid",
        otherwise: file === "bad_idp_indirectcrl.pem" ? { code: "ok", why: "indirect lists are supported here, and RFC 5280 §6.3.3 has this one good" } : undefined,
        run: () => {
          const path = ["CERTIFICATE", "CA CERTIFICATE", "CA CERTIFICATE 2"].flatMap((label) => readable(pemBlocks(text, label)));
          const at = new Date(kind === "crl" ? "2017-03-09T00:00:00Z" : "2017-03-05T00:00:00Z");
          const ocsp = read(pemBlocks(text, "OCSP RESPONSE"), ocspResponsesOf);
          return stateOf({ path, at, crls: read(pemBlocks(text, "CRL"), crlsOf), ocsp, maxAge: WEEK, acceptOutdated: kind === "ocsp" }, status);
        },
      };
    });
  });
}

interface OcspTest {
  section: string;
  description: string;
  response: string;
  issuer: string;
  untrusted: string | null;
  expectedExit: 0 | 1;
  noCertChecks: boolean;
}

/** OpenSSL's answers, its SHA-1 let through; that program looks at certificates' dates alone, so they are asked when the answer was new. */
export function opensslOcspCases(): Case[] {
  const folder = join(corpora, "openssl/ocsp");
  const { tests } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { tests: OcspTest[] };
  const file = (name: string): Bytes => new Uint8Array(readFileSync(join(folder, name)));
  const names = readdirSync(folder);
  return tests.map(({ section, description, response, issuer, untrusted, expectedExit }, number) => ({
    group: "ocsp",
    name: `${number + 1} ${section.toLowerCase()}: ${description}, ${response}`,
    expected: expectedExit === 0 ? "valid" : "invalid",
    run: () => {
      const target = names.find((name) => name.startsWith(`${/N?D\d/.exec(response)?.[0] ?? "?"}_Cert`)) ?? "";
      const path = [target, ...(untrusted === null ? [] : [untrusted]), issuer].flatMap((name) => certificatesOf(file(name)));
      const ocsp = read([new Uint8Array(Buffer.from(Buffer.from(file(response)).toString("latin1"), "base64"))], ocspResponsesOf);
      const [answer] = ocsp;
      if (answer?.status !== "successful") return { code: "revocation.malformed" };
      const at = new Date(Math.max(answer.producedAt.getTime(), ...answer.responses.map(({ thisUpdate }) => thisUpdate.getTime())));
      return stateOf({ path, at, ocsp, acceptOutdated: true }, expectedExit === 0 ? "good" : "unknown");
    },
  }));
}

/** Lists and answers that the library's tests refuse, or refuse a part of that we read too. */
const REFUSED = new Set([
  "crl_bad_version.pem",
  "crl_dup_entry_ext.pem",
  "crl_inner_outer_mismatch.der",
  "crl_inval_cert_issuer_entry_ext.pem",
  "crl_invalid_time.der",
  "resp-response-type-unknown-oid.der",
  "resp-successful-no-response-bytes.der",
  "resp-unknown-response-status.der",
]);

/** Lists and answers of the pyca/cryptography tests: read or refused. */
export function pycaRevocationCases(): Case[] {
  const files = (folder: string, pattern: RegExp) => readdirSync(join(corpora, "pyca-x509", folder)).filter((name) => pattern.test(name)).map((name) => [folder, name] as const);
  return [...files("custom", /^(?!cdp|fresh).*crl/), ...files("ocsp", /^(?!req).*resp/)].map(([folder, name]) => ({
    group: `${folder}: lists and answers`,
    name,
    expected: REFUSED.has(name) ? "invalid" : "valid",
    run: () => {
      const file = new Uint8Array(readFileSync(join(corpora, "pyca-x509", folder, name)));
      const found = folder === "custom" ? read([file], crlsOf).length : read([file], ocspResponsesOf).length;
      return { code: found === 1 ? "ok" : "revocation.malformed" };
    },
  }));
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bytes, fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { type Certificate, certificatesOf, parseCertificate } from "../../../src/pki/certificate.ts";
import { validatePath } from "../../../src/pki/path.ts";
import { checkRevocation, type RevocationRequest } from "../../../src/pki/revocation/check-revocation.ts";
import { ocspRequest } from "../../../src/pki/revocation/ocsp-request.ts";
import { crlsOf, ocspResponsesOf } from "../../../src/pki/revocation/revocation-file.ts";
import { corpora, corpusFile, haveCorpora } from "../support/corpora.ts";

interface Expected {
  validationTime?: string;
  tests: Record<string, never>[];
}

function testsOf<T>(...path: string[]): T[] {
  return haveCorpora ? ((JSON.parse(latin1(corpusFile(...path))) as Expected).tests as unknown as T[]) : [];
}

/** The blocks of a file of several kinds, by their label. */
function blocks(text: string, label: string): Bytes[] {
  return Array.from(text.matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END`, "g")), ([, body]) => new Uint8Array(Buffer.from(body ?? "", "base64")));
}

/** Reads what can be read: an unreadable list or answer speaks for nobody. */
function readable<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    expect(["revocation.malformed", "limits.revocation"]).toContain(codeOf(error));
    return [];
  }
}

async function stateOf(path: Certificate[], request: Partial<RevocationRequest> & { at: Date }): Promise<string> {
  const { certificates } = await checkRevocation({ path, certificates: [], crls: [], ocsp: [], demand: "every", ...request });
  return certificates[0]?.state === "unreachable" ? "unknown" : String(certificates[0]?.state);
}

const WEEK = 7 * 24 * 3_600_000;

describe.skipIf(!haveCorpora)("lists of boringssl-pki (RV-01)", () => {
  const tests = testsOf<{ file: string; status: string }>("boringssl-pki", "crl", "expected.json");
  /** That library has no indirect lists; RFC 5280 §6.3.3 and PKITS 4.14.22 have this one good. */
  const good = new Set(["bad_idp_indirectcrl.pem"]);

  it("has tests", () => expect(tests.length).toBe(66));

  it.each(tests)("$file: $status", async ({ file, status }) => {
    const text = latin1(corpusFile("boringssl-pki", "crl", file));
    const path = [...blocks(text, "CERTIFICATE"), ...blocks(text, "CA CERTIFICATE"), ...blocks(text, "CA CERTIFICATE 2")].map((der) => parseCertificate(der));
    const crls = readable(() => blocks(text, "CRL").flatMap(crlsOf));
    expect(await stateOf(path, { crls, at: new Date("2017-03-09T00:00:00Z"), maxAge: WEEK })).toBe(good.has(file) ? "good" : status);
  });
});

describe.skipIf(!haveCorpora)("OCSP answers of boringssl-pki, SHA-1 accepted (RV-01)", () => {
  const tests = testsOf<{ file: string; status: string }>("boringssl-pki", "ocsp", "expected.json");

  it("has tests", () => expect(tests.length).toBe(36));

  it.each(tests)("$file: $status", async ({ file, status }) => {
    const text = latin1(corpusFile("boringssl-pki", "ocsp", file));
    const path = [...blocks(text, "CERTIFICATE"), ...blocks(text, "CA CERTIFICATE")].map((der) => parseCertificate(der));
    const ocsp = readable(() => blocks(text, "OCSP RESPONSE").flatMap(ocspResponsesOf));
    const at = new Date("2017-03-05T00:00:00Z");
    expect(await stateOf(path, { ocsp, at, maxAge: WEEK, acceptOutdated: true })).toBe(status);
    const [leaf, issuer] = path as [Certificate, Certificate];
    expect([await ocspRequest(leaf, issuer)]).toEqual(blocks(text, "OCSP REQUEST"));
    // All but one are signed with SHA-1, which is not believed by default.
    expect(await stateOf(path, { ocsp, at, maxAge: WEEK })).toBe(file === "good_response_sha256.pem" ? "good" : "unknown");
  });
});

describe.skipIf(!haveCorpora)("OCSP answers of OpenSSL's tests, SHA-1 accepted (RV-01)", () => {
  interface OcspTest {
    section: string;
    description: string;
    response: string;
    issuer: string;
    untrusted: string | null;
    expectedExit: 0 | 1;
  }
  const tests = testsOf<OcspTest>("openssl", "ocsp", "expected.json");
  const folder = haveCorpora ? readdirSync(join(corpora, "openssl", "ocsp")) : [];

  it("has tests", () => expect(tests.length).toBe(58));

  it.each(tests)("$section: $description, $response, $issuer", async ({ response, issuer, untrusted, expectedExit }) => {
    const name = /N?D\d/.exec(response)?.[0] ?? "";
    const target = folder.find((file) => file.startsWith(`${name}_Cert`)) ?? "";
    const path = [target, ...(untrusted === null ? [] : [untrusted]), issuer].flatMap((file) => certificatesOf(corpusFile("openssl", "ocsp", file)));
    const [answer] = ocspResponsesOf(new Uint8Array(Buffer.from(latin1(corpusFile("openssl", "ocsp", response)), "base64")));
    if (answer?.status !== "successful") throw new Error("no answer");
    // That program looks at the certificates' dates alone here: asked when the answer was new.
    const at = new Date(Math.max(answer.producedAt.getTime(), ...answer.responses.map(({ thisUpdate }) => thisUpdate.getTime())));
    expect(await stateOf(path, { ocsp: [answer], at, acceptOutdated: true })).toBe(expectedExit === 0 ? "good" : "unknown");
  });
});

describe.skipIf(!haveCorpora)("lists and answers of pyca-x509: read, or refused as malformed (RV-01)", () => {
  const refused = new Set(["crl_bad_version.pem", "crl_dup_entry_ext.pem", "crl_inner_outer_mismatch.der", "crl_inval_cert_issuer_entry_ext.pem", "crl_invalid_time.der"]);
  const files = haveCorpora ? readdirSync(join(corpora, "pyca-x509", "custom")).filter((name) => /crl/.test(name) && !/^cdp|fresh/.test(name)) : [];
  const answers = haveCorpora ? readdirSync(join(corpora, "pyca-x509", "ocsp")).filter((name) => /resp/.test(name) && !/^req/.test(name)) : [];

  it.each(files)("%s", (name) => {
    const read = readable(() => crlsOf(corpusFile("pyca-x509", "custom", name)));
    expect(read.length).toBe(refused.has(name) ? 0 : 1);
  });

  it.each(answers)("%s", (name) => {
    const read = readable(() => ocspResponsesOf(corpusFile("pyca-x509", "ocsp", name)));
    expect(read.length).toBe(["resp-response-type-unknown-oid.der", "resp-successful-no-response-bytes.der", "resp-unknown-response-status.der"].includes(name) ? 0 : 1);
  });

  it("finds each reason that a list can give", () => {
    const [list] = crlsOf(corpusFile("pyca-x509", "custom", "crl_all_reasons.pem"));
    expect(list?.entries.count).toBe(12);
    expect(list?.entries.criticalUnknown).toEqual([]);
  });
});

describe.skipIf(!haveCorpora)("NIST PKITS with its lists: sections of revocation (RV-01)", () => {
  interface Pkits {
    number: string;
    name: string;
    certs: string[];
    crls: string[];
    expected: "valid" | "invalid";
  }
  const SECTIONS = ["4.4", "4.5", "4.7", "4.14", "4.15"];
  const tests = testsOf<Pkits>("pkits", "expected.json").filter(({ number }) => SECTIONS.some((section) => number.startsWith(`${section}.`)));

  it("has tests", () => expect(tests.length).toBeGreaterThan(50));

  it.each(tests)("$number $name: $expected", async ({ certs, crls, expected }) => {
    const at = new Date("2011-04-15T00:00:00Z");
    const [anchor, ...others] = certs.map((name) => parseCertificate(corpusFile("pkits", "certs", `${name}.crt`)));
    const leaf = others.pop() as Certificate;
    const { code, path } = await validatePath({ leaf, others, anchors: [anchor as Certificate], at, purpose: "any" });
    const lists = readable(() => crls.flatMap((name) => readable(() => crlsOf(corpusFile("pkits", "crls", `${name}.crl`)))));
    const verdict = code === "ok" ? (await checkRevocation({ path, certificates: others, crls: lists, ocsp: [], at, demand: "every" })).code : code;
    expect({ valid: verdict === "ok", verdict }).toMatchObject({ valid: expected === "valid" });
  });
});

describe("text that is no list", () => {
  it("is refused", () => {
    expect(readable(() => crlsOf(fromLatin1("no list")))).toEqual([]);
  });
});

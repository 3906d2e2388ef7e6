import { describe, expect, it } from "vitest";
import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { httpsDirectory, valuesOfAnswer } from "../../../src/directory/https-directory.ts";
import { directoryLimits } from "../../../src/directory/limits.ts";
import { OID } from "../../../src/pki/oids.ts";
import { issue } from "../pki/support/authority.ts";

const root = issue({ name: "Root", ca: true });
const [one, two] = [1, 2].map(() => issue({ name: "Bob", issuer: root, emails: ["bob@lab.test"] }).certificate.der) as [Bytes, Bytes];
const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\r\n${Buffer.from(der).toString("base64")}\r\n-----END CERTIFICATE-----\r\n`;
const part = (der: Bytes, encoded: boolean): Bytes =>
  encoded
    ? utf8(`--x\r\nContent-Type: application/pkix-cert\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(der).toString("base64")}\r\n`)
    : concat(utf8("--x\r\nContent-Type: application/pkix-cert\r\nContent-Transfer-Encoding: binary\r\n\r\n"), der, utf8("\r\n"));

function asking(answer: Bytes, at = "2026-09-10T00:00:00Z") {
  const asked: string[] = [];
  const fetch = ({ url }: { url: string }): Promise<Bytes> => (asked.push(url), Promise.resolve(answer));
  const directory = httpsDirectory({ kind: "https", url: "https://certs.example.org/search" }, { fetch, clock: () => new Date(at) });
  return { asked, find: async (address = "bob@lab.test") => (await directory.lookUp(address)).certificates.map(({ certificate }) => certificate) };
}

describe("certificate stores on the web (RFC 4387; CE-03)", () => {
  it("are asked by the address, whatever stands in it", async () => {
    const { asked, find } = asking(one);
    await find("b&ob+x@lab.test");
    expect(asked).toEqual(["https://certs.example.org/search?email=b%26ob%2Bx%40lab.test"]);
  });

  it.each([
    ["one certificate", one, [one]],
    ["several parts, binary", concat(part(one, false), part(two, false), utf8("--x--\r\n")), [one, two]],
    ["several parts, base64, behind a preamble", concat(utf8("certificates\r\n"), part(one, true), part(two, true), utf8("--x--\r\n")), [one, two]],
    ["SignedData with the chain", buildSignedData({ content: null, contentType: OID.data, signerInfos: [], certificates: [one, root.certificate.der], digestNames: [] }), [one]],
    ["PEM", utf8(pem(one) + pem(two)), [one, two]],
    ["nothing", new Uint8Array(), []],
    ["a damaged part beside a good one", concat(utf8("--x\r\n\r\nhello\r\n"), part(two, true), utf8("--x--\r\n")), [two]],
  ])("answer with %s", async (_what, answer, expected) => {
    expect(await asking(answer).find()).toEqual(expected);
  });

  it("are not believed a page in the place of an answer", async () => {
    for (const answer of ["<!doctype html><p>Log in", "hello", "--"]) expect(await asking(utf8(answer)).find().catch(codeOf)).toBe("directory.protocol");
  });

  it("answer with so much and no more", () => {
    const values = (count: number): number => valuesOfAnswer(concat(...Array.from({ length: count }, () => utf8("--x\r\n\r\na\r\n")), utf8("--x--\r\n"))).length;
    expect(values(directoryLimits.values)).toBe(directoryLimits.values);
    expect(values(directoryLimits.values + 1)).toBe(directoryLimits.values);
    expect(valuesOfAnswer(concat(one, new Uint8Array(directoryLimits.answer - one.length)))).toHaveLength(1);
    expect(() => valuesOfAnswer(concat(one, new Uint8Array(directoryLimits.answer - one.length + 1)))).toThrow("directory.too-many");
  });
});

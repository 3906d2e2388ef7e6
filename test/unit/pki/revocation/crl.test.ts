import { describe, expect, it } from "vitest";
import { type Bytes, concat, fromHex, utf8 } from "../../../../src/base/bytes.ts";
import { codeOf } from "../../../../src/base/errors.ts";
import { derBitString, derElement, derInteger, derOctetString, derOid, derSequence } from "../../../../src/pki/der.ts";
import { DerReader } from "../../../../src/pki/der-reader.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { parseCrl } from "../../../../src/pki/revocation/crl.ts";
import { crlsOf } from "../../../../src/pki/revocation/revocation-file.ts";
import { extension, nameOf } from "../support/authority.ts";
import { crl, crlDer, entry, manyEntries, serialOfMany, uri } from "../support/revocation.ts";
import { authority, root } from "../support/revocation-stage.ts";

const outcome = (read: () => unknown): string => {
  try {
    read();
    return "read";
  } catch (error) {
    return codeOf(error);
  }
};
const { issuer } = authority.certificate;
const find = (list: ReturnType<typeof crl>, serial: string) => list.entries.find(fromHex(serial), list.issuer, list.issuer);

describe("reading a revocation list (RV-01)", () => {
  it("reads what it says, in version 2 and in version 1", () => {
    const list = crl({ issuer: authority, number: 7, entries: [{ serial: "0a", reason: 1, invalidity: "2025-12-24T00:00:00Z" }, { serial: "0b" }] });
    expect(list).toMatchObject({ number: 7n, baseNumber: null, scope: null, thisUpdate: new Date("2026-06-01T00:00:00Z"), nextUpdate: new Date("2026-07-01T00:00:00Z") });
    expect(list.entries.count).toBe(2);
    expect(find(list, "0a")).toEqual({ revokedAt: new Date("2026-01-01T00:00:00Z"), reason: "keyCompromise", invalidityDate: new Date("2025-12-24T00:00:00Z") });
    expect(find(list, "0b")).toMatchObject({ reason: "unspecified", invalidityDate: null });
    const old = crl({ issuer: authority, version: 1, to: null, entries: [{ serial: "0a" }] });
    expect(old).toMatchObject({ number: null, nextUpdate: null });
    expect(find(old, "0a")).not.toBeNull();
  });

  it.each([3, 5000])("finds each of %i entries in whatever order, at the first question and at later ones", (count) => {
    const list = crl({ issuer: authority, raw: manyEntries(count) });
    for (const i of [0, count - 1, Math.floor(count / 2), 1]) {
      expect(find(list, serialOfMany(i))).not.toBeNull();
      expect(find(list, serialOfMany(count + i))).toBeNull();
    }
  });

  it("finds among entries that all meet in one place of a table", () => {
    const list = crl({ issuer: authority, raw: concat(...Array<Bytes>(2000).fill(entry({ serial: "0a" })), entry({ serial: "0b" })) });
    expect(find(list, "0c")).toBeNull();
    expect(find(list, "0b")).not.toBeNull();
    expect(find(list, "0a")).not.toBeNull();
  });

  it("finds a number however its authority padded it, and keeps a negative one apart", () => {
    const padded = (content: Bytes): Bytes => derSequence(derElement(0x02, content), derElement(0x17, utf8("260101000000Z")));
    const list = crl({ issuer: authority, raw: concat(padded(Uint8Array.of(0, 0, 5)), padded(Uint8Array.of(0, 0xff))) });
    expect(find(list, "05")).not.toBeNull();
    expect(find(list, "00ff")).not.toBeNull();
    expect(find(list, "ff")).toBeNull();
  });

  it("knows whose certificates an indirect list speaks of: each name counts until the next", () => {
    const list = crl({ issuer: root, scope: { indirect: true }, entries: [{ serial: "01" }, { serial: "02", issuer: nameOf("A") }, { serial: "03" }, { serial: "03", issuer: nameOf("B") }, { serial: "02" }] });
    const of = (serial: string, name: string): boolean => list.entries.find(fromHex(serial), issuerNamed(name), list.issuer) !== null;
    expect([of("01", "Root"), of("01", "A"), of("02", "A"), of("02", "B"), of("03", "A"), of("03", "B"), of("03", "Root")]).toEqual([true, false, true, true, true, true, false]);
  });

  it("reads a list that is not indirect and names its own issuer all the same", () => {
    expect(find(crl({ issuer: authority, entries: [{ serial: "01", issuer: authority.certificate.subject.der }] }), "01")).not.toBeNull();
  });

  it("reads PEM of several, and refuses a file without any", () => {
    const pem = (der: Bytes): string => `-----BEGIN X509 CRL-----\r\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\r\n")}\r\n-----END X509 CRL-----\r\n`;
    const one = crlDer({ issuer: authority, number: 1 });
    const two = crlDer({ issuer: root, number: 2 });
    expect(crlsOf(utf8(`# -- a comment\n${pem(one)}${pem(two)}`)).map(({ number }) => number)).toEqual([1n, 2n]);
    expect(crlsOf(one)).toHaveLength(1);
    for (const file of ["", "text", "-----BEGIN X509 CRL-----", pem(one).replace("X509 CRL", "CERTIFICATE"), pem(one).replace("A", "!")]) {
      expect(outcome(() => crlsOf(utf8(file))), file.slice(0, 40)).toBe("revocation.malformed");
    }
  });
});

function issuerNamed(name: string) {
  return name === "Root" ? root.certificate.subject : crl({ issuer: { ...root, certificate: { ...root.certificate, subject: { ...issuer, der: nameOf(name) } } } }).issuer;
}

describe("what is no list of RFC 5280", () => {
  const twice = extension(OID.cRLNumber, false, derInteger(1));
  const bad: [string, () => Bytes][] = [
    ["an empty entry", () => crlDer({ issuer: authority, raw: Uint8Array.of(0x30, 0) })],
    ["extensions in version 1", () => crlDer({ issuer: authority, version: 1, number: 1 })],
    ["entry extensions in version 1", () => crlDer({ issuer: authority, version: 1, entries: [{ serial: "01", reason: 1 }] })],
    ["an extension twice", () => crlDer({ issuer: authority, more: [twice, twice] })],
    ["a critical list number", () => crlDer({ issuer: authority, more: [extension(OID.cRLNumber, true, derInteger(1))] })],
    ["an empty scope", () => crlDer({ issuer: authority, scope: {} })],
    ["a scope of two kinds", () => crlDer({ issuer: authority, more: [extension(OID.issuingDistributionPoint, true, derSequence(derElement(0x81, Uint8Array.of(0xff)), derElement(0x82, Uint8Array.of(0xff))))] })],
    ["a reason twice", () => crlDer({ issuer: authority, entries: [{ serial: "01", reason: 1, more: [extension(OID.cRLReason, false, Uint8Array.of(0x0a, 1, 1))] }] })],
    ["a date that is none", () => crlDer({ issuer: authority, raw: derSequence(derInteger(1), derElement(0x17, utf8("26O101000000Z"))) })],
    ["more behind an entry's date", () => crlDer({ issuer: authority, raw: derSequence(derInteger(1), derElement(0x17, utf8("260101000000Z")), derInteger(1)) })],
    ["octets behind the list", () => concat(crlDer({ issuer: authority }), Uint8Array.of(0))],
    ["two signature algorithms", () => {
      const [tbs] = new DerReader(crlDer({ issuer: authority })).enter().rest();
      return derSequence(tbs?.raw ?? new Uint8Array(0), derSequence(derOid(OID["ecdsa-with-SHA384"])), derBitString(Uint8Array.of(1)));
    }],
    ["another issuer's entry in a list that is not indirect", () => crlDer({ issuer: authority, entries: [{ serial: "01", issuer: nameOf("A") }] })],
    ["an entry whose issuer has no directory name", () => crlDer({ issuer: authority, scope: { indirect: true }, entries: [{ serial: "01", more: [extension(OID.certificateIssuer, true, derSequence(uri("http://a.test/")))] }] })],
    ["a certificate", () => authority.certificate.der],
    ["nothing", () => new Uint8Array(0)],
  ];

  it.each(bad)("is refused: %s", (_name, make) => {
    expect(outcome(() => parseCrl(make()))).toBe("revocation.malformed");
  });

  it("shows a critical extension that is not understood, of the list or of any entry", () => {
    const odd = extension("1.2.3.4", true, derOctetString(new Uint8Array(0)));
    expect(crl({ issuer: authority, more: [odd] }).criticalUnknown).toEqual(["1.2.3.4"]);
    expect(crl({ issuer: authority, entries: [{ serial: "01" }, { serial: "02", more: [odd] }] }).entries.criticalUnknown).toEqual(["1.2.3.4"]);
  });
});
